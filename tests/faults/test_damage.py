"""A damaged database: moved aside, never served; what was known comes back from a backup, the rest from git."""

import os
import signal
import sqlite3
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest

from fullautoci.daemon.opening import suspect
from fullautoci.errors import DamagedError
from fullautoci.store import backup
from fullautoci.store.database import open_for_writing
from tests.faults.test_kills import CONFIG
from tests.support.faults import check_sound, rows
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    return repository


def back_up(home: Home) -> None:
    db = open_for_writing(home.paths.database)
    backup.make(db.conn, home.paths.backups, "daily")
    db.close()


def ruin(path: Path, how: str) -> None:
    raw = bytearray(path.read_bytes())
    if how == "flipped":
        for page in range(1, len(raw) // 4096):
            raw[page * 4096 : page * 4096 + 64] = os.urandom(64)
    path.write_bytes({"truncated": bytes(raw[: len(raw) // 2]), "flipped": bytes(raw), "garbage": b"x" * 9000,
                      "empty": b""}[how])  # fmt: skip


@pytest.mark.parametrize("with_backup", [True, False])
@pytest.mark.parametrize("how", ["truncated", "flipped", "garbage", "empty"])
def test_damage_while_no_daemon_runs(home: Home, watched: Repository, how: str, with_backup: bool) -> None:
    first = watched.head()
    if with_backup:
        back_up(home)
    later = watched.commit({"file": "1"})
    home.finished(1, later)
    os.kill(home.pid(), signal.SIGKILL)
    unseen = watched.commit({"file": "2"})
    ruin(home.paths.database, how)
    for suffix in ("-wal", "-shm"):
        home.paths.database.with_name(home.paths.database.name + suffix).unlink(missing_ok=True)
    home.start()
    for sha in (first, later, unseen):
        assert home.finished(1, sha)["outcome"] == "passed"
    check_sound(home)
    assert [path.name for path in home.paths.damaged.glob("*/*")] == ["fullautoci.db"]
    assert rows(home, "SELECT id, path FROM repositories") == [(1, str(watched.path / ".git"))]
    assert "damaged" in home.run("doctor").stdout


def test_a_log_of_writes_that_is_gone_loses_what_git_still_has(home: Home, watched: Repository) -> None:
    sha = watched.commit({"file": "1"})
    home.finished(1, sha)
    os.kill(home.pid(), signal.SIGKILL)
    home.paths.database.with_name("fullautoci.db-wal").unlink()
    home.start()
    assert home.finished(1, sha)["outcome"] == "passed"
    check_sound(home)


def test_damage_while_the_daemon_runs_has_it_begin_anew(home: Home, watched: Repository) -> None:
    first, pid = watched.head(), home.pid()
    back_up(home)
    raw = home.paths.database.stat().st_size
    with home.paths.database.open("r+b") as file:
        for page in range(1, raw // 4096):
            file.seek(page * 4096)
            file.write(os.urandom(512))
    sha = watched.commit({"file": "1"})
    until(lambda: list(home.paths.damaged.glob("*")), 60, "the move aside")
    assert home.finished(1, sha)["outcome"] == "passed"
    assert home.finished(1, first)["outcome"] == "passed"
    assert home.pid() == pid, "the daemon itself goes on"
    check_sound(home)


def ruin_index(path: Path) -> None:
    """Change one key of an index: what only the full check sees."""
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'runs_by_branch'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    start = (page - 1) * size
    key = raw.index(b"main", start, start + size)
    raw[key : key + 4] = b"mbin"
    path.write_bytes(bytes(raw))


def test_damage_that_only_a_backup_meets_has_the_daemon_begin_anew(home: Home, watched: Repository) -> None:
    back_up(home)
    sha = watched.commit({"file": "1"})
    home.finished(1, sha)
    home.stop()
    ruin_index(home.paths.database)
    with pytest.raises(DamagedError):
        backup.make_daily(home.paths.database, home.paths.backups / "elsewhere")
    suspect(home.paths)  # as the daemon's own backup does
    home.start()
    assert [path.name for path in home.paths.damaged.glob("*/*")] == ["fullautoci.db"]
    assert home.finished(1, sha)["outcome"] == "passed"
    check_sound(home)
    home.stop()
    home.start()
    assert len(list(home.paths.damaged.iterdir())) == 1, "once is enough"


def ruin_root(path: Path, name: str) -> None:
    """Overwrite the first page of a table or an index."""
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name]).fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(os.urandom(size))


@pytest.mark.parametrize("name", ["jobs_open", "sqlite_autoindex_attempts_1", "repositories", "runs"])
def test_damage_that_is_met_while_the_daemon_starts(home: Home, watched: Repository, name: str) -> None:
    """After an orderly stop nothing is checked: what the first questions meet is recovered from at once."""
    back_up(home)
    sha = watched.commit({"file": "1"})
    home.finished(1, sha)
    home.stop()
    with closing(sqlite3.connect(home.paths.database)) as connection:  # a job that is found under way is written to
        connection.execute("UPDATE jobs SET state = 'running', outcome = NULL WHERE id = 1")
        connection.execute("UPDATE attempts SET ended_at = NULL WHERE job_id = 1")
        connection.commit()
    ruin_root(home.paths.database, name)
    home.start()
    until(lambda: list(home.paths.damaged.glob("*/fullautoci.db")), 30, "the move aside")
    assert home.finished(1, sha)["outcome"] == "passed"
    assert len(list(home.paths.damaged.iterdir())) == 1
    check_sound(home)


def test_a_restored_backup_opens_no_session_and_says_what_to_look_at(home: Home, watched: Repository) -> None:
    """Whoever was removed since is there again: that cannot be known any more, and so it is told."""
    home.cli("user", "add", "gone")
    page, cookie = home.api().status()["url"], opened(home)
    assert asked(page, cookie) == 200
    back_up(home)
    home.cli("user", "remove", "gone", "--yes")
    home.stop()
    ruin_root(home.paths.database, "runs")
    home.start()
    until(lambda: list(home.paths.damaged.glob("*/fullautoci.db")), 30, "the move aside")
    assert asked(home.api().status()["url"], cookie) == 401
    assert "gone" in home.cli("user", "list")
    told = home.json("audit", "--action", "service.restore")
    assert [(one["actor"], one["via"]) for one in told] == [("fullautoci", "service")]
    assert "look them through" in home.log()


def opened(home: Home) -> str:
    """The cookie of a session that a link opened."""
    with urllib.request.urlopen(home.cli("dashboard", "--no-browser").strip(), timeout=20) as answer:
        return str(answer.headers["Set-Cookie"]).partition(";")[0]


def asked(page: str, cookie: str) -> int:
    """What a browser with a cookie is answered."""
    try:
        with urllib.request.urlopen(urllib.request.Request(page, headers={"Cookie": cookie}), timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code
