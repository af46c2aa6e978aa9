"""From a commit to its last result, beside the same two tools by hand: one after the other, and both at once."""

import contextlib
import itertools
import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from bench.harness import Figure, Report, Unavailable, interleave, ratios, repository
from tests.support.home import Home
from tests.support.patience import until
from tests.support.projects import CACHE, INSTALLER_CACHES, RELEASES, DownloadError, commit_release, sdists
from tests.support.repository import Repository

ROUNDS = 7
WARM_UP = 1
SETUP_TIMEOUT_S = 600.0
# The end of a run is read from its rows: looking for it often would slow it down.
LOOK_EVERY_S = 0.1

PROJECT, SOURCE, TOUCHED = "itsdangerous", "src/itsdangerous", "src/itsdangerous/_json.py"
OURS, OURS_TOOLS, OWN = "commit to last result row", "  the longest tool's own time", "  our own share"
STARTING, PREPARING = "    commit to both jobs begun", "    checkout and environment of the longest"
BY_HAND, AT_ONCE = "by hand, one after the other", "by hand, both at once"


def measure(rounds: int) -> Report:
    """Test a commit in each way in turn."""
    with (
        tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as name,
        contextlib.ExitStack() as stack,
    ):
        work = Overhead(Path(name), stack)
        for number in range(WARM_UP):
            work.ours()
            work.by_hand(f"warm-{number}")
        series = interleave([work.ours, work.one_after_the_other, work.both_at_once], rounds)
    own = 1000 * statistics.median(series[OWN])
    figures = [
        Figure("ours over one after the other", statistics.median(ratios(series[OURS], series[BY_HAND])), "", 0.80),
        Figure("both at once over one after the other", statistics.median(ratios(series[AT_ONCE], series[BY_HAND]))),
        Figure("our own share", own, "ms", 200.0),
    ]
    notes = [
        f"{PROJECT} {RELEASES[PROJECT][-1]}; ratios are the medians of each round's",
        "our tools run at a low priority: where the machine has other work, by hand has the advantage",
    ]
    return Report("overhead", rounds, "s", series, figures, notes)


class Overhead:
    """A watched repository of a real project, and clean checkouts of the same commit.

    Args:
        stack: takes the daemon down at its end.
    """

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._folder = folder
        self._numbers = itertools.count()
        self._repository = _project(folder / PROJECT)
        environments = CACHE / "bench/environments"
        environments.mkdir(parents=True, exist_ok=True)
        self._home = Home(folder / "h", environments)
        stack.callback(self._home.close)
        self._home.env |= INSTALLER_CACHES
        done = self._home.run("init", "--wait", cwd=self._repository.path, timeout=SETUP_TIMEOUT_S)
        if done.returncode:
            raise Unavailable(f"fullautoci init ended with {done.returncode}: {done.stderr.strip()}")
        self._id = self._home.api().repositories()[0]["id"]
        run = self._home.finished(self._id, self._repository.head(), SETUP_TIMEOUT_S)
        self._pythons = {job["tool"]: self._python(job) for job in run["jobs"]}

    def _python(self, job: Mapping[str, Any]) -> Path:
        if job["outcome"] != "passed":
            raise Unavailable(f"{job['tool']} {job['outcome']}: {job['reason']} {job['hint']}")
        return Path(self._home.paths.environments / "venv" / job["environment"]["detail"]["key"] / "bin/python")

    def ours(self) -> dict[str, float]:
        """Touch a file, commit, and see what the daemon made of it."""
        touched = self._repository.path / TOUCHED
        touched.write_text(f"{touched.read_text()}# touched: {next(self._numbers)}\n")
        self._repository.git("commit", "--quiet", "--all", "--message", "touched")
        began = time.time()
        sha = self._repository.head()
        jobs = until(lambda: self._finished(sha), SETUP_TIMEOUT_S, f"the run of {sha[:10]}")
        took = max(_moment(job["finished_at"]) for job in jobs) - began
        starting = max(_moment(job["started_at"]) for job in jobs) - began
        longest = max((job["timings"] for job in jobs), key=lambda timings: float(timings["tool_s"]))
        preparing = longest["checkout_s"] + longest["environment_s"]
        own = took - longest["tool_s"]
        return {OURS: took, OURS_TOOLS: longest["tool_s"], OWN: own, STARTING: starting, PREPARING: preparing}

    def _finished(self, sha: str) -> list[Mapping[str, Any]]:
        time.sleep(LOOK_EVERY_S)
        found = self._home.api().runs(repository=self._id, commit=sha, limit=1)
        if not found or found[0]["state"] != "done":
            return []
        if found[0]["outcome"] != "passed":
            raise Unavailable(f"the run of {sha[:10]} was {found[0]['outcome']}")
        return [*found[0]["jobs"]]

    def one_after_the_other(self) -> dict[str, float]:
        """Pylint, then the tests."""
        return {BY_HAND: self.by_hand(f"checkout-{next(self._numbers)}")}

    def both_at_once(self) -> dict[str, float]:
        """Pylint beside the tests."""
        return {AT_ONCE: self.by_hand(f"checkout-{next(self._numbers)}", at_once=True)}

    def by_hand(self, name: str, *, at_once: bool = False) -> float:
        """Seconds for both tools in a new clone of the newest commit."""
        checkout = self._folder / name
        self._repository.git("clone", "--quiet", str(self._repository.path), str(checkout))
        began = time.perf_counter()
        linting = self._start("pylint", checkout, "pylint", "--output-format=json2", SOURCE)
        if not at_once:
            linting.wait()
        testing = self._start("coverage", checkout, "coverage", "run", "--branch", "-m", "pytest")
        failed = testing.wait()
        reporting = self._start("coverage", checkout, "coverage", "json", "-q", "-o", "coverage.json")
        failed = reporting.wait() or failed
        linting.wait()
        took = time.perf_counter() - began
        measured = checkout / "coverage.json"
        if failed or not measured.is_file() or not json.loads(measured.read_text())["files"]:
            raise Unavailable(f"the tests of {PROJECT} do not pass by hand")
        return took

    def _start(self, tool: str, checkout: Path, *arguments: str) -> "subprocess.Popen[bytes]":
        python = self._pythons[tool]
        env = {
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "PATH": f"{python.parent}:{os.defpath}",
            "PYTHONHASHSEED": "0",
            "PYTHONPATH": str(checkout / "src"),
        }
        return subprocess.Popen(
            [str(python), "-m", *arguments],
            cwd=checkout, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


def _moment(stamp: str) -> float:
    return datetime.fromisoformat(stamp).timestamp()


def _project(path: Path) -> Repository:
    try:
        (release,) = sdists(PROJECT, RELEASES[PROJECT][-1:], CACHE / "sdists")
    except DownloadError as error:
        raise Unavailable(str(error)) from error
    made = repository(path)
    commit_release(made, release)
    return made
