"""Waiting for a signal, or for another thread's word, of which neither is lost.

Python runs a signal's handler in the main thread, between two of its steps: of one that comes just before that thread
begins to wait for a lock nothing is noticed until the wait is over. So the main thread reads from a socket into which
the interpreter writes when a signal comes (https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd).
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Bell:
    """Rung by every signal that has a handler, and by `ring`; for the main thread to wait for.

    Attributes:
        stopping: whether a signal asked for the end.
    """

    def __init__(self) -> None:
        self.stopping = False
        self._hears, self._rings = socket.socketpair()
        self._rings.setblocking(False)

    def ring(self) -> None:
        """Have `wait` return; from any thread."""
        with contextlib.suppress(BlockingIOError):  # it is full of what nobody has heard yet
            self._rings.send(b"\0")

    def wait(self) -> None:
        """Until it was rung since the last time; the handlers of the signals that rang it have been run by then."""
        self._hears.recv(4096)

    def __enter__(self) -> Self:
        signal.set_wakeup_fd(self._rings.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.set_wakeup_fd(-1)
        self._hears.close()
        self._rings.close()


class Killer:
    """A thread that waits for an order to kill, which a signal's handler can give: that takes no lock."""

    def __init__(self) -> None:
        self._bell = Bell()
        self._ordered = False

    def start(self, kill: Callable[[], object]) -> None:
        """Wait for the order from now on."""
        threading.Thread(target=self._work, args=(kill,), name="killer", daemon=True).start()

    def order(self) -> None:
        """Kill."""
        self._ordered = True
        self._bell.ring()

    def dismiss(self) -> None:
        """End; there is nothing left to kill."""
        self._bell.ring()

    def _work(self, kill: Callable[[], object]) -> None:
        self._bell.wait()
        if self._ordered:
            kill()
