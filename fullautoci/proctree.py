"""Process trees: who descends from whom, and ending all of them.

On Linux a worker is a child subreaper (prctl(2), PR_SET_CHILD_SUBREAPER): what its job double-forks or detaches with
setsid is reparented to it and not to init, so its descendants are all that its job ever started. Elsewhere the
descendants that psutil sees and the job's session are all that can be ended; what double-forked has got away.
"""

import contextlib
import ctypes
import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator

import psutil

PR_SET_CHILD_SUBREAPER = 36
TAG = "FULLAUTOCI_JOB"

Look = Callable[[], list[psutil.Process]]


def become_subreaper() -> bool:
    """Adopt orphaned descendants; False where the system has no such thing."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def lower_priority() -> None:
    """Give way to whoever works at this machine: nice 10 and, where there is one, the idle I/O class."""
    own = psutil.Process()
    if own.nice() < 10:
        own.nice(10)
    if hasattr(psutil, "IOPRIO_CLASS_IDLE"):
        own.ionice(psutil.IOPRIO_CLASS_IDLE)


def end_descendants(pid: int | None = None, patience_s: float = 5.0) -> int:
    """Kill everything that descends from a process (default: this one), the process itself excepted.

    For this process it collects every exit status too: only for who waits for no child elsewhere.

    All are stopped before any is killed, so that what forks faster than we look cannot get away.

    Returns:
        How many were killed.
    """
    if pid is None and _childless():
        return 0
    try:
        root = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return 0
    killed = _end_while(lambda: root.children(recursive=True), patience_s)
    if pid is None:
        reap()
    return killed


def _childless() -> bool:
    """Whether this process has no child, dead or alive, and so no descendant: told without a look at all processes."""
    if not hasattr(os, "waitid"):
        return False
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return True
    return False


def total() -> int:
    """How many processes and threads the machine has; 0 where that cannot be told cheaply."""
    try:
        with open("/proc/loadavg", "rb") as file:  # noqa: PTH123 - asked four times a second
            return int(file.read().split()[3].partition(b"/")[2])
    except (OSError, ValueError, IndexError):
        return 0


def count_descendants(keep: int) -> int:
    """How many processes descend from this one and live; those that were reparented to it and ended are collected.

    Args:
        keep: a child whose exit status somebody else waits for.
    """
    reap(keep)
    try:
        return sum(_alive(one) for one in psutil.Process().children(recursive=True))
    except psutil.Error:
        return 0


def end_tagged(prefix: str, patience_s: float = 5.0, keep: Iterable[int] = ()) -> int:
    """Kill every process of ours whose environment holds a job tag with this prefix, and its descendants.

    Returns:
        How many were killed.
    """
    kept = {os.getpid(), *keep}
    return _end_while(lambda: [found for found in _tagged(prefix) if found.pid not in kept], patience_s)


def end_adopted(own: Callable[[], set[int]], patience_s: float = 5.0) -> int:
    """Kill the children that this process did not start but adopted, and their descendants.

    Args:
        own: the ids of those that it did start, as of the moment it is asked.

    Returns:
        How many were killed.
    """

    def look() -> list[psutil.Process]:
        children = psutil.Process().children()  # before the others are asked for: one that is started meanwhile is own
        kept = own()
        return _with_descendants(child for child in children if child.pid not in kept)

    return _end_while(look, patience_s)


def collect_strays(own: Callable[[], set[int]], patience_s: float = 1.0) -> int:
    """Collect adopted children that ended by themselves, so that they do not stay as zombies.

    Args:
        own: the ids of those that this process did start, and collects where it waits for them.

    Returns:
        How many were collected.
    """
    before = set(_zombies())
    if not before:
        return 0
    time.sleep(patience_s)
    count = 0
    after = set(_zombies())
    kept = own()
    for pid, _ in before & after:
        if pid in kept:
            continue
        with contextlib.suppress(ChildProcessError):
            count += os.waitpid(pid, os.WNOHANG)[0] == pid
    return count


def _zombies() -> Iterator[tuple[int, float]]:
    for child in psutil.Process().children():
        if not _alive(child):
            with contextlib.suppress(psutil.Error):
                yield child.pid, child.create_time()


def _tagged(prefix: str) -> list[psutil.Process]:
    found: dict[int, psutil.Process] = {}
    uid = os.getuid()
    for process in psutil.process_iter():
        try:
            if process.uids().real == uid and process.environ().get(TAG, "").startswith(prefix):
                found[process.pid] = process
        except (psutil.Error, OSError):
            continue
    return _with_descendants(found.values())


def _with_descendants(roots: Iterable[psutil.Process]) -> list[psutil.Process]:
    """These processes and all that descend from them, by one look at the machine's processes."""
    left = list(roots)
    if not left:
        return []
    children: dict[int, list[psutil.Process]] = {}
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            children.setdefault(process.ppid(), []).append(process)
    found: dict[int, psutil.Process] = {}
    while left:
        process = left.pop()
        if process.pid not in found:
            found[process.pid] = process
            left += children.get(process.pid, [])
    return list(found.values())


def _end_while(look: Look, patience_s: float) -> int:
    killed: set[int] = set()
    give_up = time.monotonic() + patience_s
    while time.monotonic() < give_up:
        alive = [process for process in _found(look) if _alive(process)]
        if not alive:
            break
        stopped: set[int] = set()
        while fresh := [process for process in alive if process.pid not in stopped]:
            for process in fresh:
                _signal(process, signal.SIGSTOP)
            stopped.update(process.pid for process in fresh)
            alive = [process for process in _found(look) if _alive(process)]
            if time.monotonic() > give_up:
                break
        for process in alive:
            _signal(process, signal.SIGKILL)
        killed |= stopped
        psutil.wait_procs(alive, timeout=0.2)
        for pid in stopped:  # those whose parents died with them are our children now
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
    return len(killed)


def _found(look: Look) -> list[psutil.Process]:
    try:
        return look()
    except psutil.Error:
        return []


def _alive(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)  # psutil checks that the pid still is the process it saw
    except (psutil.Error, OSError):
        return


def reap(keep: int | None = None) -> None:
    """Collect what ended by itself after it was reparented to this process.

    Args:
        keep: a child whose exit status somebody else waits for.
    """
    for child in psutil.Process().children():
        try:
            if child.pid != keep and child.status() == psutil.STATUS_ZOMBIE:
                os.waitpid(child.pid, os.WNOHANG)
        except (psutil.Error, ChildProcessError):
            continue
