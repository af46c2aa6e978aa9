"""The scheduler: one thread that plans runs, hands jobs to the pool, the most urgent first, and judges commits anew."""

import logging
import threading
from collections.abc import Callable

from fullautoci import faults
from fullautoci.errors import FullAutoCIError, StoreError
from fullautoci.gate import Gate
from fullautoci.model import Job
from fullautoci.pool.base import Handle, Pool, Sink
from fullautoci.store import jobs, judging, pauses
from fullautoci.store.database import Database
from fullautoci.store.jobs import Due
from fullautoci.store.writer import Writer

log = logging.getLogger(__name__)
RETRY_S = 5.0
# How many commits are judged anew in one transaction, in which nothing else is written.
JUDGED_TOGETHER = 50


class Scheduler:
    """Hands out jobs whenever it is woken.

    Args:
        plan_some: plans queued runs; says whether there may be more.
        make_job: the pool's value for a job that is due.
        gate: says what may start.
        sink: told how jobs go.
    """

    def __init__(
        self,
        writer: Writer,
        pool: Pool,
        sink: Sink,
        plan_some: Callable[[], bool],
        make_job: Callable[[Due], Job],
        gate: Gate,
    ) -> None:
        self._writer = writer
        self._pool = pool
        self._sink = sink
        self._plan_some = plan_some
        self._make_job = make_job
        self._gate = gate
        self._handles: dict[int, Handle] = {}
        self._cancelled: set[int] = set()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._stopping = False
        self._in_doubt = False
        self._thread = threading.Thread(target=self._work, name="scheduler")

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """Look again: something was queued, or a worker is free."""
        self._wake.set()

    def halt(self) -> None:
        """Hand out nothing more."""
        self._stopping = True
        self._wake.set()

    def stop(self) -> None:
        """Hand out nothing more, and end."""
        self.halt()
        self._thread.join()

    def cancel(self, job_id: int) -> None:
        """End a job that runs; nothing where it does not."""
        with self._lock:
            handle = self._handles.get(job_id)
            if handle is None or not handle.live():  # an attempt that is over: the next is being started right now
                self._cancelled.add(job_id)
                return
        handle.cancel()

    def _work(self) -> None:
        wait: float | None = None
        while not self._stopping:
            self._wake.wait(wait)
            self._wake.clear()
            try:
                if self._in_doubt:
                    self._reclaim()
                wait = self._step()
            except FullAutoCIError as error:
                log.warning("scheduler: %s", error.message)
                self._in_doubt, wait = True, RETRY_S
            except Exception:
                log.exception("scheduler")
                self._in_doubt, wait = True, RETRY_S

    def _reclaim(self) -> None:
        """After trouble: queue again what counts as under way and is with no worker."""
        with self._lock:
            held = {job for job, handle in self._handles.items() if handle.live()}
        self._writer.call(lambda db: jobs.requeue_but(db, held))
        self._in_doubt = False

    def _step(self) -> float | None:
        """Plan and hand out what can be.

        Returns:
            Seconds until it should be looked again; None: when something changes.
        """
        more = self._plan_some()
        again: float | None = None
        while not self._stopping and (free := self._pool.room()):
            due, again = self._writer.call(lambda db, free=free: self._next(db, free))  # type: ignore[misc]
            if due is None:
                break
            self._start(due)
        more = self._writer.call(lambda db: judging.work(db, JUDGED_TOGETHER)) or more
        if more:
            return 0.0
        return again

    def _next(self, db: Database, free: int) -> tuple[Due | None, float | None]:
        """The next job, and when to look again where some are held back by what nobody tells the end of."""
        state = self._gate.may_start(pauses.current(db.conn), free)
        due = jobs.start_next(db, backfill=state.backfill) if state.anything else None
        return due, state.again_s if due is None and state.reason else None

    def _start(self, due: Due) -> None:
        faults.point("after-attempt")
        try:
            handle = self._pool.submit(self._make_job(due), self._sink)
        except Exception as error:
            reason = f"it could not be started: {error}"
            spent = not isinstance(error, StoreError | OSError)  # which say nothing of the job
            self._writer.call(lambda db: jobs.lose(db, due.id, due.attempt, reason, spent=spent))
            raise
        faults.point("after-submit")
        with self._lock:
            self._handles = {key: one for key, one in self._handles.items() if one.live()} | {due.id: handle}
            cancelled = due.id in self._cancelled
            self._cancelled.clear()
        if cancelled:
            handle.cancel()
