"""Counts for the `limits` library, in bounded memory and by a clock that nobody sets.

Its own store in memory keeps every name that comes within a window, goes by the time of day, which a correction can
put back by a day, and starts a thread every few requests.
"""

import threading
import time

from limits.storage import Storage

# How many names are counted at once.
MOST = 10_000


class BoundedStorage(Storage):
    """Counts by name, each for a time from its first hit on; all of them for the same time.

    The longest counted goes where there are more than `most` names: who has that many addresses has that many times
    the limit in any case.
    """

    STORAGE_SCHEME = None

    def __init__(self, most: int = MOST) -> None:
        super().__init__()
        self._most = most
        # By name: the count, and when it ends. Those that began first come first, and so end first.
        self._counts: dict[str, tuple[int, float]] = {}
        self._lock = threading.Lock()

    @property
    def base_exceptions(self) -> tuple[type[Exception], ...]:
        """What a store may raise that is its own trouble: nothing."""
        return ()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count a name, for `expiry` seconds from its first time on; the count."""
        with self._lock:
            now = time.monotonic()
            self._forget(now)
            count, ends = self._counts.get(key, (0, now + expiry))
            self._counts[key] = (count + amount, ends)
            if len(self._counts) > self._most:
                del self._counts[next(iter(self._counts))]
            return count + amount

    def get(self, key: str) -> int:
        """A name's count."""
        with self._lock:
            self._forget(time.monotonic())
            return self._counts.get(key, (0, 0.0))[0]

    def get_expiry(self, key: str) -> float:
        """When a name's count ends, in seconds of the epoch; now, where there is none."""
        with self._lock:
            now = time.monotonic()
            return time.time() + max(0.0, self._counts.get(key, (0, now))[1] - now)

    def _forget(self, now: float) -> None:
        while self._counts and next(iter(self._counts.values()))[1] <= now:
            del self._counts[next(iter(self._counts))]

    def __len__(self) -> int:
        return len(self._counts)

    def check(self) -> bool:
        """Whether it can be used: always."""
        return True

    def reset(self) -> int:
        """Forget everything; how much that was."""
        with self._lock:
            count = len(self._counts)
            self._counts.clear()
            return count

    def clear(self, key: str) -> None:
        """Forget a name."""
        with self._lock:
            self._counts.pop(key, None)
