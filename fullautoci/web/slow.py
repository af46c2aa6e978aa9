"""Connections that must get on: whatever trickles in or is not taken, each has a bound time, and room is made.

waitress itself counts the time in which nothing at all happens, and only while nothing is being answered; it cannot
close a connection whose other end takes nothing; and once it holds as many as it may, it accepts no more.
"""

import fcntl
import math
import socket
import sys
import termios
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from waitress.channel import HTTPChannel
from waitress.utilities import Error

# How much of an answer a client has to take at a time, in bytes.
TAKEN = 64 * 1024


@dataclass(frozen=True)
class Bounds:
    """What a server bears; times in seconds.

    Attributes:
        connections: how many may be open at once; for more, the one that has waited longest goes.
        header: how long the head of a request may take, the first from the connection's opening on.
        body: how long the rest of a request may take.
        answer: how long a client may take for the next `TAKEN` bytes of an answer, or for all that is left of it.
        idle: how long a connection is kept open after an answer.
    """

    connections: int
    header: float
    body: float
    answer: float
    idle: float

    @property
    def shortest(self) -> float:
        """The least time after which there may be something to do about a connection."""
        return min(self.header, self.body, self.answer, self.idle)


class _RequestTimeout(Error):
    code = 408
    reason = "Request Timeout"


class BoundedChannel(HTTPChannel):
    """A connection that knows until when it must have got on."""

    def __init__(self, bounds: Bounds, server: Any, connection: socket.socket, *arguments: Any, **named: Any) -> None:
        self._bounds = bounds
        # Whether the time for a head runs, and whether that for a body does.
        self._in_head, self._in_body = True, False
        # How much has been sent; when something was left to be taken, and how much had been taken then.
        self._sent = 0
        self._unread: tuple[float, int] | None = None
        self._wait(bounds.header)
        super().__init__(server, connection, *arguments, **named)
        if len(server.active_channels) > bounds.connections:
            make_room(server.active_channels.values())

    def _wait(self, seconds: float) -> None:
        """It is the client's turn, for so long."""
        self.waiting_since = time.monotonic()
        self._until = self.waiting_since + seconds

    def received(self, data: bytes) -> Any:
        """Take what came; a head has its time from its first byte on, whatever empty lines come before it."""
        taken = super().received(data)
        if self.requests:
            self._until = math.inf  # it is our turn
        elif self.request is not None and self.request.headers_finished:
            if not self._in_body:
                self._wait(self._bounds.body)
            self._in_body = True
        elif self.request is not None and not self._in_head:
            self._wait(self._bounds.header)
            self._in_head = True
        return taken

    def service(self) -> None:
        """Answer; then it is the client's turn again."""
        super().service()
        self._turn()

    def _turn(self) -> None:
        self._in_head, self._in_body = self.request is not None, False
        self._wait(self._bounds.header if self._in_head else self._bounds.idle)

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send what there is room for."""
        sent = int(super().send(data, do_close))
        self._sent += sent
        return sent

    def handle_expt(self) -> None:
        """Data out of band, which HTTP has none of: as nobody reads it, the kernel would tell of it without end."""
        self.handle_close()

    def due(self, now: float) -> float:
        """Until when the client must have got on, by the monotonic clock; `inf` where it is our turn."""
        if self.total_outbufs_len:
            taken = self._sent - on_the_way(self.socket)
            if self._unread is None or taken - self._unread[1] >= TAKEN:
                self._unread = now, taken
            return self._unread[0] + self._bounds.answer
        if self._unread is not None:
            self._unread = None
            self._turn()
        return math.inf if self.requests else self._until

    def expire(self) -> None:
        """The client's time is over: say so, where a request has begun, and close."""
        if self._unread is not None or self.request is None:
            self.handle_close()  # not when it can be written to: that may be never
            return
        channel: Any = self  # of which the types at hand know half
        with channel.requests_lock:
            request, self.request, self._until = channel.request, None, math.inf
            request.error = _RequestTimeout("the request took too long")
            request.completed = True
            channel.requests.append(request)
            channel.server.add_task(self)


def on_the_way(connection: socket.socket | None) -> int:
    """How many bytes the kernel holds that the other end has not taken; 0 where it does not tell (tcp(7), SIOCOUTQ).

    It holds megabytes, and has room for more only when a third of them are gone.
    """
    try:
        return int.from_bytes(fcntl.ioctl(connection, termios.TIOCOUTQ, bytes(4)), sys.byteorder) if connection else 0
    except (OSError, ValueError):  # the latter: it was closed meanwhile
        return 0


def make_room(channels: Iterable[BoundedChannel]) -> None:
    """Close the connection whose client has had its turn for longest; none, where we are answering all."""
    waiting = [one for one in channels if not one.requests]
    if waiting:
        min(waiting, key=lambda one: one.waiting_since).handle_close()


class Patience:
    """When to look after the connections of a server, so that each is looked at in time and an idle server sleeps."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._next = 0.0

    def look(self, channels: Iterable[BoundedChannel], longest: float) -> float:
        """End what is overdue; for how long there is nothing to look after, at most `longest` seconds."""
        now = time.monotonic()
        if now < self._next:
            return self._next - now
        held = list(channels)
        if not held:
            return longest
        for one in held:
            if one.due(now) <= now:
                one.expire()
        self._next = min(now + self._bounds.shortest, *(one.due(now) for one in held))
        return max(0.0, self._next - now)
