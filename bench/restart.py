"""How soon a daemon that was killed is ready again, with thousands of events in its spool, then jobs in its queue."""

import contextlib
import os
import signal
import tempfile
import time
import uuid
from pathlib import Path

from bench.harness import CALIBRATION, Figure, Report, calibrate
from fullautoci import spool
from fullautoci.model import Event, RefUpdate
from tests.support.faults import rows
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

ROUNDS = 5
EVENTS = 10_000
CONFIG = HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, slow: {command: [sleep, '1']}}\n"
SPOOLED, QUEUED, ACCEPTED = "ready, events in the spool", "ready, jobs in the queue", "events accepted a second"


def measure(rounds: int) -> Report:
    """Spool the events of so many commits; then start, kill, and start again."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        home = Home(folder / "h", config="workers: 1\n")
        stack.callback(home.close)
        made = Repository(folder / "r")
        made.commit({".fullautoci.yml": CONFIG}, "first")
        home.cli("init", "--wait", cwd=made.path)
        home.stop()
        shas = _history(made)
        _spool(home, made, shas)
        series: dict[str, list[float]] = {SPOOLED: [], QUEUED: [], CALIBRATION: []}
        for _ in range(rounds):
            series[SPOOLED].append(_start(home))
            series[CALIBRATION].append(1000 * calibrate())
            _kill(home)
        home.start()
        began, before = time.monotonic(), _known(home)
        until(lambda: not home.api().status()["spool_waiting"], 600, "the spool's end")
        rate = (_known(home) - before) / (time.monotonic() - began)
        for _ in range(rounds):
            _kill(home)
            series[QUEUED].append(_start(home))
            series[CALIBRATION].append(1000 * calibrate())
        queued = home.api().status()["jobs_queued"]
        lost = set(shas) - {sha for (sha,) in rows(home, "SELECT sha FROM runs")}
    figures = [
        Figure("ready with the spool full, the slowest", max(series[SPOOLED]), "ms", 2000),
        Figure("ready with the queue full, the slowest", max(series[QUEUED]), "ms", 2000),
        Figure("lost", len(lost), f"of {EVENTS}", 0),
        Figure(ACCEPTED, rate),
    ]
    return Report("restart", rounds, "ms", series, figures, [f"{queued} jobs queued at the last start"])


def _history(made: Repository) -> list[str]:
    """So many commits on top of the first, all of its tree."""
    who = "committer Ada <ada@example.org> 1700000000 +0000\ndata 1\nx\n"
    lines = [f"commit refs/heads/main\n{who}{f'from {made.head()}' if n == 0 else ''}\n" for n in range(EVENTS)]
    made.git("fast-import", "--quiet", stdin="".join(lines).encode())
    return made.git("rev-list", "--reverse", f"--max-count={EVENTS}", "main").split()


def _spool(home: Home, made: Repository, shas: list[str]) -> None:
    """An event each, as the hooks would have left them while no daemon ran."""
    old: str | None = None
    for sha in shas:
        update = RefUpdate("refs/heads/main", old, sha)
        event = Event(str(uuid.uuid4()), "post-commit", str(made.path / ".git"), (update,))
        (home.paths.spool / f"{event.id}{spool.SUFFIX}").write_bytes(spool.encode(event))
        old = sha


def _start(home: Home) -> float:
    """Milliseconds that `fullautoci daemon start` took, which ends when the daemon answers."""
    began = time.monotonic()
    home.start()
    return 1000 * (time.monotonic() - began)


def _kill(home: Home) -> None:
    os.kill(home.pid(), signal.SIGKILL)
    until(lambda: not home.pid_lives(), 20, "the daemon's end")


def _known(home: Home) -> int:
    return int(str(rows(home, "SELECT count(*) FROM events")[0][0]))
