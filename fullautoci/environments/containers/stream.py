"""Running a program in a container as `process.stream` runs it on this machine."""

import contextlib
import errno
import os
import secrets
import selectors
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from fullautoci.environments.base import PASSED_ON
from fullautoci.environments.containers.container import Container
from fullautoci.environments.containers.errors import LOST, EngineError, engine_error
from fullautoci.environments.containers.frames import Frames
from fullautoci.environments.containers.opening import Opening
from fullautoci.model import Limits
from fullautoci.process import CHUNK, NO_LIMITS, Ended, Interrupt, Sink

LOOK_S = 0.25
STATUS_WITHIN_S = 5.0
DRAIN_S = 1.0
KILLED = 137
ENDED = "the container ended before its program did: its engine was stopped, or somebody removed it"
# The program is a child of this shell, which ends whatever it left behind. Under memory pressure all of them are to die
# before the process that holds the container. A program that is not there is told by a word that nobody else knows.
RUN = """\
{ echo 500 >/proc/self/oom_score_adj; } 2>/dev/null
command -v "$2" >/dev/null 2>&1 || { echo "$1"; exit 127; }
shift
LIMITS"$@" </dev/null
code=$?
kill -9 -1 2>/dev/null
exit $code
"""


class ContainerStream:
    """Runs programs in one container, one after another.

    Args:
        first: what is to be done right before the first program.
    """

    def __init__(self, container: Container, first: Callable[[], None] | None = None) -> None:
        self._container = container
        self._first = first

    def __call__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        sink: Sink,
        timeout: float,
        interrupt: Interrupt | None = None,
        limits: Limits = NO_LIMITS,
    ) -> Ended:
        """Run a program to its end, its output going to `sink` as it comes.

        When it has ended, so has whatever it started; by `timeout` or `interrupt` the container ends too.

        Raises:
            OSError: it could not be started.
            PreparationError: the container or its engine is gone.
        """
        began = time.monotonic()
        if self._first is not None:
            self._first()
            self._first = None
        before = self._container.killed_for_memory()
        token = secrets.token_hex(16)
        opening = Opening(sink, f"{token}\n".encode())
        command = ["/bin/sh", "-c", RUN.replace("LIMITS", _bounds(limits)), "sh", token, *argv]
        try:
            program, connection, rest = self._container.begun(command, cwd, _without_ours(env))
        except EngineError as error:
            raise self._gone(error) from error
        with connection:
            frames = Frames(opening)
            frames.feed(rest)
            why = self._pump(program, connection, frames, began + timeout, interrupt)
            if why != "exit":
                self._container.kill()
                _drain(connection, frames)
        opening.close()
        if opening.missing:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
        code = KILLED
        if why == "exit":
            try:
                code = self._status(program)
            except EngineError as error:
                if self._container.killed_for_memory() == before:
                    raise self._gone(error) from error
            if code and self._container.killed_for_memory() > before:
                why = "memory"
        return Ended(code, why, time.monotonic() - began)

    def _pump(
        self, program: str, connection: socket.socket, frames: Frames, deadline: float, interrupt: Interrupt | None
    ) -> str:
        connection.setblocking(False)
        killed = self._container.killed_for_memory()
        with selectors.DefaultSelector() as selector:
            selector.register(connection, selectors.EVENT_READ)
            if interrupt is not None:
                selector.register(interrupt, selectors.EVENT_READ)
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    return "timeout"
                for key, _ in selector.select(min(left, LOOK_S)):
                    if key.fileobj is connection:
                        if not _read_once(connection, frames):
                            return "exit"
                    elif interrupt is not None and interrupt.requested():
                        return "interrupt"
                # The shell around the program may be what was killed: then nobody ends those who hold its output open.
                now, killed = killed, self._container.killed_for_memory()
                if killed > now and self._container.status(program) is not None:
                    return "exit"

    def _status(self, program: str) -> int:
        """The exit status of a program that has ended.

        Raises:
            EngineError: it did not end by itself, but with the container or the engine.
        """
        give_up = time.monotonic() + STATUS_WITHIN_S
        while (code := self._container.status(program)) is None:
            if time.monotonic() > give_up:
                raise engine_error("the container engine lost the program's output while it ran", LOST)
            time.sleep(0.005)
        # What holds the container outlives every program in it, so a program that ended with it was ended from outside.
        if code and not self._container.runs():
            raise engine_error(ENDED, LOST)
        return code

    def _gone(self, error: EngineError) -> EngineError:
        return engine_error(ENDED, LOST) if error.is_gone else error


def _bounds(limits: Limits) -> str:
    """The shell's words for limits of each process; POSIX: a block of `ulimit -f` has 512 bytes."""
    found = [(option, most // unit) for option, most, unit in (
        ("-v", limits.memory, 1024), ("-f", limits.file_size, 512),
    ) if most is not None]  # fmt: skip
    return "".join(f"ulimit {option} {most} && " for option, most in found)


def _without_ours(env: Mapping[str, str]) -> dict[str, str]:
    """The variables without those that only tell of this machine: its users, shells, languages and certificates."""
    return {
        name: value for name, value in env.items() if name not in PASSED_ON or os.environ.get(name) != value
    }  # fmt: skip


def _read_once(connection: socket.socket, frames: Frames) -> bool:
    try:
        data = connection.recv(CHUNK)
    except BlockingIOError:
        return True
    except OSError:
        return False
    frames.feed(data)
    return bool(data)


def _drain(connection: socket.socket, frames: Frames, limit: int = 1024 * 1024) -> None:
    """Take what is still under way; everything that could write more is dead."""
    connection.settimeout(DRAIN_S)
    with contextlib.suppress(OSError, EngineError):
        while limit > 0 and (data := connection.recv(CHUNK)):
            frames.feed(data)
            limit -= len(data)
