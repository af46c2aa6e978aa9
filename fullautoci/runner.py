"""How a job's programs are run: logged, shown as its activity, and ended when the job is to end."""

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from fullautoci import process
from fullautoci.errors import PreparationError
from fullautoci.logfile import LogFile
from fullautoci.model import Limits, State
from fullautoci.text import tail


class Cancelled(Exception):
    """The job is to end; whoever asked knows why."""


class Control(process.Interrupt, Protocol):
    """A job's line to the daemon."""

    def report(self, state: State, activity: str) -> None:
        """Say how far the job is."""


class JobRunner:
    """Runs an environment's long programs for a job: logged, interruptible, and shown as its activity."""

    def __init__(self, control: Control, log: LogFile, limits: Limits = process.NO_LIMITS) -> None:
        self._limits = limits
        self._control = control
        self._log = log

    def activity(self, what: str) -> None:
        """Say what is being done, to the daemon and in the log."""
        self._control.report(State.PREPARING, what)
        self._log.note(what)

    def run(self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float, name: str = "") -> bytes:
        """Run a program to its good end and return the last it said.

        Args:
            name: what an error calls it; the program's own name, if empty.

        Raises:
            PreparationError: it failed, or took too long.
            Cancelled: the job is to end.
        """
        name = name or Path(argv[0]).name
        try:
            ended = process.stream(
                argv, cwd=cwd, env=env, sink=self._log, timeout=timeout, interrupt=self._control, limits=self._limits
            )
        except OSError as error:
            raise PreparationError(f"{name} could not be started: {error.strerror}") from error
        if ended.why == "interrupt":
            raise Cancelled
        said = self._log.end()
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
