"""The wall clock leaps while a job runs: it is neither ended early nor left running, and has one result."""

import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.support.faults import check_sound, rows
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository
from tests.support.wall_clock import WallClock

DAY, YEAR = 86_400, 31_557_600
LEAPS = {"a day back": -DAY, "ten years on": 10 * YEAR, "an hour on, as by summer time": 3600}
SLOW = "slow: {{command: [sh, slow.sh], timeout: {}}}"
TOOLS = "tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, " + SLOW + "}}\n"


@pytest.fixture(params=list(LEAPS))
def leap(request: pytest.FixtureRequest) -> int:
    return LEAPS[request.param]


def leap_in_a_job(home: Home, repository: Repository, folder: Path, leap: int, script: str, timeout: str) -> None:
    """Have the clock leap while a commit's job runs."""
    clock = WallClock(home, folder)
    repository.commit({".fullautoci.yml": HOST + TOOLS.format(timeout), "slow.sh": script})
    home.cli("init", cwd=repository.path)
    until(lambda: any(job["state"] == "running" for job in home.api().status()["running"]), 30, "a running job")
    clock.leap(leap)


def test_a_leap_ends_no_job_early(home: Home, repository: Repository, tmp_path: Path, leap: int) -> None:
    leap_in_a_job(home, repository, tmp_path, leap, "sleep 1.5\n", "60s")
    run = home.finished(1, repository.head())
    assert (run["outcome"], run["jobs"][0]["attempt"]) == ("passed", 1)
    assert 1.4 < run["jobs"][0]["duration_s"] < 30
    finished = datetime.fromisoformat(run["finished_at"])
    assert abs((finished - datetime.now(UTC)).total_seconds() - leap) < 120, "the leap was not seen at all"
    later = repository.commit({"slow.sh": "true\n"})
    assert home.finished(1, later)["outcome"] == "passed"
    assert [sha for (sha,) in rows(home, "SELECT sha FROM runs ORDER BY id")][-1] == later
    assert home.json("history", cwd=repository.path)[0]["commit"] == later
    check_sound(home)


def test_a_leap_keeps_no_job_alive(home: Home, repository: Repository, tmp_path: Path, leap: int) -> None:
    leap_in_a_job(home, repository, tmp_path, leap, "sleep 600\n", "5s")
    began = time.monotonic()
    assert home.finished(1, repository.head())["outcome"] == "timed_out"
    assert time.monotonic() - began < 60
