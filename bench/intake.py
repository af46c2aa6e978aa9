"""Twenty commits a second for a while, with hooks and past them: none is lost, and how long each waits to be seen."""

import contextlib
import statistics
import subprocess
import tempfile
import time
from datetime import datetime
from pathlib import Path

from bench.harness import CALIBRATION, Figure, Report, calibrate, repository
from bench.hook import NOTHING_TO_RUN
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import Repository

# Seconds: the rounds of this benchmark.
ROUNDS = 60
RATE = 20
KEPT_TO = "commit to its row"
LATE = "how late a commit was begun"


def measure(rounds: int) -> Report:
    """Commit at a rate for `rounds` seconds, and look for every commit's row."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        home = Home(folder / "h")
        stack.callback(home.close)
        made = repository(folder / "r")
        made.git("config", "gc.auto", "0")
        made.commit({"README": "A small repository.\n", ".fullautoci.yml": NOTHING_TO_RUN}, "first")
        home.cli("init", "--wait", cwd=made.path)
        began, late, calibrations = _commit(made, rounds)
        number = home.api().repositories()[0]["id"]
        last = made.head()
        until(lambda: home.api().runs(repository=number, commit=last, limit=1), 60, "the last commit's run")
        until(lambda: home.api().status()["spool_waiting"] == 0, 60)
        rows = _rows(home, number)
    lost = [sha for sha in began if sha not in rows]
    waits = [max(0.0, rows[sha] - began[sha]) for sha in began if sha in rows]
    figures = [
        Figure("lost", len(lost), f"of {len(began)}", 0),
        Figure("commits a second", len(began) / rounds, ""),
        Figure("commit to its row, the slowest", 1000 * max(waits), "ms"),
    ]
    series = {KEPT_TO: [1000 * wait for wait in waits], LATE: [1000 * one for one in late], CALIBRATION: calibrations}
    return Report("intake", rounds, "ms", series, figures, [f"median {statistics.median(waits):.3f} s"])


def _commit(made: Repository, rounds: int) -> tuple[dict[str, float], list[float], list[float]]:
    began: dict[str, float] = {}
    late, calibrations = [], []
    start = time.monotonic()
    for count in range(rounds * RATE):
        due = start + count / RATE
        wait = due - time.monotonic()
        if wait > 0:
            time.sleep(wait)
        late.append(max(0.0, -wait))
        subprocess.run(
            ["git", "commit", "--quiet", "--allow-empty", "--message", str(count)],
            cwd=made.path, env=made.env, check=True, stdin=subprocess.DEVNULL, capture_output=True,
        )  # fmt: skip
        began[made.head()] = time.time()
        if count % RATE == 0:
            calibrations.append(1000 * calibrate())
    return began, late, calibrations


def _rows(home: Home, number: int) -> dict[str, float]:
    found: dict[str, float] = {}
    before: int | None = None
    while True:
        page = home.api().runs(repository=number, limit=200, **({"before": before} if before else {}))
        for run in page:
            found.setdefault(run["commit"], datetime.fromisoformat(run["queued_at"]).timestamp())
        if len(page) < 200:
            return found
        before = min(run["id"] for run in page)
