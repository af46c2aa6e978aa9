"""The socket for other users of the machine: the kernel tells who they are, the configuration what they may."""

import json
import pwd
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.home import PROGRAM, Home
from tests.support.other_user import OtherUser
from tests.support.team import Team

NOBODY = 65534
DAEMON = 1


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder that others may enter."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.fixture(scope="module")
def team(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A service with a shared socket, where the machine's user `nobody` is the user `bob`."""
    other = pwd.getpwuid(NOBODY).pw_name
    home = Home(place / "h", config=f"shared: {{path: {place}/shared.sock, users: {{{other}: bob}}}}\n")
    home.env |= {"HOME": str(place)}
    made = Team(home, tmp_path_factory.mktemp("team"))
    yield made
    made.close()
    home.close()


@pytest.fixture(scope="module")
def other(place: Path, team: Team) -> OtherUser:
    made = OtherUser(NOBODY, place / "other")
    made.env["FULLAUTOCI_SOCKET"] = str(place / "shared.sock")
    return made


@pytest.fixture
def bob(team: Team) -> None:
    """The user whom the configuration names, also where an earlier test removed him."""
    if "bob" not in [one["name"] for one in team.home.json("user", "list")]:
        team.home.cli("user", "add", "bob", "--repo", "ours")


@pytest.mark.usefixtures("bob")
def test_another_user_of_the_machine_is_who_the_configuration_says(team: Team, other: OtherUser, place: Path) -> None:
    assert stat.S_IMODE((place / "shared.sock").stat().st_mode) == 0o666
    me = json.loads(other.run("user", "show", "--json").stdout)
    assert (me["name"], me["role"], me["via"]) == ("bob", "user", "socket")
    assert [one["name"] for one in json.loads(other.run("repo", "list", "--json").stdout)] == ["ours"]
    sha = team.ours.head()
    assert json.loads(other.run("results", sha, "--repo", "ours", "--json").stdout)["commit"] == sha
    assert other.run("results", sha, "--repo", "theirs").returncode == 1
    done = other.run("run", "--force", "--repo", "ours", "--wait", "--json", "main")
    assert json.loads(done.stdout)[0]["outcome"] == "passed", done.stderr
    found = team.home.json("audit", "--actor", "bob", "--limit", "1")[0]
    assert (found["action"], found["via"], found["origin"]) == ("run.trigger", "socket", f"uid {NOBODY}")
    for command in (["audit"], ["pause"], ["user", "list"], ["repo", "add", "/tmp"]):
        done = other.run(*command)
        assert "that takes the role 'admin'; bob is 'user'" in done.stderr, command
    told = json.loads(other.run("status", "--json").stdout)
    assert not {"pid", "home", "url"} & set(told)


@pytest.mark.usefixtures("bob")
def test_a_clone_is_known_by_its_origin(team: Team, other: OtherUser) -> None:
    clone = other.folder / "clone"
    team.ours.git("clone", "--quiet", str(team.ours.path), str(clone))
    team.ours.git("-C", str(clone), "remote", "set-url", "origin", "git@ci.example.org:team/ours.git")
    other.give(clone)
    done = other("sh", "-c", f"cd clone && exec {PROGRAM} results --json")
    assert json.loads(done.stdout)["commit"] == team.ours.head()


def test_what_is_about_ones_own_service_is_refused_with_another(other: OtherUser) -> None:
    for command in (
        ["init"],
        ["daemon", "start"],
        ["doctor"],
        ["hooks", "status"],
        ["config", "show"],
        ["env", "list"],
    ):
        done = other.run(*command)
        assert done.returncode == 2, command
        assert "FULLAUTOCI_SOCKET names another" in done.stderr, command
    assert other.run("daemon", "start", "--help").returncode == 0


@pytest.mark.usefixtures("bob")
def test_a_link_opens_the_page_for_that_user(team: Team, other: OtherUser) -> None:
    done = other.run("dashboard", "--no-browser")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("http://127.0.0.1:")


def test_the_owners_own_socket_stays_the_owners(team: Team, other: OtherUser) -> None:
    other.env["FULLAUTOCI_SOCKET"] = str(team.home.paths.socket)
    try:
        done = other.run("status")
    finally:
        other.env["FULLAUTOCI_SOCKET"] = str(team.home.folder.parent / "shared.sock")
    assert done.returncode == 1
    assert "not for you" in done.stderr


@pytest.mark.usefixtures("bob")  # somebody whom the stranger might be taken for
def test_a_user_that_the_configuration_does_not_name_is_refused(place: Path) -> None:
    stranger = OtherUser(DAEMON, place / "stranger")
    stranger.env["FULLAUTOCI_SOCKET"] = str(place / "shared.sock")
    done = stranger.run("repo", "list")
    assert done.returncode == 1
    assert f"the user {pwd.getpwuid(DAEMON).pw_name} of this machine is no user here" in done.stderr


@pytest.mark.usefixtures("bob")
def test_the_owner_is_the_owner_there_too_and_removing_a_user_counts_at_once(team: Team, other: OtherUser) -> None:
    owner = {**team.home.env, "FULLAUTOCI_SOCKET": other.env["FULLAUTOCI_SOCKET"]}
    before, team.home.env = team.home.env, owner
    try:
        assert team.home.json("user", "show")["owner"] is True
        team.home.cli("user", "remove", "bob", "--yes")
    finally:
        team.home.env = before
    done = other.run("status")
    assert done.returncode == 1
    assert "the user nobody of this machine is no user here" in done.stderr


def test_where_nothing_listens_is_told(other: OtherUser, place: Path) -> None:
    said = other.env["FULLAUTOCI_SOCKET"]
    other.env["FULLAUTOCI_SOCKET"] = str(place / "none.sock")
    done = other.run("status")
    assert done.returncode == 1
    assert f"the daemon is not running at {place}/none.sock" in done.stderr
    other.env["FULLAUTOCI_SOCKET"], other.env["FULLAUTOCI_URL"] = said, "https://ci.example.org"
    done = other.run("status")
    del other.env["FULLAUTOCI_URL"]
    assert (done.returncode, "name two services" in done.stderr) == (2, True)
