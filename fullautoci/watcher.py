"""The watcher: empties the spool when it is told to, and looks at every repository's refs at an interval."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence

from fullautoci.errors import FullAutoCIError
from fullautoci.store.repositories import Repository

log = logging.getLogger(__name__)
RETRY_S = 5.0


class Watcher:
    """One thread that takes in whatever moved.

    Args:
        interval: seconds between scans; the first is at once.
        repositories: those that are watched.
        drain: empties the spool; False where something had to stay in it.
        scan: compares one repository's refs; False where that is to be done again soon.
        held: repositories in which a rebase or the like is under way: they are looked at until it is over.
        mend: tries again to write where writing failed; whether all is well.
    """

    def __init__(
        self,
        interval: float,
        repositories: Callable[[], Sequence[Repository]],
        drain: Callable[[], bool],
        scan: Callable[[Repository], bool],
        held: Callable[[], Collection[int]],
        mend: Callable[[], bool] = lambda: True,
    ) -> None:
        self._mend = mend
        self._interval = interval
        self._repositories = repositories
        self._drain = drain
        self._scan = scan
        self._held = held
        self._wake = threading.Event()
        self._due = 0.0
        self._asked: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="watcher")

    def start(self) -> None:
        """Begin with a scan of everything."""
        self._thread.start()

    def poke(self) -> None:
        """Something lies in the spool."""
        self._wake.set()

    def ask(self, repositories: Iterable[int]) -> None:
        """Scan these repositories soon."""
        with self._lock:
            self._asked.update(repositories)
        self._wake.set()

    def halt(self) -> None:
        """Begin nothing more; what is spooled waits for the next start."""
        self._stopping = True
        self._wake.set()

    def stop(self) -> None:
        """Take nothing more in, and end."""
        self.halt()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping:
            self._wake.clear()
            wait = RETRY_S
            try:
                if self._step():
                    wait = max(0.0, self._due - time.monotonic())
            except FullAutoCIError as error:
                log.warning("watcher: %s", error.message)
            except Exception:
                log.exception("watcher")
            self._wake.wait(min(wait, RETRY_S) if self._held() else wait)

    def _step(self) -> bool:
        """Take in what there is.

        Returns:
            Whether all of it was taken in.
        """
        done = self._drain()  # whatever becomes of it: the scan finds what cannot be drained
        done = self._mend() and done
        everything = time.monotonic() >= self._due
        with self._lock:
            asked = self._asked | set(self._held())
        repositories = self._repositories() if everything or asked else []
        with self._lock:
            self._asked -= asked
        if everything:
            self._due = time.monotonic() + self._interval
        for repository in repositories:
            if self._stopping:
                return True
            if (everything or repository.id in asked) and not self._scan(repository):
                done = False
                with self._lock:
                    self._asked.add(repository.id)
        return done
