"""A SIGKILL at every named transition: whatever process it meets, what was begun is done once."""

import re
from pathlib import Path

import psutil
import pytest

from fullautoci import faults, hook_client, spool
from fullautoci.model import Event, RefUpdate
from tests.faults.test_kills import CONFIG, commit
from tests.support.faults import check_once, check_sound, rows
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

WORKERS = ("job-taken", "after-checkout", "after-environment", "after-tool", "before-ending", "after-ending")
DAEMONS = (
    "after-fetch", "before-commit", "after-commit", "after-accepted", "before-unlink", "after-unlink", "before-plan",
    "after-plan", "after-attempt", "after-submit", "before-record", "after-record", "before-spool-rename",
    "after-spool-rename",
)  # fmt: skip
STARTING, STOPPING = ("after-backup", "before-migrated"), ("stopping",)


@pytest.fixture
def watched(home: Home, repository: Repository) -> Repository:
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    home.stop()
    return repository


def arm(home: Home, point: str, tmp_path: Path) -> Path:
    marker = tmp_path / "marker"
    home.env[faults.VARIABLE] = f"{point}@{marker}"
    return marker


def gone(home: Home, pid: int) -> None:
    def look() -> bool:
        return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE

    until(look, 30, "the daemon's end")
    check_sound(home)
    home.start()


def test_the_points_are_all_here() -> None:
    root = Path(faults.__file__).parent
    named = {name for path in root.rglob("*.py") for name in re.findall(r'faults\.point\("(.*?)"\)', path.read_text())}
    assert named == {*WORKERS, *DAEMONS, *STARTING, *STOPPING}


@pytest.mark.parametrize("point", [*WORKERS, *DAEMONS])
def test_a_kill_there(home: Home, watched: Repository, tmp_path: Path, point: str) -> None:
    marker = arm(home, point, tmp_path)
    home.start()
    daemon = home.pid()
    del home.env[faults.VARIABLE]
    sha, event = commit(watched, 1)
    if "spool" in point:  # the daemon's own writing of an event that is pushed to it
        event = spool.new_id()
        pushed = Event(event, "post-commit", str(watched.path / ".git"), (RefUpdate("refs/heads/main", None, sha),))
        hook_client.push(str(home.paths.socket), spool.encode(pushed))
        event = "" if "before" in point else event  # killed before its rename, it was not acknowledged
    until(marker.exists, 30, f"the point {point}")
    if point not in WORKERS:
        gone(home, daemon)
    home.finished(1, sha)
    assert check_once(home, [sha]) == 0
    if event:
        until(lambda: rows(home, "SELECT outcome FROM events WHERE id = ?", event), 30, "the event's row")
    if point in WORKERS:
        assert home.pid() == daemon, "a worker's end is not the daemon's"


def test_a_kill_while_stopping(home: Home, watched: Repository, tmp_path: Path) -> None:
    marker = arm(home, "stopping", tmp_path)
    home.start()
    del home.env[faults.VARIABLE]
    sha, _ = commit(watched, 1)
    home.run("daemon", "stop")
    assert marker.exists()
    check_sound(home)
    home.start()
    home.finished(1, sha)
    assert check_once(home, [sha]) == 0


@pytest.mark.parametrize("point", STARTING)
def test_a_kill_in_a_migration(home: Home, watched: Repository, tmp_path: Path, point: str) -> None:
    from fullautoci.store.database import open_for_writing

    db = open_for_writing(home.paths.database)
    db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_bringing'")
    db.execute("DROP TABLE bringing")
    db.close()
    marker = arm(home, point, tmp_path)
    assert home.run("daemon", "start").returncode == 1
    del home.env[faults.VARIABLE]
    assert marker.exists()
    assert rows(home, "SELECT name FROM sqlite_master WHERE name = 'bringing'") == []
    check_sound(home)
    home.start()
    assert rows(home, "SELECT name FROM sqlite_master WHERE name = 'bringing'") == [("bringing",)]
    sha, _ = commit(watched, 1)
    home.finished(1, sha)
