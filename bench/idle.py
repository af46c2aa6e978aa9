"""What the service costs while nothing happens: memory and wake-ups of the daemon and two idle workers."""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.harness import Figure, Report, Unavailable, interleave, repository
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import SAMPLE

ROUNDS = 3
REPOSITORIES = 3
SETTLE_S = 20.0
LOOK_S = 30.0
MEMORY, WAKEUPS, CPU = "memory (PSS), MB", "wake-ups a second", "processor, ms a second"


def measure(rounds: int) -> Report:
    """Look at an idle tree of processes, several times."""
    if not Path("/proc/self/smaps_rollup").exists():
        raise Unavailable("the kernel tells no proportional set size (/proc/PID/smaps_rollup)")
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True)))
        home = Home(folder / "h", config="workers: 2\n")
        stack.callback(home.close)
        for number in range(REPOSITORIES):
            made = repository(folder / f"r{number}")
            made.commit(SAMPLE, "first")
            home.cli("init", "--wait", cwd=made.path)
        until(lambda: not home.api().status()["running"])
        time.sleep(SETTLE_S)
        series = interleave([lambda: _look(home.pid())], rounds)
    figures = [
        Figure("memory (PSS) of all processes", max(series[MEMORY]), "MB", 90.0),
        Figure("wake-ups a second", max(series[WAKEUPS]), "", 1.0),
    ]
    notes = [
        f"{REPOSITORIES} watched repositories, both workers have run jobs; looked at for {LOOK_S:g} s a round",
        "a wake-up is a voluntary context switch of any thread; figures are the worst round's",
    ]
    return Report("idle", rounds, "as named", series, figures, notes)


def _look(pid: int) -> dict[str, float]:
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    pids = [process.pid for process in processes]
    switches, spent, began = _switches(pids), _spent(processes), time.monotonic()
    time.sleep(LOOK_S)
    took = time.monotonic() - began
    woken, used = (_switches(pids) - switches) / took, (_spent(processes) - spent) / took
    return {MEMORY: sum(map(_pss, pids)) / 1000, WAKEUPS: woken, CPU: 1000 * used}


def _spent(processes: list[psutil.Process]) -> float:
    return sum(times.user + times.system for times in (process.cpu_times() for process in processes))


def _pss(pid: int) -> float:
    """Kilobytes (of 1,000) that a process adds: shared pages count for their share (proc_pid_smaps_rollup(5))."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return 1.024 * next(float(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _switches(pids: list[int]) -> int:
    return sum(count for pid in pids for count in _of_threads(pid))


def _of_threads(pid: int) -> Iterator[int]:
    for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names, not paths
        for line in Path(f"/proc/{pid}/task/{thread}/status").read_text().splitlines():
            if line.startswith("voluntary_ctxt_switches:"):
                yield int(line.split()[1])
