"""How a job's programs are run: logged, shown as its activity, and ended when the job is to end."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from fullautoci import process
from fullautoci.environments.base import Stream
from fullautoci.errors import PreparationError
from fullautoci.logfile import LogFile
from fullautoci.model import Limits, State
from fullautoci.sharing import Known
from fullautoci.text import decode, tail

LINE_LIMIT = 4096
ACTIVITY_S = 0.3


class Cancelled(Exception):
    """The job is to end; whoever asked knows why."""


class Control(process.Interrupt, Protocol):
    """A job's line to the daemon."""

    def report(self, state: State, activity: str) -> None:
        """Say how far the job is."""


class Daemon(Control, Protocol):
    """The same for a job that may be known already."""

    def known(self, identity: str) -> Known | None:
        """Whose result the daemon knows that would have this identity.

        Raises:
            Cancelled: the job is to end.
        """


class _Listener:
    """A sink that logs, and reports what the lines say; a few times a second at most."""

    def __init__(self, log: LogFile, control: Control, telling: Callable[[str], str]) -> None:
        self._log, self._control, self._telling = log, control, telling
        self._rest = b""
        self._due = 0.0

    def write(self, data: bytes, /) -> None:
        self._log.write(data)
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-LINE_LIMIT:]
        said = next((what for line in reversed(lines[-100:]) if (what := self._telling(decode(line[:LINE_LIMIT])))), "")
        if said and time.monotonic() >= self._due:
            self._due = time.monotonic() + ACTIVITY_S
            self._control.report(State.PREPARING, said)


class JobRunner:
    """Runs a job's long programs: logged, interruptible, and shown as its activity.

    Args:
        stream: how; in the environment, or on this machine.
        variables: what every program of the commit's is given beside its own.

    Attributes:
        ran: whether it ran anything.
    """

    def __init__(
        self,
        control: Control,
        log: LogFile,
        limits: Limits = process.NO_LIMITS,
        stream: Stream = process.stream,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._limits = limits
        self._control = control
        self._log = log
        self._stream = stream
        self._variables = variables or {}
        self.ran = False

    def activity(self, what: str) -> None:
        """Say what is being done, to the daemon and in the log."""
        self._control.report(State.PREPARING, what)
        self._log.note(what)

    def write(self, data: bytes, /) -> None:
        """Put into the log what a program says that this machine does not run itself."""
        self._log.write(data)

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        name: str = "",
        trusted: bool = False,
        telling: Callable[[str], str] | None = None,
    ) -> bytes:
        """Run a program to its good end and return the last it said.

        Args:
            name: what an error calls it; the program's own name, if empty.
            trusted: whether nothing of the commit's is executed by it, so that no sandbox is needed around it.
            telling: what a line of its output says that it is doing, or an empty text; shown as the job's activity.

        Raises:
            PreparationError: it failed, or took too long.
            Cancelled: the job is to end.
        """
        name = name or Path(argv[0]).name
        self.ran = True
        try:
            ended = self._stream(
                argv,
                cwd=cwd,
                env=env if trusted else {**env, **self._variables},
                sink=_Listener(self._log, self._control, telling) if telling else self._log,
                timeout=timeout,
                interrupt=self._control,
                limits=replace(self._limits, box=None) if trusted else self._limits,
            )
        except OSError as error:
            raise PreparationError(f"{name} could not be started: {error.strerror}") from error
        if ended.why == "interrupt":
            raise Cancelled
        said = self._log.end()
        if ended.why == "memory":
            raise PreparationError(f"{name} used more memory than its container has", tail(said))
        if ended.why == "processes":
            raise PreparationError(f"{name} started more than {self._limits.processes} processes", tail(said))
        if ended.why == "timeout":
            raise PreparationError(f"{name} did not end within {timeout:g} s", tail(said))
        if ended.returncode:
            raise PreparationError(f"{name} ended with {ended.returncode}", tail(said))
        return said

    def pause(self, seconds: float) -> None:
        """Wait, unless the job is to end.

        Raises:
            Cancelled: it is.
        """
        time.sleep(seconds)
        if self._control.requested():
            raise Cancelled
