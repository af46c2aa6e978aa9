"""The recorder: what becomes of a job, written once."""

import contextlib
import logging
import time
from collections.abc import Callable

from fullautoci import faults
from fullautoci.errors import StoreError
from fullautoci.model import Job, Outcome, Result, State
from fullautoci.store import jobs
from fullautoci.store.database import Database
from fullautoci.store.writer import Writer

log = logging.getLogger(__name__)
RETRY_S = 2.0


class Recorder:
    """Writes progress and results; a pool's sink.

    Args:
        finished: called with a run's id when its last job is over.
        free: called when there is room for another job.
        hold: called with a reason for which no job is to start for a while.
    """

    def __init__(
        self,
        writer: Writer,
        finished: Callable[[int, Outcome], None],
        free: Callable[[], None],
        hold: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._writer = writer
        self._hold = hold
        self._finished = finished
        self._free = free
        self.stopping = False

    def progress(self, job: Job, state: State, activity: str) -> None:
        """The job is that far; nothing hangs on its being written."""
        with contextlib.suppress(StoreError):
            self._writer.call(lambda db: jobs.progress(db, job.id, job.attempt, state, activity))

    def done(self, job: Job, result: Result) -> None:
        """The job is over."""
        log.info(
            "run %d: %s %s in %.1f s %s", job.run_id, job.plan.tool, result.outcome, result.duration_s, result.reason
        )
        faults.point("before-record")
        try:
            outcome = self._until_written(lambda db: jobs.record(db, job.id, job.attempt, result))
        except Exception as error:
            log.exception("run %d: the result of %s cannot be kept", job.run_id, job.plan.tool)
            fault = Result(Outcome.ERRORED, f"a fault in fullautoci: the result cannot be kept: {error}")
            outcome = self._until_written(lambda db: jobs.record(db, job.id, job.attempt, fault))
        faults.point("after-record")
        self._tell(job, outcome)

    def lost(self, job: Job, reason: str) -> None:
        """Whoever ran the job is gone: it is queued again, or quarantined after the third loss."""
        log.warning("run %d: %s was lost: %s", job.run_id, job.plan.tool, reason)
        spent = not self.stopping
        self._tell(job, self._until_written(lambda db: jobs.lose(db, job.id, job.attempt, reason, spent=spent)))

    def put_off(self, job: Job, reason: str, *, spent: bool) -> None:
        """The job could not be done now: it is queued again, and others wait a while too."""
        log.warning("run %d: %s is put off: %s", job.run_id, job.plan.tool, reason)
        self._hold(reason)
        self._tell(job, self._until_written(lambda db: jobs.lose(db, job.id, job.attempt, reason, spent=spent)))

    def _until_written(self, write: Callable[[Database], Outcome | None]) -> Outcome | None:
        """Write, again and again while the database cannot be written (a full disk), until the daemon stops."""
        while True:
            try:
                return self._writer.call(write)
            except StoreError as error:
                log.warning("%s", error.message)
                if self.stopping:
                    return None  # the job is found under way at the next start, and run again
                time.sleep(RETRY_S)

    def free(self) -> None:
        """There is room for another job."""
        self._free()

    def _tell(self, job: Job, outcome: Outcome | None) -> None:
        if outcome is not None:
            self._finished(job.run_id, outcome)
