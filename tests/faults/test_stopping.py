"""Stopping: intake ends at once, what it was doing is done again, and no commit is blamed for it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.faults.test_kills import CONFIG
from tests.support.faults import check_once, rows
from tests.support.home import PROGRAM, Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

SLOW_GIT = """#!/bin/sh
case " $* " in *" fetch "*) [ -e {slow} ] && {{ : >{begun}; sleep 300; }} ;; esac
exec {git} "$@"
"""


@pytest.fixture
def slow(home: Home, tmp_path: Path) -> tuple[Path, Path]:
    """Files that make the daemon's git take five minutes to fetch, and that tell that it does."""
    slow, begun, git = tmp_path / "slow", tmp_path / "begun", shutil.which("git")
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "git").write_text(SLOW_GIT.format(slow=slow, begun=begun, git=git))
    (folder / "git").chmod(0o755)
    home.env["PATH"] = f"{folder}{os.pathsep}{home.env['PATH']}"
    return slow, begun


def test_a_fetch_under_way_does_not_keep_the_daemon(
    home: Home, repository: Repository, slow: tuple[Path, Path]
) -> None:
    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    slow[0].touch()
    sha = repository.commit({"file": "1"})
    until(slow[1].exists, 30, "the fetch")
    home.cli("daemon", "stop", timeout=60)  # five minutes, if it waited
    assert rows(home, "SELECT 1 FROM runs WHERE sha = ?", sha) == []
    assert rows(home, "SELECT 1 FROM events WHERE outcome = 'errored'") == []
    assert list(home.paths.spool.glob("*.event")), "the event waits in the spool"
    slow[0].unlink()
    home.start()
    home.finished(1, sha)
    assert check_once(home, [sha]) == 0


def test_the_latest_commit_overtakes_those_that_wait(home: Home, repository: Repository) -> None:
    repository.commit({".fullautoci.yml": CONFIG + "policy: latest\n", "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    home.cli("pause", cwd=repository.path)
    shas = [repository.commit({"file": str(number)}) for number in range(1, 5)]
    until(lambda: len(rows(home, "SELECT 1 FROM runs")) == 5, 30, "their runs")
    home.cli("resume", cwd=repository.path)
    assert home.finished(1, shas[-1])["outcome"] == "passed"
    until(lambda: not rows(home, "SELECT 1 FROM runs WHERE state <> 'done'"), 30)
    for sha in shas[:-1]:
        run = home.finished(1, sha)
        assert run["outcome"] == "superseded"
        assert run["reason"].startswith("overtaken by ")
    repository.git("reset", "--hard", "--quiet", shas[1])  # a branch is at it again

    def back() -> bool:
        found = home.finished(1, shas[1])
        return found["outcome"] == "passed" and "wanted again" in found["reason"]

    until(back, 60, "the commit's new generation")


def test_a_second_signal_ends_jobs_at_once_and_costs_them_no_attempt(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text("grace: 60s\n")
    slow = "tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sleep, '120']}}\n"
    repository.commit({".fullautoci.yml": HOST + slow})
    home.cli("init", cwd=repository.path)
    until(lambda: rows(home, "SELECT 1 FROM jobs WHERE state = 'running'"), 30, "a running job")
    daemon = psutil.Process(home.pid())
    began = time.monotonic()
    for _ in range(3):
        daemon.terminate()
        time.sleep(0.05)
    daemon.wait(30)
    assert time.monotonic() - began < 30, "it did not wait for the job"
    assert "run 1: slow was lost" in home.log()
    assert rows(home, "SELECT state, losses FROM jobs") == [("queued", 0)]


def test_a_signal_that_comes_while_the_daemon_starts_is_heeded(home: Home) -> None:
    for wait in (0.05, 0.2, 0.4, 0.6, 0.8):
        with home.paths.daemon_log.open("ab") as log:
            daemon = subprocess.Popen([str(PROGRAM), "daemon", "run"], env=home.env, stdout=log, stderr=log)
        time.sleep(wait)
        daemon.terminate()
        assert daemon.wait(30) in (0, -signal.SIGTERM)
        assert not home.pid_lives()
