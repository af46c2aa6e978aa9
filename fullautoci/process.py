"""The one door to other programs."""

import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol

from fullautoci import proctree

CHUNK = 65536
POLL_S = 0.05


@dataclass(frozen=True)
class Completed:
    """A short program that ended: its exit status (negative: a signal's number) and what it said."""

    returncode: int
    stdout: bytes
    stderr: bytes


@dataclass(frozen=True)
class Ended:
    """A long program that ended: by itself (`exit`), by its `timeout`, or because we were asked to `interrupt`."""

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
        OSError: it could not be started.
    """
    with subprocess.Popen(
        argv,
        cwd=cwd,
        env=env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            stdout, stderr = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            raise TimeoutError(f"{os.fspath(argv[0])} did not end within {timeout:g} s") from None
        except BaseException:
            _kill_group(process)
            raise
        return Completed(process.returncode, stdout, stderr)


def spawn_detached(argv: Sequence[str], *, env: Mapping[str, str], log: Path) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own that outlives this one; its output goes to the end of a file."""
    with log.open("ab") as output:
        return subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/", start_new_session=True
        )


def spawn_with(argv: Sequence[str], descriptor: int) -> "subprocess.Popen[bytes]":
    """Start a program that lives as long as this one, and leave it one of our descriptors to speak by."""
    return subprocess.Popen(argv, stdin=subprocess.DEVNULL, pass_fds=(descriptor,))


def stream(
    argv: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str],
    sink: Sink,
    timeout: float,
    interrupt: Interrupt | None = None,
) -> Ended:
    """Run a long program as the leader of its own session, its output going to `sink` as it comes.

    It has ended when the program itself has: whatever it left behind, or whoever still holds its output open, is
    killed then. For a worker alone: every descendant of this process is ended. The timeout is on the monotonic clock.

    Raises:
        OSError: it could not be started.
    """
    began = time.monotonic()
    read_end, write_end = os.pipe()
    os.set_blocking(read_end, False)
    with open(read_end, "rb", buffering=0) as output:  # noqa: PTH123 - a descriptor
        try:
            process = subprocess.Popen(
                argv,
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
            why = _pump(process, output, sink, began + timeout, interrupt)
        finally:
            _kill_group(process)
            process.wait()
            proctree.end_descendants()
        _drain(output, sink)
    return Ended(process.returncode, why, time.monotonic() - began)


def _pump(
    process: "subprocess.Popen[bytes]", output: IO[bytes], sink: Sink, deadline: float, interrupt: Interrupt | None
) -> str:
    with selectors.DefaultSelector() as selector, contextlib.ExitStack() as stack:
        selector.register(output, selectors.EVENT_READ)
        pause = POLL_S
        if hasattr(os, "pidfd_open"):
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
            for key, _ in selector.select(min(left, pause)):
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
