"""What open pages ask again and again: whether anything has changed since, and how long to wait before the next time.

Asked for, not streamed: browsers keep six connections to a host, so six tabs with a stream would leave none for pages,
and waitress has a thread for each answer. One tab of a browser asks for all of them (`static/live.js`), 100 bytes a
time; the more requests there are, the longer all are told to wait, so that looking on never keeps work from being done.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, g, jsonify, request

from fullautoci.web import limits
from fullautoci.web.access import access
from fullautoci.web.api.common import services

PAUSE_MS, MOST_MS = 500, 10_000
# So many pages and questions a second may there be before everybody is told to wait longer.
AT_EASE = 30.0
# Of what one caller may send, this part is for pages that keep themselves as things are.
SHARE = 0.5
WINDOW_S = 2.0
# By how much the pause changes at once: what was asked lately still tells of the one before.
SLOWEST, FASTEST = 4.0, 0.25
CALLERS = 1_000
_EXTENSION = "fullautoci.paces"


class Pace:
    """How long those who look on are to wait, so that they ask no more often together than is good.

    The pause follows what was asked in the last `WINDOW_S` seconds or more: how many look on is not known, and each of
    them asks for several things.

    Args:
        at_ease: how many requests a second are welcome.
        clock: seconds, only ever growing.
    """

    def __init__(self, at_ease: float, clock: Callable[[], float]) -> None:
        self._at_ease, self._clock = at_ease, clock
        self._door = threading.Lock()
        self._pause, self._asked, self._since = float(PAUSE_MS), 0, clock()

    def count(self) -> None:
        """A page or a question was asked for."""
        with self._door:
            self._asked += 1

    def pause_ms(self) -> int:
        """How long to wait before the next question, in milliseconds."""
        with self._door:
            now = self._clock()
            if (passed := now - self._since) >= WINDOW_S:
                change = self._asked / passed / self._at_ease
                pause = self._pause * min(SLOWEST, max(FASTEST, change))
                self._pause = min(float(MOST_MS), max(float(PAUSE_MS), pause))
                self._asked, self._since = 0, now
            return int(self._pause)


class Paces:
    """That of everybody, and that of each caller, who must not use up what they may send by looking on.

    Args:
        a_minute: how many requests a minute a caller may send; None: any number.
        clock: seconds, only ever growing.
    """

    def __init__(self, a_minute: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._of_each = None if a_minute is None else SHARE * a_minute / 60
        self._door = threading.Lock()
        self._clock = clock
        self._everybody = Pace(AT_EASE, clock)
        self._callers: OrderedDict[str, Pace] = OrderedDict()

    def count(self, caller: str) -> None:
        """A page or a question was asked for by a caller."""
        for pace in self._both(caller):
            pace.count()

    def pause_ms(self, caller: str) -> int:
        """How long they are to wait, in milliseconds."""
        return max(pace.pause_ms() for pace in self._both(caller))

    def _both(self, caller: str) -> list[Pace]:
        if self._of_each is None:
            return [self._everybody]
        with self._door:
            pace = self._callers.setdefault(caller, Pace(self._of_each, self._clock))
            self._callers.move_to_end(caller)
            if len(self._callers) > CALLERS:
                self._callers.popitem(last=False)
        return [self._everybody, pace]


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.before_request
    def count() -> None:
        if request.method == "GET" and g.get("caller"):
            _paces().count(g.caller.identity)

    @pages.get("/live")
    @access("known")
    def look() -> Any:
        """The database's state, as pages name the one that they show."""
        state = services().state
        response = jsonify(state=state() if state else "", pause_ms=_paces().pause_ms(g.caller.identity))
        response.headers["Cache-Control"] = "no-store"
        return response


def _paces() -> Paces:
    if _EXTENSION not in current_app.extensions:
        current_app.extensions.setdefault(_EXTENSION, Paces(limits.a_minute()))
    found: Paces = current_app.extensions[_EXTENSION]
    return found
