"""What a post-commit hook adds to `git commit`: an empty one, ours, and hook managers' with one that does nothing."""

import contextlib
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from _pytest.outcomes import Skipped

from bench.harness import Figure, Report, Sample, Unavailable, differences, interleave, repository
from tests.support.home import Home
from tests.support.managers import MANAGERS, SCRIPT, Manager
from tests.support.repository import Repository

ROUNDS = 80
PAUSE_S = 0.08
WARM_UP = 3

NONE, EMPTY, PREK = "no hook", "an empty sh hook", "prek"
OURS, OURS_DOWN, OURS_BURST = "ours", "ours, no daemon", "ours, in a burst"
# The daemon takes each commit in, and has nothing to run for it: jobs would disturb what is measured next.
NOTHING_TO_RUN = "tools: {pylint: {enabled: false}, coverage: {enabled: false}}\n"
MANAGED = ("lefthook", "husky", PREK, "pre-commit")


@dataclass(frozen=True)
class Commits:
    """One way to commit.

    Attributes:
        poke: the marker by which our hook sees that the daemon was told within the last second.
        poke_by: what to write into it before each commit; None: remove it, as if this were the first for a while.
    """

    name: str
    repository: Repository
    poke: Path | None = None
    poke_by: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def sample(self) -> dict[str, float]:
        """Milliseconds that an empty commit takes."""
        if self.poke is not None and self.poke_by is None:
            self.poke.unlink(missing_ok=True)
        elif self.poke is not None:
            self.poke.write_text(f"{self.poke_by}\n")
        command = ["git", "commit", "--quiet", "--allow-empty", "--message", "nothing"]
        env = {**self.repository.env, **self.variables}
        began = time.perf_counter()
        subprocess.run(
            command, cwd=self.repository.path, env=env, check=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        return {self.name: 1000 * (time.perf_counter() - began)}


def measure(rounds: int) -> Report:
    """Commit in each way in turn."""
    notes = ["added: the median of each round's difference to no hook; managers run one hook that does nothing"]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        ways = [Commits(NONE, _small(folder / "none")), _with_empty_hook(folder), *_with_ours(folder, stack)]
        for manager in MANAGERS:
            if manager.name in MANAGED:
                try:
                    ways.append(_with_manager(folder, manager))
                except (Unavailable, Skipped, AssertionError) as error:
                    notes.append(f"{manager.name} was left out: {error}")
        samples: list[Sample] = [way.sample for way in ways]
        interleave(samples, WARM_UP, PAUSE_S)
        series = interleave(samples, rounds, PAUSE_S)
    return Report("hook", rounds, "ms", series, _figures(series), notes)


def _figures(series: Mapping[str, list[float]]) -> list[Figure]:
    added = {
        name: statistics.median(differences(values, series[NONE]))
        for name, values in series.items()
        if name in (EMPTY, OURS, OURS_DOWN, OURS_BURST, *MANAGED)
    }
    goals = {OURS: 4.0, OURS_DOWN: 4.0}
    figures = [Figure(f"added by {name}", value, "ms", goals.get(name)) for name, value in added.items()]
    quiet = min(series[OURS]) - min(series[NONE])
    figures.append(Figure("added by ours, the fastest of each compared", quiet, "ms"))
    if PREK in added:
        figures += [Figure(f"{name}, over prek's", added[name] / added[PREK], "", 0.37) for name in (OURS, OURS_DOWN)]
    return figures


def _small(path: Path, files: Mapping[str, str] | None = None) -> Repository:
    made = repository(path)
    made.git("config", "gc.auto", "0")
    made.commit({"README": "A small repository.\n", ".fullautoci.yml": NOTHING_TO_RUN, **(files or {})}, "first")
    return made


def _with_empty_hook(folder: Path) -> Commits:
    made = _small(folder / "empty")
    hook = made.path / ".git/hooks/post-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\n")
    hook.chmod(0o755)
    return Commits(EMPTY, made)


def _with_ours(folder: Path, stack: contextlib.ExitStack) -> list[Commits]:
    """Our hook as `init` installs it: of a home whose daemon runs, and of one that has none."""
    up, down = Home(folder / "h"), Home(folder / "d")
    stack.callback(up.close)
    stack.callback(down.close)
    made = {name: _small(folder / name) for name in ("ours", "burst", "down")}
    for name in ("ours", "burst"):
        up.cli("init", cwd=made[name].path)
    down.cli("init", "--no-start", cwd=made["down"].path)
    return [
        Commits(OURS, made["ours"], up.paths.spool / ".poke"),
        Commits(OURS_BURST, made["burst"], up.paths.spool / ".poke", str(os.getpid())),
        Commits(OURS_DOWN, made["down"], down.paths.spool / ".poke"),
    ]


def _with_manager(folder: Path, manager: Manager) -> Commits:
    made = _small(
        folder / manager.name, {name: text.replace(SCRIPT.strip(), "true") for name, text in manager.files.items()}
    )
    manager.install(made)
    return Commits(manager.name, made)
