"""Each page of the dashboard with 200 repositories, 100,000 commits and 1,000,000 results: its time, and its size.

The server is the daemon's own, in a process of its own, over a database that was made (`filled.py`); pages are asked
for one at a time over one connection, as a browser does, compressed.
"""

import contextlib
import re
import sqlite3
import statistics
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bench.filled import TOOLS, fill
from bench.harness import CALIBRATION, Figure, Report, Unavailable, interleave, spread
from bench.http import Connection, request
from bench.serving import served

ROUNDS = 20
REQUESTS = 10
RESULTS, COMMITS_A_REPOSITORY = 1_000_000, 500
MORE_TOOLS = ("ruff", "bandit", "black", "isort", "docs", "build", "spelling")
RUN = 50_200
PAGES: Mapping[str, str] = {
    "overview": "/",
    "commits": "/repos/101",
    "commits, found by words": "/repos/101?text=simpler",
    "grid": "/repos/101/grid",
    "branches": "/repos/101/branches",
    "search": "/search?q=number",
    "a run": f"/runs/{RUN}",
    "findings of a job": f"/jobs/{10 * (RUN - 1) + 1}/findings",
    "trends": "/repos/101/trends",
    "a metric": "/repos/101/trends/pylint.pylint_a",
    "tests": "/repos/101/tests",
    "ratchets": "/repos/101/ratchets",
    "a ratchet": "/repos/101/ratchets/pylint.pylint_a",
    "journal": "/repos/101/journal",
    "reports": "/repos/101/reports",
    "a report": "/repos/101/reports/2023-11-01..2023-12-31",
    "settings": "/settings",
    "settings of users": "/settings/users",
    "settings of tools": "/settings/tools?repository=101",
    "audit trail": "/settings/audit",
    "what open pages ask": "/live",
}
GOAL_MS, PAGE_KB, ALL_KB = 30.0, 60.0, 150.0
_ASSET = re.compile(rb'(?:href|src|data-plain)="(/static/[^"]+)"')


@dataclass
class Page:
    """A page, how long it took each time (ms), and what is sent for it (bytes)."""

    raw: bytes
    took: list[float] = field(default_factory=list)
    size: int = 0
    assets: int = 0


def measure(rounds: int) -> Report:
    """Ask for all pages in turn."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        fill(folder / "fullautoci.db", RESULTS, tools=(*TOOLS, *MORE_TOOLS), commits_a_repository=COMMITS_A_REPOSITORY)
        port, key = stack.enter_context(served(folder))
        headers = (f"Authorization: Bearer {key}", "Accept-Encoding: gzip")
        pages = {name: Page(request(path, port, *headers)) for name, path in PAGES.items()}
        sizes: dict[bytes, int] = {}
        for name, page in pages.items():
            _weigh(name, page, port, headers, sizes)

        def sample() -> dict[str, float]:
            connection, found = Connection(port), {}
            for name, page in pages.items():
                took = [_one(name, connection, page.raw) for _ in range(REQUESTS)]
                page.took += took
                found[name] = statistics.median(took)
            connection.socket.close()
            return found

        series = interleave([sample], rounds)
    loop = spread(series[CALIBRATION]).median
    figures = []
    for name, page in pages.items():
        last = statistics.quantiles(page.took, n=100)[98]
        figures.append(Figure(f"{name}: 99th percentile", last, "ms", GOAL_MS))
        figures.append(Figure(f"{name}: the same in calibration loops", last / loop, "x"))
        figures.append(Figure(f"{name}: page, compressed", page.size / 1000, "kB", PAGE_KB))
        figures.append(Figure(f"{name}: with all of its assets", (page.size + page.assets) / 1000, "kB", ALL_KB))
    notes = [f"sqlite {sqlite3.sqlite_version}; a browser keeps assets, and asks for them once"]
    return Report("dashboard", rounds, "ms", series, figures, notes)


def _one(name: str, connection: Connection, raw: bytes) -> float:
    status, took = connection.timed(raw)
    if status != 200:
        raise Unavailable(f"{name}: answered {status}")
    return took


def _weigh(name: str, page: Page, port: int, headers: tuple[str, ...], sizes: dict[bytes, int]) -> None:
    """What a browser without anything kept is sent for a page; icons only of the state that shows."""
    status, _, body = Connection(port).ask(request(page.raw.split()[1].decode(), port, headers[0]))
    if status != 200:
        raise Unavailable(f"{name}: answered {status}")
    page.size = len(Connection(port).ask(page.raw)[2])
    for path in {one for one in _ASSET.findall(body) if b"data-" not in one}:
        if path not in sizes:
            sizes[path] = len(Connection(port).ask(request(path.decode(), port, *headers))[2])
        page.assets += sizes[path]
