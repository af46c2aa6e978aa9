"""The recorder: what becomes of a job, written once."""

import logging
from collections.abc import Callable

from fullautoci.model import Job, Outcome, Result, State
from fullautoci.store import jobs
from fullautoci.store.writer import Writer

log = logging.getLogger(__name__)


class Recorder:
    """Writes progress and results; a pool's sink.

    Args:
        finished: called with a run's id when its last job is over.
        free: called when there is room for another job.
    """

    def __init__(self, writer: Writer, finished: Callable[[int, Outcome], None], free: Callable[[], None]) -> None:
        self._writer = writer
        self._finished = finished
        self._free = free
        self.stopping = False

    def progress(self, job: Job, state: State, activity: str) -> None:
        """The job is that far."""
        self._writer.call(lambda db: jobs.progress(db, job.id, job.attempt, state, activity))

    def done(self, job: Job, result: Result) -> None:
        """The job is over."""
        log.info(
            "run %d: %s %s in %.1f s %s", job.run_id, job.plan.tool, result.outcome, result.duration_s, result.reason
        )
        self._tell(job, self._writer.call(lambda db: jobs.record(db, job.id, job.attempt, result)))

    def lost(self, job: Job, reason: str) -> None:
        """Whoever ran the job is gone: it is queued again, or quarantined after the third loss."""
        log.warning("run %d: %s was lost: %s", job.run_id, job.plan.tool, reason)
        spent = not self.stopping
        self._tell(job, self._writer.call(lambda db: jobs.lose(db, job.id, job.attempt, reason, spent=spent)))

    def free(self) -> None:
        """There is room for another job."""
        self._free()

    def _tell(self, job: Job, outcome: Outcome | None) -> None:
        if outcome is not None:
            self._finished(job.run_id, outcome)
