"""What open pages ask again and again: whether anything has changed since, and how long to wait before the next time.

Asked for, not streamed: browsers keep six connections to a host, so six tabs with a stream would leave none for pages,
and waitress has a thread for each answer. One tab of a browser asks for all of them (`static/live.js`), 100 bytes a
time; the more requests there are, the longer all are told to wait, so that looking on never keeps work from being done.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import Blueprint, jsonify, request

from fullautoci.web.access import access
from fullautoci.web.api.common import services

PAUSE_MS = 500
# So many pages and questions a second may there be before they are told to wait longer.
AT_EASE = 30.0
MOST_MS = 10_000
WINDOW_S = 5.0


class Pace:
    """How long whoever looks on is to wait, by how much was asked lately.

    Args:
        clock: seconds, only ever growing.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._door = threading.Lock()
        self._lately: deque[float] = deque(maxlen=10_000)

    def count(self) -> None:
        """A page or a question was asked for."""
        with self._door:
            self._lately.append(self._clock())

    def pause_ms(self) -> int:
        """How long to wait before the next question, in milliseconds."""
        with self._door:
            since = self._clock() - WINDOW_S
            while self._lately and self._lately[0] < since:
                self._lately.popleft()
            rate = len(self._lately) / WINDOW_S
        return int(min(MOST_MS, PAUSE_MS * max(1.0, rate / AT_EASE)))


def install(pages: Blueprint) -> None:
    """Add the route."""
    pace = Pace()

    @pages.before_request
    def count() -> None:
        if request.method == "GET":
            pace.count()

    @pages.get("/live")
    @access("known")
    def look() -> Any:
        """The database's state, as pages name the one that they show."""
        state = services().state
        response = jsonify(state=state() if state else "", pause_ms=pace.pause_ms())
        response.headers["Cache-Control"] = "no-store"
        return response
