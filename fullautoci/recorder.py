"""The recorder: what becomes of a job, written once."""

import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager

from fullautoci import faults
from fullautoci.errors import StoreError
from fullautoci.model import Job, Outcome, Result, State
from fullautoci.sharing import Known
from fullautoci.store import comparing, deltas, flaky, jobs, sameness
from fullautoci.store.database import Connection, Database
from fullautoci.store.writer import Writer

log = logging.getLogger(__name__)
RETRY_S = 2.0


class Recorder:
    """Writes progress and results; a pool's sink.

    Args:
        finished: called with a run's id when its last job is over.
        free: called when there is room for another job.
        hold: called with a reason for which no job is to start for a while.
        reading: opens a read-only connection; without one nothing is known, and all is measured.
    """

    def __init__(
        self,
        writer: Writer,
        finished: Callable[[int, Outcome], None],
        free: Callable[[], None],
        hold: Callable[[str], None] = lambda _: None,
        reading: Callable[[], AbstractContextManager[Connection]] | None = None,
    ) -> None:
        self._writer = writer
        self._reading = reading
        self._hold = hold
        self._finished = finished
        self._free = free
        self.stopping = False

    def progress(self, job: Job, state: State, activity: str) -> None:
        """The job is that far; nothing hangs on its being written."""
        self._writer.post(
            lambda db: jobs.progress(db, job.id, job.attempt, state, activity),
            lambda error: log.debug("run %d: how far it is is not written: %s", job.run_id, error),
        )

    def known(self, job: Job, identity: str) -> Known | None:
        """The job whose result may stand for this one's; None: it is to be measured.

        Raises:
            StoreError: the database cannot be read.
        """
        if self._reading is None or job.fresh or not job.plan.cache:
            return None
        with self._reading() as connection:
            return sameness.known(connection, job.id, identity, job.plan.expires)

    def done(self, job: Job, result: Result) -> None:
        """The job is over."""
        origin = "" if result.reused_from is None else f"as job {result.reused_from}, "
        log.info(
            "run %d: %s %s, %sin %.1f s %s",
            job.run_id, job.plan.tool, result.outcome, origin, result.duration_s, result.reason,
        )  # fmt: skip
        faults.point("before-record")
        try:
            outcome = self._until_written(lambda db: _recorded(db, job, result))
        except Exception as error:
            log.exception("run %d: the result of %s cannot be kept", job.run_id, job.plan.tool)
            fault = Result(Outcome.ERRORED, f"a fault in fullautoci: the result cannot be kept: {error}")
            outcome = self._until_written(lambda db: _recorded(db, job, fault))
        faults.point("after-record")
        self._tell(job, outcome)
        self._compare(job)

    def _compare(self, job: Job) -> None:
        """Tell what is new and what is fixed by a job, and by those that it is the parent of; nothing hangs on it."""
        if self._reading is None:
            return

        def failed(error: BaseException) -> None:
            log.warning("run %d: %s is not compared with its parent's: %s", job.run_id, job.plan.tool, error)

        try:
            with self._reading() as connection:
                found = [deltas.compute(connection, one) for one in comparing.affected(connection, job.id)]
            self._writer.post(lambda db: deltas.save_all(db, found), failed)
        except StoreError as error:
            failed(error)

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


def _recorded(db: Database, job: Job, result: Result) -> Outcome | None:
    return jobs.record(db, job.id, job.attempt, result, flaky.quarantine(db.conn, job.run_id))
