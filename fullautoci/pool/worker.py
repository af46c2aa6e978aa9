"""A worker: one process that does one job after another and leads the process tree of each."""

import os
import resource
import signal
import sys
import time
from multiprocessing.connection import Connection
from pathlib import Path

from fullautoci import faults, memory, proctree
from fullautoci.jobs import run_job
from fullautoci.masking import Masker
from fullautoci.model import Job, Outcome, PutOff, Result, State
from fullautoci.pool.messages import Answer, Asked, Message, Order
from fullautoci.runner import Cancelled
from fullautoci.sharing import Known
from fullautoci.text import one_line

# A daemon that does not answer within this is busy, and the job is run.
ANSWER_WITHIN_S = 10.0
# So long nothing comes before memory is given back, which costs as much time as a job whose result is known.
QUIET_S = 0.5


class Line:
    """A worker's end of its connection to the daemon. The other end closed means that the daemon is gone."""

    def __init__(self, connection: "Connection[Message, Order]") -> None:
        self._connection = connection
        self.orphaned = False

    def fileno(self) -> int:
        """Readable when the daemon says something, or is gone."""
        return self._connection.fileno()

    def requested(self) -> bool:
        """Whether the job is to end: it was cancelled, or the daemon is gone."""
        try:
            while self._connection.poll():
                if not isinstance(self._connection.recv(), Answer):  # one that nobody waits for any more
                    return True
        except (EOFError, OSError):
            self.orphaned = True
            return True
        return False

    def known(self, identity: str) -> Known | None:
        """Whose result the daemon knows that would have this identity.

        Raises:
            Cancelled: the job is to end.
        """
        self.send(Asked(identity))
        give_up = time.monotonic() + ANSWER_WITHIN_S
        try:
            while self._connection.poll(max(0.0, give_up - time.monotonic())):
                said = self._connection.recv()
                if not isinstance(said, Answer):
                    raise Cancelled
                if said.identity == identity:
                    return said.known
        except (EOFError, OSError) as error:
            self.orphaned = True
            raise Cancelled from error
        return None

    def report(self, state: State, activity: str) -> None:
        """Say how far the job is."""
        self.send((state, activity))

    def send(self, message: Message) -> None:
        """Send, unless the daemon is gone."""
        try:
            self._connection.send(message)
        except OSError:
            self.orphaned = True


def main(connection: "Connection[Message, Order]", slots: Path) -> None:
    """Do jobs until the daemon closes the line or is gone; then end whatever was started, and end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the daemon decides when a terminal's Ctrl-C ends jobs
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()
    proctree.become_subreaper()
    proctree.lower_priority()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # of no job's program
    line = Line(connection)
    worked = False
    while not line.orphaned:
        try:
            if worked and not connection.poll(QUIET_S):
                memory.give_back()
                worked = False
            job = connection.recv()
        except (EOFError, OSError):
            break
        if isinstance(job, Job):
            os.environ[proctree.TAG] = job.tag  # for git and installers, so that they end with the job too
            faults.point("job-taken")
            ending = _guarded(job, slots, line)
            faults.point("before-ending")
            line.send(ending)
            faults.point("after-ending")
            worked = True
            proctree.reap()  # what was still ending when the job was over
    proctree.end_descendants()


def _guarded(job: Job, slots: Path, line: Line) -> Result | PutOff:
    try:
        return run_job(job, slots, line)
    except Exception as error:  # noqa: BLE001 - a fault of ours is the job's error, and no other job's
        fault = one_line(f"a fault in fullautoci: {type(error).__name__}: {error}")
        return Masker(job.secrets.values()).result(Result(Outcome.ERRORED, fault, _trace(error)))
    finally:
        proctree.end_descendants()


def _trace(error: BaseException) -> str:
    import traceback

    return "".join(traceback.format_exception(error))[-4000:]


if __name__ == "__main__":
    main(Connection(int(sys.argv[1])), Path(sys.argv[2]))
