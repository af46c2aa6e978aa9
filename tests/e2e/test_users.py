"""Users and roles, seen through the real command and client of people on machines of their own."""

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.client import UnknownCallerError
from fullautoci.errors import ForbiddenError, NotFoundError
from tests.support.home import PROGRAM, Home
from tests.support.team import Team


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One service for all of these tests, each of which has users of its own."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h")
        home.env |= {"HOME": folder}
        made = Team(home, tmp_path_factory.mktemp("team"))
        yield made
        made.close()
        home.close()


def test_a_user_has_runs_made_of_what_is_assigned_and_sees_nothing_else(team: Team) -> None:
    bob = team.member("bob", "user", "ours")
    clone, sha = team.clone(bob), team.ours.head()
    assert [one["name"] for one in bob.json("repo", "list")] == ["ours"]
    assert bob.json("results", cwd=clone)["commit"] == sha
    assert bob.json("status", cwd=clone)["here"] == "watched"
    assert [run["commit"] for run in bob.json("history", "--all")] == [sha]
    assert bob.cli("log", "ok", cwd=clone).startswith("[fullautoci]")
    assert bob.json("run", "--force", "--wait", cwd=clone)[0]["outcome"] == "passed"
    assert bob.json("wait", "--timeout", "60", cwd=clone)["commit"] == sha
    assert bob.run("cancel", cwd=clone).stderr.startswith("error: run")  # it is over
    assert bob.json("results", sha[:8], "--repo", "ours")["commit"] == sha
    other = team.number("theirs")
    run = team.home.api().runs(repository=other)[0]
    for asked in (
        lambda: bob.client.repository(other), lambda: bob.client.runs(repository=other),
        lambda: bob.client.trigger(other, {"revisions": ["HEAD"]}), lambda: bob.client.run(run["id"]),
        lambda: bob.client.results(run["id"]), lambda: bob.client.cancel(run["id"]), lambda: bob.client.ratchets(other),
        lambda: bob.client.log(run["jobs"][0]["id"]), lambda: bob.client.results_of_commit(other, run["commit"]),
    ):  # fmt: skip
        with pytest.raises(NotFoundError):
            asked()
    done = bob.run("results", "--repo", "theirs")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no repository 'theirs'" in done.stderr


def test_who_may_only_read_triggers_nothing(team: Team) -> None:
    eve = team.member("eve", "read-only", "ours")
    clone = team.clone(eve)
    before = len(team.home.api().runs(repository=team.number("ours"), limit=500))
    assert eve.json("results", cwd=clone)["outcome"] == "passed"
    for command in (["run"], ["run", "--force"], ["rerun"], ["cancel", "--backfill"], ["pause"]):
        done = eve.run(*command, cwd=clone)
        assert done.returncode == 1, command
        assert "that takes the role" in done.stderr, command
        assert "read-only" in done.stderr, command
    assert len(team.home.api().runs(repository=team.number("ours"), limit=500)) == before


def test_what_is_policy_is_for_admins(team: Team) -> None:
    user = team.member("uma", "user", "ours")
    admin = team.member("ann", "admin")
    clone = team.clone(user)
    for command in (
        ["user", "list"], ["user", "add", "x"], ["user", "remove", "ann", "--yes"], ["audit"], ["pause"], ["prune"],
        ["repo", "add", str(team.ours.path)], ["repo", "remove", "ours"], ["key", "create", "--user", "ann"],
        ["ratchet", "reset", "pylint.score", "-m", "why not"], ["flaky", "forgive", "x"], ["bring", "allow", "x"],
    ):  # fmt: skip
        done = user.run(*command, cwd=clone)
        assert done.returncode == 1, command
        assert "that takes the role 'admin'; uma is 'user'" in done.stderr, command
    assert {one["name"] for one in admin.json("user", "list")} >= {"uma", "ann"}
    assert {one["name"] for one in admin.json("repo", "list")} == {"ours", "theirs"}
    admin.cli("pause", "--backfill")
    admin.cli("resume")
    assert admin.json("key", "list", "--all")
    made = admin.json("user", "add", "zoe", "--role", "read-only", "--repo", "theirs")
    assert made["repositories"] == [team.number("theirs")]
    assert admin.json("audit", "--actor", "ann", "--action", "user.add")[0]["target"] == "zoe"


def test_a_changed_role_or_assignment_counts_at_once(team: Team) -> None:
    max_ = team.member("max", "user", "ours")
    assert len(max_.client.repositories()) == 1
    assert team.home.json("user", "update", "MAX", "--repo", "ours", "--repo", "theirs")["role"] == "user"
    assert len(max_.client.repositories()) == 2
    team.home.cli("user", "update", "max", "--no-repos")
    assert max_.client.repositories() == []
    assert max_.client.runs() == []
    team.home.cli("user", "update", "max", "--role", "read-only", "--repo", str(team.number("ours")))
    with pytest.raises(ForbiddenError):
        max_.client.trigger(team.number("ours"), {"revisions": ["HEAD"]})
    team.home.cli("user", "update", "max", "--name", "maximilian")
    assert max_.client.me()["name"] == "maximilian"
    assert team.home.run("user", "show", "max").returncode == 1


def test_removing_a_user_ends_every_key_of_theirs_at_once(team: Team) -> None:
    gone = team.member("gus", "admin")
    other = team.with_key("gus", gone.cli("key", "create").strip())
    assert other.client.me()["name"] == "gus"
    done = team.home.run("user", "remove", "gus")
    assert (done.returncode, gone.client.me()["name"]) == (2, "gus")  # nobody could be asked
    assert "--yes" in done.stderr
    team.home.cli("user", "remove", "gus", "--yes")
    for one in (gone, other):
        with pytest.raises(UnknownCallerError):
            one.client.me()
        done = one.run("status")
        assert done.returncode == 1
        assert "that key opens nothing" in done.stderr
        assert "revoked or expired" in done.stderr
    again = team.member("gus", "user")  # who has the name from now on has nothing of what was
    assert again.client.me()["role"] == "user"
    with pytest.raises(UnknownCallerError):
        gone.client.me()


def test_the_owner_can_be_neither_removed_nor_made_less(team: Team) -> None:
    admin = team.member("ada", "admin")
    owner = team.home.json("user", "show")["name"]
    for command in (["user", "remove", owner, "--yes"], ["user", "update", owner, "--role", "user"]):
        for run in (team.home.run, admin.run):
            done = run(*command)
            assert done.returncode == 1, command
            assert "runs the daemon" in done.stderr
            assert "last admin" in done.stderr
    assert team.home.json("user", "show")["role"] == "admin"


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["user", "add", "-x"], 2, "No such option"), (["user", "add", ""], 2, "'' is no user name"),
        (["user", "add", "../x"], 2, "'../x' is no user name"), (["user", "add", "a" * 65], 2, "64 at most"),
        (["user", "add", "bad name"], 2, "the first is no sign"), (["user", "add", "x\n"], 2, "is no user name"),
        (["user", "update", "root", "--name", ""], 2, "'' is no user name"),
        (["user", "add", "a\x1b[31m"], 2, "is no user name"), (["user", "add", "x", "--role", "owner"], 2, "--role"),
        (["user", "add", "x", "--repo", "nothing"], 1, "no repository 'nothing'"),
        (["user", "show", "nobody"], 1, "no user 'nobody'"),
        (["user", "update", "nobody", "--role", "user"], 1, "no user 'nobody'"),
        (["user", "update", "root"], 2, "nothing to change"),
        (["user", "update", "x", "--no-repos", "--repo", "ours"], 2, "contradict"),
        (["user", "remove", "9" * 30, "--yes"], 1, "no user"), (["user", "logout", "nobody"], 1, "no user"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_is_told_and_changes_nothing(team: Team, command: list[str], code: int, said: str) -> None:
    before = team.home.json("user", "list")
    done = team.home.run(*command)
    assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert said in done.stderr
    assert "\x1b" not in done.stderr
    assert "pattern" not in done.stderr
    assert team.home.json("user", "list") == before


def test_with_stdin_stdout_or_stderr_closed_a_command_ends_as_ever(team: Team) -> None:
    for command, closed, code in (
        (("user", "list"), ">&-", 0), (("user", "list"), "2>&-", 0), (("user", "list"), ">&- 2>&- <&-", 0),
        (("user", "remove", "nobody"), "<&-", 1), (("user", "list", "--json"), ">&-", 0),
        (("user", "list"), ">/dev/full", 1), (("user", "list", "--json"), ">/dev/full", 1),
    ):  # fmt: skip
        shell = ["sh", "-c", f'exec "$0" "$@" {closed}', str(PROGRAM), *command]
        done = subprocess.run(
            shell, env=team.home.env, cwd=team.home.folder, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == code, (closed, done.stderr)
        assert "bug" not in done.stderr, closed
        assert "Exception" not in done.stderr, closed
        assert ("no room" in done.stderr) == ("full" in closed), closed


def test_a_name_is_taken_once(team: Team) -> None:
    team.home.cli("user", "add", "Tom")
    done = team.home.run("user", "add", "tom")
    assert done.returncode == 1
    assert "there is a user 'tom' already" in done.stderr
    listed = team.home.cli("user", "list")
    assert listed.splitlines()[0].split() == ["number", "name", "role", "sees", "since"]
    assert "Tom" in listed


def test_without_a_daemon_users_are_shown_and_not_changed(home: Home) -> None:
    home.start()
    home.stop()
    assert home.json("user", "list")[0]["owner"] is True
    done = home.run("user", "add", "late")
    assert done.returncode == 1
    assert "fullautoci daemon start" in done.stderr
