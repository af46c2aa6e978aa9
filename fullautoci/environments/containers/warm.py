"""The next job's container, made ready while nobody waits for it.

Most of what a container costs is its start. So when a job is over, another one of the same kind is started in the
background, in which nothing has run; the next job of this worker takes it, if it asks for that kind.
"""

import contextlib
import threading

from fullautoci.environments.containers import leftovers
from fullautoci.environments.containers.container import WARM, Container
from fullautoci.environments.containers.errors import EngineError
from fullautoci.environments.containers.spec import Spec
from fullautoci.errors import PreparationError

IDLE_S = 300.0
# A start that is under way is sooner done than another one that begins now.
PATIENCE_S = 10.0
CLOSE_WITHIN_S = 2.0


class Warm:
    """At most one container that waits for a job."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._waiting: Container | None = None
        self._making: tuple[Spec, threading.Thread] | None = None
        self._timer: threading.Timer | None = None
        self._closed = False

    def taken(self, spec: Spec) -> Container | None:
        """The waiting container, if it is of this kind and still runs; one of another kind is removed."""
        with self._lock:
            making = self._making
        if making is not None and making[0] == spec:
            making[1].join(PATIENCE_S)
        with self._lock:
            found, self._waiting = self._waiting, None
        if found is None:
            return None
        with contextlib.suppress(EngineError):
            if found.spec == spec and found.runs():
                return found
        found.remove()
        return None

    def follow(self, over: Container) -> threading.Thread:
        """Remove a container whose job is over, and make the next one ready; in the background."""
        thread = threading.Thread(target=self._followed, args=(over,), daemon=True, name="container")
        with self._lock:
            self._making = over.spec, thread
        thread.start()
        return thread

    def _followed(self, over: Container) -> None:
        over.remove()
        with contextlib.suppress(PreparationError, OSError):
            made = Container.made(over.spec, job=WARM) if not self._closed else None
            with self._lock:
                before, self._waiting = self._waiting, made
                self._rest()
            if before is not None:
                before.remove()
            if self._closed:
                self.discard()
        with contextlib.suppress(PreparationError, OSError):
            api = over.spec.engine.client()
            leftovers.sweep(api, over.spec.home)
            api.close()

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_s, self.discard)
        self._timer.daemon = True
        self._timer.start()

    def discard(self) -> None:
        """Remove the waiting container."""
        with self._lock:
            found, self._waiting = self._waiting, None
        if found is not None:
            found.remove()

    def close(self) -> None:
        """Remove the waiting container and make no more: this process is about to end."""
        self._closed = True
        self.settled(CLOSE_WITHIN_S)
        self.discard()

    def settled(self, patience_s: float = PATIENCE_S) -> bool:
        """Wait until nothing is being made any more; whether a container waits."""
        with self._lock:
            making = self._making
        if making is not None:
            making[1].join(patience_s)
        with self._lock:
            return self._waiting is not None
