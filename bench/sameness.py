"""From a commit whose files are known to its results: amended, reverted, and ten that were rebased."""

import contextlib
import itertools
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from bench.harness import Figure, Report, Unavailable, interleave, repository
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE

ROUNDS = 15
LENGTH = 10
GOAL_MS = 300.0
# The end of a run is read from its rows: looking for it often would slow it down.
LOOK_EVERY_S = 0.1
PAUSE_S = 1.0
AMENDED, REVERTED = "amended", "reverted"
FIRST, LAST = f"{LENGTH} rebased: the first that is over", f"{LENGTH} rebased: the last"
REWORD = {"GIT_SEQUENCE_EDITOR": "sed -i s/^pick/reword/", "GIT_EDITOR": "sh -c 'echo reworded >> \"$1\"' --"}


def measure(rounds: int) -> Report:
    """Make commits whose results are known, in each way in turn."""
    with (
        tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as name,
        contextlib.ExitStack() as stack,
    ):
        work = Sameness(Path(name), stack)
        samples = [work.amended, work.reverted, work.rebased]
        interleave(samples, 1, PAUSE_S)
        series = interleave(samples, rounds, PAUSE_S)
    figures = [Figure(name, statistics.median(series[name]), "ms", GOAL_MS) for name in (AMENDED, REVERTED, FIRST)]
    figures.append(Figure(LAST, statistics.median(series[LAST]), "ms"))
    notes = ["pylint and coverage, environment: host; from the end of git's command to the end of the run"]
    return Report("sameness", rounds, "ms", series, figures, notes)


class Sameness:
    """A watched repository with a branch of some commits, all of which were measured.

    Args:
        stack: takes the daemon down at its end.
    """

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        self._numbers = itertools.count()
        self._repository = made = repository(folder / "r")
        made.commit(SAMPLE, "first")
        self._home = Home(folder / "h")
        stack.callback(self._home.close)
        self._home.env["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        self._home.cli("init", "--wait", cwd=made.path)
        shas = [made.commit({f"a{number}.py": f'"""A."""\n\nA = {number}\n'}, "a") for number in range(LENGTH)]
        self._until_over(shas, reused=False)
        made.git("switch", "--quiet", "--create", "other", "main~1")
        made.commit({"b.py": '"""B."""\n\nB = 1\n'}, "b")
        self._until_over([made.head()], reused=False)

    def amended(self) -> dict[str, float]:
        """Milliseconds until a commit with another message has its results."""
        self._repository.git("switch", "--quiet", "other")
        self._repository.git("commit", "--quiet", "--amend", "--message", f"amended {next(self._numbers)}")
        return {AMENDED: self._took([self._repository.head()])[-1]}

    def reverted(self) -> dict[str, float]:
        """Milliseconds until a commit that takes back another, or such a one, has its results."""
        self._repository.git("switch", "--quiet", "other")
        self._repository.git("revert", "--no-edit", "HEAD")
        return {REVERTED: self._took([self._repository.head()])[-1]}

    def rebased(self) -> dict[str, float]:
        """Milliseconds until the first and the last of a rebased series have their results."""
        self._repository.git("switch", "--quiet", "main")
        self._repository.git("rebase", "--quiet", "--interactive", f"HEAD~{LENGTH}", env=REWORD)
        began = time.time()
        shas = self._repository.git("rev-list", f"HEAD~{LENGTH}..HEAD").split()
        took = self._took(shas, began)
        return {FIRST: took[0], LAST: took[-1]}

    def _took(self, shas: Sequence[str], began: float | None = None) -> list[float]:
        """Milliseconds until the runs of some commits were over, in the order in which they were."""
        began = time.time() if began is None else began
        return sorted(1000 * (end - began) for end in self._until_over(shas, reused=True))

    def _until_over(self, shas: Sequence[str], *, reused: bool) -> list[float]:
        """When the runs of some commits were over, in seconds of the wall clock.

        Raises:
            Unavailable: one has not the results that it should have.
        """
        marks = ",".join("?" * len(shas))

        def ends() -> list[tuple[object, ...]]:
            time.sleep(LOOK_EVERY_S)
            found = self._home.rows(
                "SELECT r.finished_at, r.outcome, count(j.reused_from) = count(*) FROM runs r"
                f" JOIN jobs j ON j.run_id = r.id WHERE r.sha IN ({marks}) AND r.state = 'done' GROUP BY r.id",
                *shas,
            )
            return found if len(found) == len(shas) else []

        found = until(ends, 300, f"the runs of {len(shas)} commits")
        wrong = [row for row in found if row[1] != "passed" or (reused and not row[2])]
        if wrong:
            raise Unavailable(f"a run was {wrong[0][1]}, or was measured where its results are known")
        return [datetime.fromisoformat(str(row[0])).timestamp() for row in found]
