"""The daemon watched while a job does its worst: how much it grows, and how soon it answers."""

import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psutil

from tests.support.faults import FULL
from tests.support.home import Home

GROWTH = 64 * 1024 * 1024
SLOW_S = 0.5


@dataclass
class Watched:
    """What was seen of a daemon: bytes by which it grew at most, and seconds that its answers took."""

    grew: int = 0
    took: list[float] = field(default_factory=list)

    @property
    def p95_s(self) -> float:
        return statistics.quantiles(self.took, n=20)[-1]

    def check(self) -> None:
        """It stayed small; in `make faults`, where nothing else runs, it answered soon too."""
        assert self.grew < GROWTH, f"the daemon grew by {self.grew >> 20} MB"
        assert not FULL or self.p95_s < SLOW_S, f"its answers took {self.p95_s:.3f} s"

    def __str__(self) -> str:
        return f"grew by {self.grew / 2**20:.0f} MB, {len(self.took)} answers, p95 {self.p95_s * 1000:.0f} ms"


@contextmanager
def watching(home: Home) -> Iterator[Watched]:
    """Ask the running daemon for its status and the logs of what runs, again and again."""
    daemon, seen, over = psutil.Process(home.pid()), Watched(), threading.Event()
    before = daemon.memory_info().rss

    def ask() -> None:
        while not over.is_set():
            began = time.monotonic()
            running = home.api().status()["running"]
            seen.took.append(time.monotonic() - began)
            for job in running:
                home.api().log(job["id"])
            seen.grew = max(seen.grew, daemon.memory_info().rss - before)
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield seen
    finally:
        over.set()
        asking.join(30)
