"""A long rebase, with no hook, with an empty one, and with ours."""

import contextlib
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.harness import Figure, Report, Sample, interleave, ratios, repository
from bench.hook import NOTHING_TO_RUN
from tests.e2e.test_rebase import series
from tests.support.home import Home
from tests.support.repository import Repository

ROUNDS = 7
LENGTH = 500
PAUSE_S = 1.0
NONE, EMPTY, OURS = "no hook", "an empty sh hook", "ours"


@dataclass(frozen=True)
class Rebases:
    """A repository whose branch is rebased again and again."""

    name: str
    repository: Repository

    def sample(self) -> dict[str, float]:
        """Seconds that the rebase takes; the branch is put back afterwards."""
        made = self.repository
        began = time.perf_counter()
        subprocess.run(
            ["git", "rebase", "--quiet", "main"], cwd=made.path, env=made.env, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        took = time.perf_counter() - began
        made.git("-c", "core.hooksPath=/dev/null", "reset", "--quiet", "--hard", "ORIG_HEAD")
        return {self.name: took}


def measure(rounds: int) -> Report:
    """Rebase in each way in turn."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        home = Home(folder / "h")
        stack.callback(home.close)
        ways = [Rebases(name, _topic(folder / name.replace(" ", "-"))) for name in (NONE, EMPTY, OURS)]
        hook = ways[1].repository.path / ".git/hooks/post-commit"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text("#!/bin/sh\n")
        hook.chmod(0o755)
        home.cli("init", cwd=ways[2].repository.path)
        home.cli("pause")
        samples: list[Sample] = [way.sample for way in ways]
        interleave(samples, 1, PAUSE_S)
        series_found = interleave(samples, rounds, PAUSE_S)
    return Report("rebase", rounds, "s", series_found, _figures(series_found), [f"{LENGTH} commits"])


def _figures(found: Mapping[str, list[float]]) -> list[Figure]:
    return [
        Figure("ours over no hook", statistics.median(ratios(found[OURS], found[NONE])), "", 1.30),
        Figure("an empty sh hook over no hook", statistics.median(ratios(found[EMPTY], found[NONE]))),
    ]


def _topic(path: Path) -> Repository:
    made = repository(path)
    made.git("config", "gc.auto", "0")
    made.commit({"README": "A small repository.\n", ".fullautoci.yml": NOTHING_TO_RUN}, "first")
    series(made, LENGTH)
    return made
