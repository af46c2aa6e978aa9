"""The pool on this machine: N worker processes, each replaced on its own when it dies.

A thread a worker speaks to it over a pipe. It is not a ProcessPoolExecutor, of which one killed worker fails every
future, and which has no way for a running job to say how far it is or to be told to end.
"""

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from queue import SimpleQueue

from fullautoci import process, proctree, scratch
from fullautoci.model import Job, Outcome, PutOff, Result
from fullautoci.pool import worker
from fullautoci.pool.base import Sink
from fullautoci.pool.messages import CANCEL, Answer, Asked, Message, Order
from fullautoci.sharing import Known

log = logging.getLogger(__name__)
CANCEL_PATIENCE_S = 10.0
# How long it waits at most before it tries again to start a worker.
REVIVE_PAUSE_S = 10.0


class LocalHandle:
    """A job in a worker's hands."""

    def __init__(self, keeper: "_Keeper", job: Job) -> None:
        self._keeper = keeper
        self._job = job

    def live(self) -> bool:
        """Whether the worker still has it."""
        return self._keeper.current is self._job

    def cancel(self) -> None:
        """Tell the worker to end the job; a worker that does not answer is killed."""
        self._keeper.cancel(self._job)


class LocalPool:
    """N workers.

    Args:
        size: how many.
        slots: the folder below which each worker has its own for checkouts.
    """

    def __init__(self, size: int, slots: Path) -> None:
        self._keepers: list[_Keeper] = []
        try:
            for index in range(size):
                self._keepers.append(_Keeper(index, slots / str(index)))
        except BaseException:
            self.kill()
            raise
        self._lock = threading.Lock()
        self.size = size
        for keeper in self._keepers:
            keeper.thread.start()

    def room(self) -> int:
        """How many workers are idle."""
        with self._lock:
            return sum(keeper.idle for keeper in self._keepers)

    def submit(self, job: Job, sink: Sink) -> LocalHandle:
        """Hand a job to an idle worker, if possible the one that has this repository checked out."""
        with self._lock:
            idle = [keeper for keeper in self._keepers if keeper.idle]
            warm = [keeper for keeper in idle if job.repository_id in keeper.repositories]
            keeper = (warm or idle)[0]
            keeper.idle = False
            keeper.current = job
        keeper.jobs.put((job, sink))
        return LocalHandle(keeper, job)

    def stop(self, grace: float) -> None:
        """Give running jobs `grace` seconds, then end them as lost, and end the workers."""
        for keeper in self._keepers:
            keeper.stopping.set()
            keeper.jobs.put(None)
        give_up = threading.Timer(grace, self.kill)
        give_up.daemon = True
        give_up.start()
        for keeper in self._keepers:
            keeper.thread.join()
        give_up.cancel()

    def kill(self) -> None:
        """End all jobs and workers now, for good."""
        for keeper in self._keepers:
            keeper.stopping.set()
        for keeper in self._keepers:
            keeper.kill()


class _Keeper:
    """Keeps one worker: starts it, speaks to it, replaces it, and cleans up after it."""

    def __init__(self, index: int, slots: Path) -> None:
        self.idle = True
        self.stopping = threading.Event()
        self.jobs: SimpleQueue[tuple[Job, Sink] | None] = SimpleQueue()
        self.repositories: set[int] = set()
        self._slots = slots
        self.current: Job | None = None
        self._cancelled: Job | None = None
        self._lock = threading.Lock()
        self._process, self._line = self._start()
        self.thread = threading.Thread(target=self._work, name=f"worker-{index}")

    @property
    def pid(self) -> int | None:
        """The worker's process id."""
        return self._process.pid

    def cancel(self, job: Job) -> None:
        """Tell the worker to end this job, if it still has it."""
        with self._lock:
            if self.current is job:
                self._cancelled = job
                with contextlib.suppress(OSError):  # the worker has just died; its job is lost anyway
                    self._line.send(CANCEL)
                watchdog = threading.Timer(CANCEL_PATIENCE_S, self.kill, [job])
                watchdog.daemon = True
                watchdog.start()

    def kill(self, only: Job | None = None) -> None:
        """Kill the worker with all that it started; its job is lost.

        Args:
            only: do it if this job is still the worker's.
        """
        with self._lock:  # so that it cannot be done with the job, or be replaced, meanwhile
            if (only is not None and self.current is not only) or self._process.poll() is not None:
                return
            self._process.send_signal(signal.SIGSTOP)
            proctree.end_descendants(self._process.pid)
            self._process.kill()

    def _start(self) -> "tuple[subprocess.Popen[bytes], Connection[Order, Message]]":
        # Not multiprocessing's own start, which keeps a process of seven megabytes for each daemon beside it.
        ours, theirs = Pipe()
        try:
            with theirs:
                argv = [sys.executable, "-P", "-m", worker.__name__, str(theirs.fileno()), str(self._slots)]
                return process.spawn_with(argv, theirs.fileno()), ours
        except BaseException:
            ours.close()
            raise

    def _work(self) -> None:
        while (task := self.jobs.get()) is not None:
            job, sink = task
            try:
                self._do(job, sink)
            except Exception:
                log.exception("worker %s", self.thread.name)
            with self._lock:
                self.current = None
            self._revive()
            self.idle = True
            sink.free()
        self._line.close()
        self._process.wait()

    def _do(self, job: Job, sink: Sink) -> None:
        self._revive()  # it may have died with nothing to do
        self.repositories.add(job.repository_id)
        try:
            result = self._converse(job, sink)
            lost = self._bury(job) if result is None else ""
        except Exception as error:
            self.kill()  # it may be at the job still, and would answer the next one with its result
            self._bury(job)
            sink.lost(job, f"the worker could not be spoken to: {type(error).__name__}: {error}")
            raise
        if isinstance(result, PutOff):
            sink.put_off(job, result.reason, spent=result.spent)
        elif result is None:
            sink.lost(job, lost)
        else:
            sink.done(job, result)

    def _converse(self, job: Job, sink: Sink) -> Result | PutOff | None:
        """Give the worker a job and listen until it has a result; None: the worker is gone."""
        try:
            with self._lock:
                if self._cancelled is job:  # before it was begun
                    return Result(Outcome.CANCELLED, "cancelled before it ran")
                self._line.send(job)
            while True:
                message = self._line.recv()
                if isinstance(message, Result | PutOff):
                    return message
                if isinstance(message, Asked):
                    known = _looked_up(sink, job, message.identity)
                    with self._lock:  # whoever cancels the job may be sending, too
                        self._line.send(Answer(message.identity, known))
                else:
                    sink.progress(job, *message)
        except (EOFError, OSError):
            return None

    def _bury(self, job: Job) -> str:
        """End what a dead worker's job left; how the worker ended."""
        self._line.close()
        code = self._process.wait()
        proctree.end_tagged(job.tag)
        proctree.end_adopted(process.own)  # what left its tag, and came to us when the worker died
        scratch.remove(job.tag)
        collector = threading.Timer(0.2, proctree.collect_strays, [process.own])
        collector.daemon = True
        collector.start()
        return f"the worker was ended by signal {-code}" if code < 0 else f"the worker ended ({code})"

    def _revive(self) -> None:
        """Where the worker is dead, start another, as soon as the machine can."""
        pause = 0.1
        while self._process.poll() is not None and not self.stopping.is_set():
            self._line.close()
            try:
                with self._lock:
                    self._process, self._line = self._start()
            except (OSError, RuntimeError) as error:
                log.warning("%s: no worker can be started: %s", self.thread.name, error)
                self.stopping.wait(pause)
                pause = min(2 * pause, REVIVE_PAUSE_S)


def _looked_up(sink: Sink, job: Job, identity: str) -> Known | None:
    """Whose result may stand for a job's; where that cannot be told, nobody's."""
    try:
        return sink.known(job, identity)
    except Exception as error:  # noqa: BLE001 - the job is run, and nothing is lost
        log.warning("job %d: what is known cannot be looked up: %s: %s", job.id, type(error).__name__, error)
        return None


def default_size() -> int:
    """One worker a core that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
