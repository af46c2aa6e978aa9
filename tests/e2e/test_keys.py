"""API keys: shown once, ended at once, and nowhere to be found."""

import json
import os
import sqlite3
import subprocess
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.client import Client, HttpTransport, UnknownCallerError
from fullautoci.errors import ConflictError, UsageError
from tests.support.home import PROGRAM, Home
from tests.support.patience import until
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


def test_a_new_key_is_alone_on_stdout_and_what_is_said_of_it_is_not(team: Team) -> None:
    team.home.cli("user", "add", "kim", "--repo", "ours")
    done = team.home.run("key", "create", "--user", "kim", "--label", "laptop", "--expires", "30d")
    key = done.stdout
    assert (done.returncode, key.count("\n"), key[:4]) == (0, 1, "fac_")
    assert "shown this once" in done.stderr
    assert key.strip() not in done.stderr
    kim = team.with_key("kim", key.strip())
    (listed,) = team.home.json("key", "list", "--user", "KIM")
    assert listed["public"] == key.split("_")[1]
    assert (listed["label"], listed["user"], listed["last_used_at"]) == ("laptop", "kim", None)
    days = (time.mktime(time.strptime(listed["expires_at"][:19], "%Y-%m-%dT%H:%M:%S")) - time.time()) / 86400
    assert 29 < days < 31
    assert kim.json("user", "show")["via"] == "key"
    until(lambda: team.home.json("key", "list", "--user", "kim")[0]["last_used_at"], 10, "the last use")
    (shown,) = [line for line in kim.cli("key", "list").splitlines() if "laptop" in line]
    assert "s ago" in shown.partition("laptop")[2]
    assert "opens until" in shown


def test_a_revoked_key_opens_nothing_from_then_on(team: Team) -> None:
    lee = team.member("lee", "user", "ours")
    own = team.with_key("lee", lee.cli("key", "create", "--label", "second").strip())
    assert own.client.me()["name"] == "lee"
    lee.cli("key", "revoke", own.key.split("_")[1])  # by its public part
    with pytest.raises(UnknownCallerError):
        own.client.me()
    assert lee.client.me()["name"] == "lee"
    number = next(one["id"] for one in lee.json("key", "list") if not one["revoked_at"])
    team.home.cli("key", "revoke", str(number))
    done = lee.run("status")
    assert done.returncode == 1
    assert "that key opens nothing" in done.stderr
    assert [line.split()[-3:] for line in team.home.cli("key", "list", "--user", "lee").splitlines()[1:]]
    assert team.home.cli("key", "list", "--user", "lee").count("revoked") == 2


def test_an_expired_key_opens_nothing(team: Team) -> None:
    team.home.cli("user", "add", "ivy")
    key = team.home.cli("key", "create", "--user", "ivy", "--expires", "3s").strip()
    ivy = team.with_key("ivy", key)
    assert ivy.client.me()["name"] == "ivy"

    def is_refused() -> bool:
        try:
            ivy.client.me()
        except UnknownCallerError:
            return True
        return False

    until(is_refused, 15, "its end")
    assert "expired" in team.home.cli("key", "list", "--user", "ivy")


def test_a_key_is_ones_own_business_and_an_admins(team: Team) -> None:
    first, second = team.member("abe"), team.member("ben")
    admin = team.member("cat", "admin")
    of_second = second.json("key", "list")[0]
    assert [one["user"] for one in first.json("key", "list")] == ["abe"]
    for command in (["key", "revoke", of_second["public"]], ["key", "revoke", str(of_second["id"])]):
        done = first.run(*command)
        assert (done.returncode, "there is no key" in done.stderr) == (1, True)
    done = first.run("key", "list", "--user", "ben")
    assert (done.returncode, "that takes the role 'admin'" in done.stderr) == (1, True)
    done = first.run("key", "list", "--all")
    assert (done.returncode, "for admins" in done.stderr) == (2, True)
    assert {"abe", "ben", "cat"} <= {one["user"] for one in admin.json("key", "list", "--all")}
    done = admin.run("key", "revoke", second.key)  # said whole, where everybody sees it
    public, secret = second.key.split("_", 2)[1:]
    assert (done.returncode, f"'fullautoci key revoke {public}'" in done.stderr, secret in done.stderr) == (
        2,
        True,
        False,
    )
    assert second.client.me()["name"] == "ben"
    admin.cli("key", "revoke", f"fac_{public}")
    with pytest.raises(UnknownCallerError):
        second.client.me()


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["create", "--expires", "yesterday"], "is no date"), (["create", "--expires", "2001-01-01"], "is over"),
        (["create", "--expires", "0s"], "a duration between"), (["create", "--expires", "9999d"], "a duration between"),
        (["create", "--expires", "30"], "is no date"), (["create", "--label", "x" * 101], "100 at most"),
        (["create", "--expires", "99999999999w"], "between 1s and 366d"), (["create", "--expires", ""], "is empty"),
        (["create", "--expires", " "], "is empty"),
        (["create", "--user", "nobody"], "no user 'nobody'"), (["list", "--all", "--user", "x"], "contradict"),
        (["revoke", "nothing"], "no key 'nothing'"), (["revoke", "0"], "no key '0'"),
        (["revoke", "9" * 40], "there is no key"), (["revoke", "fac__"], "never said"),
        (["revoke", " fac_abc_\n"], "never said"),
    ],
    ids=str,
)  # fmt: skip
def test_what_makes_no_sense_makes_no_key(team: Team, command: list[str], said: str) -> None:
    before = team.home.json("key", "list", "--all")
    done = team.home.run("key", *command)
    assert done.returncode in (1, 2), done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert team.home.json("key", "list", "--all") == before


@pytest.mark.parametrize("where", [">/dev/full", ">&-", "| sleep 0"])
@pytest.mark.parametrize("form", [(), ("--json",)], ids=str)
def test_a_key_that_nobody_can_see_is_revoked_again(team: Team, where: str, form: tuple[str, ...]) -> None:
    label = f"{where}{form}"
    command = f'("$0" key create --label "$@"; echo $? >&2) {where}'
    # a pipe's reader has to be gone by the time at which there is a key: the command takes longer to begin
    done = subprocess.run(
        ["sh", "-c", command, str(PROGRAM), label, *form],
        env=team.home.env, cwd=team.home.folder, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    said, code = done.stderr.splitlines()
    assert (said.startswith("error: the key could not be printed, and was revoked again: "), code) == (True, "1"), said
    (made,) = [one for one in team.home.json("key", "list") if one["label"] == label]
    assert made["revoked_at"]
    assert "fac_" not in done.stdout + done.stderr


def test_the_same_request_sent_twice_makes_one_key(team: Team) -> None:
    dan = team.member("dan", "admin")
    made = dan.client.add_key(label="once", once="the-first")
    with pytest.raises(ConflictError, match="shown once"):  # its secret is kept nowhere to be told again
        dan.client.add_key(label="once", once="the-first")
    with pytest.raises(UsageError, match="used for another request"):
        dan.client.add_key(label="other", once="the-first")
    assert [one["label"] for one in dan.client.keys(dan.client.me()["id"])].count("once") == 1
    assert dan.client.add_user("made-once", once="u1") == dan.client.add_user("made-once", once="u1")
    runs = [dan.client.trigger(team.number("ours"), {"revisions": ["HEAD"], "fresh": True}, once="r1") for _ in "ab"]
    assert runs[0] == runs[1]
    other = team.member("fay", "admin")  # whose names are her own
    assert other.client.add_key(label="once", once="the-first")["public"] != made["public"]


def test_many_at_once_with_one_name_do_one_thing(team: Team) -> None:
    gil = team.member("gil", "admin")
    got: list[object] = []

    def send() -> None:
        with Client(HttpTransport(team.url, gil.key)) as client:
            try:
                got.append(client.add_user("at-once", once="all")["id"])
            except ConflictError as error:  # while the first is being answered
                got.append(error.message)

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(got) == 8
    assert len({one for one in got if isinstance(one, int)}) == 1
    assert all("being answered" in one for one in got if isinstance(one, str))
    assert [one["name"] for one in gil.client.users()].count("at-once") == 1


def test_a_secret_is_nowhere_but_with_whoever_has_it(team: Team) -> None:
    made = team.home.json("key", "create")
    secret = made["key"].split("_", 2)[2]
    holder = team.with_key("holder", made["key"])
    seen: set[str] = set()
    over = threading.Event()
    watcher = threading.Thread(target=_watch_processes, args=(seen, over))
    watcher.start()
    try:
        holder.cli("status")
        holder.cli("history", "--all")
        holder.run("results", "--repo", "nothing")
        holder.client.add_key(label="another")
        wrong = team.with_key("wrong", made["key"][:-1] + "?")
        assert wrong.run("status").returncode == 1
        _login(team.url, made["key"])
    finally:
        over.set()
        watcher.join()
    assert len(seen) > 3
    assert not [one for one in seen if secret in one]
    team.home.cli("key", "revoke", str(made["id"]))
    files = [path for path in team.home.folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert {"fullautoci.db", "fullautoci.db-wal", "daemon.log"} <= {path.name for path in files}
    assert not [path for path in files if secret.encode() in path.read_bytes()]
    with sqlite3.connect(f"file:{team.home.paths.database}?mode=ro", uri=True) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert made["public"] in dump
    assert secret not in dump
    trail = json.dumps(team.home.json("audit", "--limit", "500"))
    assert made["public"] in trail
    assert secret not in trail


def _watch_processes(seen: set[str], over: threading.Event) -> None:
    """Note the command lines of all processes, as anybody on the machine may."""
    while not over.wait(0.01):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.add(path.read_bytes().decode(errors="replace"))
            except OSError:
                continue


def _login(url: str, key: str) -> None:
    request = urllib.request.Request(f"{url}/login", data=f"key={key}".encode(), method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
        assert key not in answer.read().decode()


def test_a_key_in_a_file_that_others_may_read_is_not_used(team: Team, tmp_path: Path) -> None:
    one = team.member("pat", "user", "ours")
    one.file.chmod(0o640)
    done = one.run("status")
    assert done.returncode == 2
    assert "others may read" in done.stderr
    assert one.key not in done.stderr
    one.file.chmod(0o600)
    one.cli("status")
    for content, said in ((b"", "holds no key"), (b"x" * 5000, "holds no key"), (b"a b\xff\n", "has characters")):
        one.file.write_bytes(content)
        done = one.run("status")
        assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    for name, said in ((str(tmp_path), "is no file"), (str(tmp_path / "none"), "No such file"), ("\x1b[0m", "No such")):
        one.env["FULLAUTOCI_KEY_FILE"] = name
        done = one.run("status")
        assert (done.returncode, said in done.stderr, "\x1b" in done.stderr) == (2, True, False), done.stderr
    os.mkfifo(tmp_path / "pipe", 0o600)
    one.env["FULLAUTOCI_KEY_FILE"] = str(tmp_path / "pipe")
    assert "is no file" in one.run("status").stderr  # and is not waited for
    one.env["FULLAUTOCI_KEY"] = one.key
    assert "both say a key" in one.run("status").stderr
    del one.env["FULLAUTOCI_KEY_FILE"]
    assert one.json("user", "show")["name"] == "pat"
