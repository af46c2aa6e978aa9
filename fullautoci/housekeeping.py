"""Housekeeping: what is to be done now and then, by one thread, none of it urgent and none of it fatal."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fullautoci.errors import FullAutoCIError

log = logging.getLogger(__name__)
SETTLE_S = 60.0
OFTEN_S = 3600.0
MOMENT_S = 1.0


@dataclass(frozen=True)
class Chore:
    """Something to do every so many seconds; the first time a little after the start."""

    name: str
    every_s: float
    do: Callable[[], object]


class Housekeeping:
    """One thread that does chores until it is stopped."""

    def __init__(self, chores: Sequence[Chore], settle_s: float = SETTLE_S) -> None:
        self._due = {chore: time.monotonic() + settle_s for chore in chores}
        self._stopping = threading.Event()
        # It ends with the process: whatever chore is under way is one that a kill does no harm to either.
        self._thread = threading.Thread(target=self._work, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a chore that is under way is given a moment."""
        self._stopping.set()
        self._thread.join(MOMENT_S)

    def _work(self) -> None:
        while not self._stopping.wait(max(0.0, min(self._due.values()) - time.monotonic())):
            for chore, due in self._due.items():
                if due <= time.monotonic() and not self._stopping.is_set():
                    self._do(chore)
                    self._due[chore] = time.monotonic() + max(chore.every_s, OFTEN_S)

    def _do(self, chore: Chore) -> None:
        try:
            chore.do()
        except (FullAutoCIError, OSError) as error:
            log.warning("%s: %s", chore.name, error)
        except Exception:
            log.exception("%s", chore.name)
