"""Interleaved measurements, and what is made of them: medians, quartiles, figures with goals, a table, a file."""

import json
import os
import platform
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.support.repository import Repository

RESULTS = Path(__file__).resolve().parent / "results"
CALIBRATION = "calibration loop, ms"
# A machine is called busy when the calibration loop's median is this many times its fastest.
BUSY = 1.25

# One measurement: one or more named values, in the unit of its series.
Sample = Callable[[], Mapping[str, float]]


class Unavailable(Exception):
    """Something that a benchmark needs cannot be had."""


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of a series."""

    median: float
    lower: float
    upper: float
    count: int


@dataclass(frozen=True)
class Figure:
    """What a benchmark is made for: a value in a unit, and at most what it should be."""

    name: str
    value: float
    unit: str = ""
    goal: float | None = None

    def verdict(self) -> str:
        """How the value stands to its goal, in words."""
        if self.goal is None:
            return ""
        goal = f"{self.goal:g} {self.unit}".rstrip()
        return f"goal: at most {goal}: {'met' if self.value <= self.goal else 'MISSED'}"


@dataclass(frozen=True)
class Report:
    """What came of a benchmark.

    Attributes:
        series: values by name, one a round; `unit` is theirs.
        notes: what a reader should know of this run, such as what was left out.
    """

    bench: str
    rounds: int
    unit: str
    series: Mapping[str, Sequence[float]]
    figures: Sequence[Figure]
    notes: Sequence[str] = ()
    machine: Mapping[str, str] = field(default_factory=lambda: machine())  # noqa: PLW0108 - defined below

    def show(self) -> None:
        """Print everything as a table that ends with how to repeat it."""
        print(
            f"{self.bench}: {self.rounds} rounds; {', '.join(f'{key} {value}' for key, value in self.machine.items())}"
        )
        width = max(len(name) for name in [*self.series, *(figure.name for figure in self.figures)]) + 2
        print(f"  {'':{width}}{'median':>10} {'quartiles':>20}   {self.unit}")
        for name, values in self.series.items():
            found = spread(values)
            print(f"  {name:{width}}{found.median:10.2f} {f'{found.lower:.2f} to {found.upper:.2f}':>20}")
        for figure in self.figures:
            print(f"  {figure.name:{width}}{figure.value:10.2f} {figure.unit:<4} {figure.verdict()}".rstrip())
        for note in [*self.notes, *_busy(self.series.get(CALIBRATION, ()))]:
            print(f"  note: {note}")
        print(f"repeat with: python -m bench {self.bench} --rounds {self.rounds}")

    def keep(self) -> Path:
        """Write everything as JSON; where."""
        at = datetime.now(UTC)
        RESULTS.mkdir(exist_ok=True)
        path = RESULTS / f"{self.bench}-{at:%Y%m%dT%H%M%SZ}.json"
        spreads = {name: asdict(spread(values)) for name, values in self.series.items()}
        path.write_text(json.dumps({"at": at.isoformat(), **asdict(self), "spreads": spreads}, indent=1) + "\n")
        return path


def interleave(samples: Sequence[Sample], rounds: int, pause: float = 0.0) -> dict[str, list[float]]:
    """Take one measurement of each in turn, round after round, each round after the first in an order of its own.

    The calibration loop is timed once a round, so that a machine that was busy shows.

    Args:
        pause: seconds to wait before each measurement, so that none pays for what another left behind.
    """
    orders = random.Random(0)
    series: dict[str, list[float]] = {}
    for number in range(rounds):
        for sample in orders.sample(samples, len(samples)) if number else samples:
            time.sleep(pause)
            for name, value in sample().items():
                series.setdefault(name, []).append(value)
        series.setdefault(CALIBRATION, []).append(1000 * calibrate())
        if sys.stderr.isatty():
            print(f"\r{number + 1} of {rounds} rounds ", end="\n" if number + 1 == rounds else "", file=sys.stderr)
    return series


def calibrate() -> float:
    """Seconds for a fixed computation in pure Python."""
    began = time.perf_counter()
    value = 1
    for step in range(200_000):
        value = (value * 1103515245 + step) % 2147483648
    assert value >= 0
    return time.perf_counter() - began


def _busy(calibration: Sequence[float]) -> list[str]:
    if not calibration or statistics.median(calibration) < BUSY * min(calibration):
        return []
    return ["the machine was busy (see the calibration loop): trust the ratios, not the absolute figures"]


def spread(values: Sequence[float]) -> Spread:
    """Median and quartiles."""
    lower, median, upper = statistics.quantiles(values, n=4, method="inclusive")
    return Spread(median, lower, upper, len(values))


def differences(left: Sequence[float], right: Sequence[float]) -> list[float]:
    """Left less right, round by round: what both have from the machine's mood goes out."""
    return [one - other for one, other in zip(left, right, strict=True)]


def ratios(left: Sequence[float], right: Sequence[float]) -> list[float]:
    """Left over right, round by round."""
    return [one / other for one, other in zip(left, right, strict=True)]


def machine() -> dict[str, str]:
    """What figures depend on."""
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f"{os.getloadavg()[0]:.1f}"
    return {"python": platform.python_version(), "git": git, "cores": str(cores), "load": load}


def repository(path: Path) -> Repository:
    """A repository that no configuration of the user's or the machine's reaches."""
    return Repository(path, env={"GIT_CONFIG_GLOBAL": os.devnull, "HOME": str(path.parent)})
