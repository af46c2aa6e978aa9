"""Long requests to an engine: followed line by line, bounded, and given up when the job is to end."""

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from fullautoci.environments.base import Runner
from fullautoci.environments.containers.engine import Engine, sdk
from fullautoci.environments.containers.errors import EngineError, told
from fullautoci.errors import PreparationError

PAUSE_S = 0.05
# The engine's own silence, as of a build step that prints nothing, is bounded by the whole's time.
SLACK_S = 30.0

Line = Mapping[str, Any]
_END = object()


def followed(
    engine: Engine, what: str, call: Callable[[Any], Iterable[Line]], runner: Runner, timeout: float
) -> Iterator[Line]:
    """What the engine says during a request that takes long.

    Args:
        what: what an error calls it.
        call: makes the request with the client that it is given.

    Raises:
        PreparationError: it took too long, or the engine refused; whatever the engine was doing is stopped.
    """
    deadline = time.monotonic() + timeout
    said: queue.SimpleQueue[object] = queue.SimpleQueue()
    with told(what):
        client = _closable(engine, timeout + SLACK_S)
    thread = threading.Thread(target=_listen, args=(client, what, call, said), daemon=True, name="engine")
    thread.start()
    try:
        while True:
            try:
                line = said.get_nowait()
            except queue.Empty:
                if time.monotonic() > deadline:
                    raise PreparationError(
                        f"{what}: it did not end within {timeout:g} s", "'docker: {timeout: …}' gives it more time"
                    ) from None
                runner.pause(PAUSE_S)
                continue
            if line is _END:
                return
            if isinstance(line, BaseException):
                raise line
            yield line  # type: ignore[misc]
    finally:
        client.hang_up()
        thread.join(1.0)


def _listen(client: Any, what: str, call: Callable[[Any], Iterable[Line]], said: "queue.SimpleQueue[object]") -> None:
    try:
        with told(what):
            for line in call(client):
                said.put(line)
        said.put(_END)
    except (EngineError, ValueError, AttributeError) as error:  # the last two: of a connection that was closed
        said.put(error if isinstance(error, EngineError) else PreparationError(f"{what}: the engine broke off"))
    finally:
        client.close()


def _closable(engine: Engine, timeout: float) -> Any:
    """A client whose request can be given up: engines stop what they do for one who hangs up."""
    base: Any = sdk().APIClient

    class Closable(base):  # type: ignore[misc]
        answer: Any = None
        over = False

        def send(self, request: Any, **options: Any) -> Any:
            self.answer = super().send(request, **options)
            if self.over:
                self.hang_up()
            return self.answer

        def hang_up(self) -> None:
            self.over = True
            connection = getattr(getattr(self.answer, "raw", None), "connection", None)
            own = getattr(connection, "sock", None)
            if own is not None:
                with contextlib.suppress(OSError):
                    own.shutdown(socket.SHUT_RDWR)

    return Closable(base_url=f"unix://{engine.socket}", version=engine.api, timeout=timeout)
