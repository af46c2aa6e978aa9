"""The watcher: empties the spool when it is told to, and looks at every repository's refs at an interval."""

import logging
import threading
import time
from collections.abc import Callable, Sequence

from fullautoci.errors import FullAutoCIError
from fullautoci.store.repositories import Repository

log = logging.getLogger(__name__)
RETRY_S = 5.0


class Watcher:
    """One thread that takes in whatever moved.

    Args:
        interval: seconds between scans; the first is at once.
        repositories: those that are watched.
        drain: empties the spool.
        scan: compares one repository's refs.
    """

    def __init__(
        self,
        interval: float,
        repositories: Callable[[], Sequence[Repository]],
        drain: Callable[[], int],
        scan: Callable[[Repository], None],
    ) -> None:
        self._interval = interval
        self._repositories = repositories
        self._drain = drain
        self._scan = scan
        self._wake = threading.Event()
        self._due = 0.0
        self._asked: set[int] = set()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="watcher")

    def start(self) -> None:
        """Begin with a scan of everything."""
        self._thread.start()

    def poke(self) -> None:
        """Something lies in the spool."""
        self._wake.set()

    def ask(self, repository_id: int) -> None:
        """Scan one repository soon."""
        self._asked.add(repository_id)
        self._wake.set()

    def stop(self) -> None:
        """Take nothing more in; what is spooled waits for the next start."""
        self._stopping = True
        self._wake.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._stopping:
            self._wake.clear()
            wait = RETRY_S
            try:
                self._step()
                wait = max(0.0, self._due - time.monotonic())
            except FullAutoCIError as error:
                log.warning("watcher: %s", error.message)
            except Exception:
                log.exception("watcher")
            self._wake.wait(wait)

    def _step(self) -> None:
        self._drain()
        everything = time.monotonic() >= self._due
        asked, self._asked = self._asked, set()
        if everything:
            self._due = time.monotonic() + self._interval
        for repository in self._repositories() if everything or asked else ():
            if self._stopping:
                return
            if everything or repository.id in asked:
                self._look_at(repository)

    def _look_at(self, repository: Repository) -> None:
        try:
            self._scan(repository)
        except FullAutoCIError as error:
            log.warning("%s: %s", repository.name, error.message)
        except Exception:
            log.exception("%s", repository.name)
