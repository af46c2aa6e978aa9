"""The ten busiest reads of the API over TCP, with 1,000 and with 1,000,000 results: how long each takes, and how many.

The server is the daemon's own, in a process of its own, over a database that was made (`filled.py`). It is asked with
a key, as any program on another machine would. Beside it a Buildbot master with as many builds, where one can be had.
"""

import contextlib
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench import buildbot
from bench.filled import TOOLS, fill
from bench.harness import CALIBRATION, Figure, Report, Unavailable, interleave, spread
from bench.http import Connection, a_second, request
from bench.serving import served

ROUNDS = 20
SIZES = (1_000, 1_000_000)
# Requests of each kind in a round, one after the other; and seconds of 16 connections.
REQUESTS = 10
SECONDS = 2.0
CONNECTIONS = 16
RUN, JOB = 200, 598
READS: Mapping[str, str] = {
    "status": "/status",
    "a repository": "/repos/1",
    "the newest 50 runs": "/runs",
    "50 runs of a branch": "/runs?repository=1&branch=main",
    "a run": f"/runs/{RUN}",
    "a run's results": f"/runs/{RUN}/results",
    "50 commits": "/repos/1/commits",
    "a commit": "/repos/1/commits/{sha}",
    "a job's findings": f"/jobs/{JOB}/findings",
    "a metric at 50 commits": "/repos/1/metrics?tool=pylint&metric=pylint_a",
}
UNCHANGED = "50 runs that are as they were"
GROWTH, LATENCY_MS, A_SECOND = 1.5, 10.0, 500.0


@dataclass
class Served:
    """A server under measurement, with what it was asked and how long each answer took, in milliseconds."""

    name: str
    port: int
    requests: Mapping[str, bytes]
    took: dict[str, list[float]] = field(default_factory=dict)

    def sample(self) -> dict[str, float]:
        """Some requests of each kind, one at a time; then as many as can be at 16 connections."""
        found: dict[str, float] = {}
        connection = Connection(self.port)  # one that does nothing between the rounds would be closed
        for name, raw in self.requests.items():
            took = [self._one(connection, raw) for _ in range(REQUESTS)]
            self.took.setdefault(name, []).extend(took)
            found[f"{name}, {self.name}"] = statistics.median(took)
        connection.socket.close()
        kept = [raw for name, raw in self.requests.items() if name != UNCHANGED]  # after which a connection may end
        rate = a_second(self.port, kept, CONNECTIONS, SECONDS)
        return {**found, f"requests a second, {self.name}": rate}

    def _one(self, connection: Connection, raw: bytes) -> float:
        status, took = connection.timed(raw)
        if status not in (200, 304):
            raise Unavailable(f"{self.name}: answered {status} to {raw.split()[1].decode()}")
        return took

    def percentile(self, name: str) -> float:
        """The 99th of one kind, in milliseconds."""
        return statistics.quantiles(self.took[name], n=100)[98]


def measure(rounds: int) -> Report:
    """Ask servers over databases of both sizes, in turn."""
    notes = [f"a result is one job; a run has {len(TOOLS)}, of which one has findings and one has tests"]
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        ours = [stack.enter_context(_served(folder / str(size), size)) for size in SIZES]
        samples = [one.sample for one in ours]
        try:
            theirs = stack.enter_context(buildbot.served(folder / "buildbot", SIZES[-1] // len(TOOLS)))
            their = Served("Buildbot", theirs.port, theirs.requests)
            samples.append(their.sample)
        except Unavailable as error:
            notes.append(f"Buildbot was not measured: {error}")
            their = None
        series = interleave(samples, rounds)
    many = ours[-1]
    loop = spread(series[CALIBRATION]).median
    figures = []
    for name in (*READS, UNCHANGED):
        before, after = (spread(series[f"{name}, {one.name}"]).median for one in ours)
        figures.append(Figure(f"{name}: growth", after / before, "x", GROWTH))
        figures.append(Figure(f"{name}: 99th percentile", many.percentile(name), "ms", LATENCY_MS))
        figures.append(Figure(f"{name}: the same in calibration loops", many.percentile(name) / loop, "x"))
    rate = spread(series[f"requests a second, {many.name}"]).median
    figures.append(Figure("requests a second short of the goal", max(0.0, A_SECOND - rate), "", 0.0))
    figures.append(Figure("requests in a calibration loop's time", rate * loop / 1000, ""))
    if their is not None:
        figures += [Figure(f"Buildbot, {name}: 99th percentile", their.percentile(name), "ms") for name in their.took]
    return Report("api", rounds, "ms, or as named", series, figures, notes)


@contextlib.contextmanager
def _served(home: Path, size: int) -> Iterator[Served]:
    """The daemon's server over a database with so many results."""
    home.mkdir()
    database = home / "fullautoci.db"
    fill(database, size)
    with contextlib.closing(sqlite3.connect(database)) as connection:
        (sha,) = connection.execute("SELECT sha FROM runs WHERE id = ?", [RUN]).fetchone()
    with served(home) as (port, key):
        asked = {
            name: request(f"/api/v1{path.format(sha=sha)}", port, f"Authorization: Bearer {key}")
            for name, path in READS.items()
        }
        first = Connection(port)
        _, head, _ = first.ask(asked["the newest 50 runs"])
        first.socket.close()
        tag = next(line for line in head.decode().split("\r\n") if line.lower().startswith("etag:")).partition(" ")[2]
        again = request("/api/v1/runs", port, f"Authorization: Bearer {key}", f"If-None-Match: {tag}")
        yield Served(f"{size:,} results", port, {**asked, UNCHANGED: again})
