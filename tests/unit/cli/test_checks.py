"""What `doctor` makes of what the daemon says of its jobs."""

from pathlib import Path
from typing import Any

import pytest

from fullautoci import __version__
from fullautoci.cli.checks import machine, service
from fullautoci.paths import Paths

INFO: dict[str, Any] = {
    "version": __version__, "pid": 1, "url": "http://127.0.0.1:1", "workers": 2, "workers_idle": 2, "notices": True,
    "running": [], "jobs_queued": 0, "jobs_quarantined": 0, "oldest_wait_s": None, "paused": None,
}  # fmt: skip
JOB = {"repository": "r", "commit": "a" * 40, "tool": "pylint", "run_id": 7, "timeout": 600.0}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / "home")}).create()


@pytest.mark.parametrize(
    ("change", "state", "words"),
    [
        ({}, "ok", "none stuck"),
        ({"running": [{**JOB, "state": "running", "seconds": 660.0}]}, "ok", "1 running"),
        ({"running": [{**JOB, "state": "running", "seconds": 661.0}]}, "problem", "running for 661 s"),
        ({"running": [{**JOB, "state": "preparing", "seconds": 1799.0}]}, "ok", "1 running"),
        ({"running": [{**JOB, "state": "preparing", "seconds": 1801.0}]}, "problem", "preparing for 1801 s"),
        ({"jobs_queued": 3, "oldest_wait_s": 61.0}, "problem", "3 jobs queued for up to 61 s"),
        ({"jobs_queued": 3, "oldest_wait_s": 61.0, "workers_idle": 0}, "ok", "3 queued"),
        ({"jobs_queued": 3, "oldest_wait_s": 61.0, "paused": {"what": "everything"}}, "ok", "3 queued"),
        ({"jobs_quarantined": 1}, "warning", "1 job quarantined"),
    ],
)
def test_stuck_jobs(paths: Paths, change: dict[str, Any], state: str, words: str) -> None:
    (row,) = [row for row in service.rows(paths, {**INFO, **change}) if row.what == "jobs"]
    assert (row.state, words in row.found) == (state, True), row
    assert state == "ok" or row.hint


@pytest.mark.parametrize(("change", "what"), [({"version": "0.0.0"}, "daemon"), ({"notices": False}, "notices")])
def test_what_the_daemon_lacks(paths: Paths, change: dict[str, Any], what: str) -> None:
    states = {row.what: row.state for row in service.rows(paths, {**INFO, **change})}
    assert states[what] == "warning"


def test_a_sandbox_that_does_not_work_is_told(paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    bwrap = programs / "bwrap"
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    bwrap.write_text("#!/bin/sh\necho 'no namespaces here' >&2\nexit 1\n")
    bwrap.chmod(0o755)
    (row,) = [row for row in machine.rows(paths) if row.what == "sandbox"]
    assert (row.state, "no namespaces here" in row.found) == ("warning", True)
