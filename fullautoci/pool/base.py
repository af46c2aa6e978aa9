"""The seam between the scheduler and whatever runs jobs."""

from typing import Protocol

from fullautoci.model import Job, Result, State
from fullautoci.sharing import Known


class Sink(Protocol):
    """Where a pool tells how a job goes; called from the pool's own threads."""

    def progress(self, job: Job, state: State, activity: str) -> None:
        """The job is that far."""

    def known(self, job: Job, identity: str) -> Known | None:
        """Whose result may stand for this job's, which would have that identity; None: it has to be run."""

    def done(self, job: Job, result: Result) -> None:
        """The job is over."""

    def lost(self, job: Job, reason: str) -> None:
        """Whoever ran the job is gone; this attempt yields nothing."""

    def put_off(self, job: Job, reason: str, *, spent: bool) -> None:
        """The job could not be done now; `spent` says whether the attempt counts."""

    def free(self) -> None:
        """There is room for another job."""


class Handle(Protocol):
    """A job that was submitted."""

    def live(self) -> bool:
        """Whether the job is not over."""

    def cancel(self) -> None:
        """End the job's processes; it is over as cancelled."""


class Pool(Protocol):
    """Something that runs jobs."""

    def room(self) -> int:
        """How many more jobs can start at once."""

    def submit(self, job: Job, sink: Sink) -> Handle:
        """Start a job; only where there is room."""

    def stop(self, grace: float) -> None:
        """Give running jobs `grace` seconds, then end them as lost, and end the workers."""
