"""The one door to other programs."""

import contextlib
import os
import selectors
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from fullautoci import launch, proctree
from fullautoci.errors import StoppingError
from fullautoci.model import Limits

CHUNK = 65536
POLL_S = 0.05
# How often a job's processes are counted, where the machine has many more than before it.
COUNT_S = 0.25
SUSPICIOUS = 200
# How often, where the machine's own count cannot be had.
UNTOLD_S = 1.0

_starting = threading.Lock()
_running: set["subprocess.Popen[bytes]"] = set()
_kept: set["subprocess.Popen[bytes]"] = set()
_stopping = threading.Event()


NO_LIMITS = Limits(contained=False)


@dataclass(frozen=True)
class Completed:
    """A short program that ended: its exit status (negative: a signal's number) and what it said."""

    returncode: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Ended:
    """A long program that ended: by itself (`exit`), or by its `timeout`, an `interrupt`, `processes` or `memory`.

    The last two: it had too many of them, or used too much.

    Its status is as a shell has it: 128 and a signal's number, where one ended it.
    """

    returncode: int
    why: str
    duration_s: float


class Interrupt(Protocol):
    """Something that may ask for a program's end while it runs: selectable, and asked when it is readable."""

    def fileno(self) -> int:
        """A descriptor that becomes readable when there is something to look at."""

    def requested(self) -> bool:
        """Whether the program is to end."""


class Sink(Protocol):
    """Where a program's output goes."""

    def write(self, data: bytes, /) -> object:
        """Take the next bytes."""


def run(
    argv: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    timeout: float = 60.0,
) -> Completed:
    """Run a short program and collect what it says.

    Raises:
        TimeoutError: it did not end within `timeout` seconds; its process group was killed.
        StoppingError: `stop_running` ended it.
        OSError: it could not be started.
    """
    with _starting:  # `stop_running` sees what was started before it, and nothing is started after it
        if _stopping.is_set():
            raise StoppingError("the daemon is stopping")
        started = subprocess.Popen(
            argv,
            cwd=cwd,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        _running.add(started)
    with started as process:
        try:
            stdout, stderr = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            raise TimeoutError(f"{os.fspath(argv[0])} did not end within {timeout:g} s") from None
        except BaseException:
            _kill_group(process)
            raise
        finally:
            _running.discard(process)
        if _stopping.is_set() and process.returncode < 0:
            raise StoppingError("the daemon is stopping")
        return Completed(process.returncode, stdout, stderr)


def stop_running() -> None:
    """End the short programs that run in this process's threads, and start no more: it is about to end."""
    with _starting:
        _stopping.set()
        for process in list(_running):
            _kill_group(process)


def go_on() -> None:
    """Start programs again."""
    _stopping.clear()


def spawn_detached(argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own that outlives this one; its output goes to the end of a file."""
    with log.open("ab") as output:
        return subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True
        )


def spawn_with(argv: Sequence[str], descriptor: int) -> "subprocess.Popen[bytes]":
    """Start a program that lives as long as this one, and leave it one of our descriptors to speak by."""
    with _starting:
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, pass_fds=(descriptor,))
        _kept.difference_update([one for one in _kept if one.returncode is not None])
        _kept.add(process)
    return process


def own() -> set[int]:
    """The processes that this one started and that are not known to be over; it waits for one that is being started."""
    with _starting:
        return {one.pid for one in (*_running, *_kept)}


def stream(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    sink: Sink,
    timeout: float,
    interrupt: Interrupt | None = None,
    limits: Limits = NO_LIMITS,
) -> Ended:
    """Run a long program as the leader of its own session, its output going to `sink` as it comes.

    It has ended when the program itself has: whatever it left behind, or whoever still holds its output open, is
    killed then. For a worker alone: every descendant of this process is ended. The timeout is on the monotonic clock.

    Raises:
        OSError: it could not be started.
    """
    began = time.monotonic()
    command = launch.command(argv, cwd, env.get("PATH", os.defpath), limits)
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    with open(read_end, "rb", buffering=0) as output:  # noqa: PTH123 - a descriptor
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                start_new_session=True,
            )
        finally:
            os.close(write_end)
        try:
            why = _pump(process, output, sink, began + timeout, interrupt, _Counter(limits.processes, process.pid))
        finally:
            _kill_group(process)
            process.wait()
            proctree.end_descendants()
        _drain(output, sink)
    code = process.returncode
    return Ended(128 - code if code < 0 else code, why, time.monotonic() - began)


class _Counter:
    """Counts a job's processes, but only where the machine has many more than when the job began, if that is known.

    Args:
        most: how many there may be; 0: any number.
        leader: the process whose exit status is waited for elsewhere.
    """

    def __init__(self, most: int, leader: int) -> None:
        self._most, self._leader = most, leader
        self._before = proctree.total()
        self._due = 0.0

    def too_many(self) -> bool:
        now = time.monotonic()
        if not self._most or now < self._due:
            return False
        now_there = proctree.total()
        self._due = now + (COUNT_S if now_there else UNTOLD_S)
        if now_there and now_there - self._before <= min(SUSPICIOUS, self._most):
            return False
        return proctree.count_descendants(self._leader) > self._most


def _pump(
    process: "subprocess.Popen[bytes]",
    output: IO[bytes],
    sink: Sink,
    deadline: float,
    interrupt: Interrupt | None,
    counter: _Counter,
) -> str:
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        selector.register(output, selectors.EVENT_READ)
        pause = POLL_S
        # Not on every system, and refused by older kernels and by some sandboxes: then it is looked at often.
        with contextlib.suppress(AttributeError, OSError):
            pidfd = os.pidfd_open(process.pid)
            stack.callback(os.close, pidfd)
            selector.register(pidfd, selectors.EVENT_READ)
            pause = 3600.0
        if interrupt is not None:
            selector.register(interrupt, selectors.EVENT_READ)
        while process.poll() is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return "timeout"
            if counter.too_many():
                return "processes"
            for key, _ in selector.select(min(left, pause, COUNT_S)):
                if key.fileobj is output:
                    if not _read_once(output, sink):
                        selector.unregister(output)
                elif key.fileobj is interrupt and interrupt is not None and interrupt.requested():
                    return "interrupt"
        return "exit"


def _read_once(output: IO[bytes], sink: Sink) -> bool:
    data = output.read(CHUNK)
    if data:
        sink.write(data)
    return data is None or bool(data)


def _drain(output: IO[bytes], sink: Sink, limit: int = 1024 * 1024) -> None:
    """Take what is left in the pipe; its writers are dead, so a pipe's size bounds it."""
    while limit > 0 and (data := output.read(CHUNK)):
        sink.write(data)
        limit -= len(data)


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
