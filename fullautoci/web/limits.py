"""How often one may ask: so many requests a minute for each caller, and so many wrong keys and links for an address.

The headers are those of https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (version 10) and the
older X-RateLimit-*. Whoever runs the daemon is not counted at its socket.

What is counted by the `limits` library is loaded by the first request over TCP: it takes 2.5 MB and a fifth of a
second, which an idle daemon and a command without one can do without. Flask-Limiter, which is made around it, can be
put only onto an application that has not answered yet, and leaves out what has no route.
"""

import threading
import time
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING

from flask import Flask, current_app, g, request
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from fullautoci.config.dashboard import RequestLimits

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import RateLimiter

WINDOW_S = 60
# Below it are the ways in for whoever has a link or types a key.
LOGIN = "/login"
_EXTENSION = "fullautoci.limits"


@dataclass(frozen=True)
class Standing:
    """How much of a limit is left.

    Attributes:
        limit: how many there may be in a window.
        remaining: how many more.
        reset_s: in how many seconds there may be as many again, rounded up.
    """

    limit: int
    remaining: int
    reset_s: int


class _Limit:
    """So many a minute for each name."""

    def __init__(self, amount: int) -> None:
        self.amount = amount
        self._lock = threading.Lock()
        self._loaded: tuple[RateLimiter, RateLimitItem] | None = None

    def _library(self) -> "tuple[RateLimiter, RateLimitItem]":
        with self._lock:
            if self._loaded is None:
                from limits import RateLimitItemPerMinute
                from limits.strategies import FixedWindowRateLimiter

                from fullautoci.web.counters import BoundedStorage

                self._loaded = FixedWindowRateLimiter(BoundedStorage()), RateLimitItemPerMinute(self.amount)
            return self._loaded

    def hit(self, name: str) -> bool:
        """Count one; whether it is within the limit."""
        limiter, item = self._library()
        return limiter.hit(item, name)

    def standing(self, name: str) -> Standing:
        """How much is left."""
        limiter, item = self._library()
        reset_at, remaining = limiter.get_window_stats(item, name)
        return Standing(self.amount, remaining, max(1, -int(time.time() - reset_at)))


@dataclass(frozen=True)
class _Limits:
    requests: _Limit
    failures: _Limit


def install(app: Flask, settings: RequestLimits) -> None:
    """Have an application's requests counted; where this was not done, none are."""
    app.extensions[_EXTENSION] = _Limits(_Limit(settings.requests), _Limit(settings.failures))
    app.after_request(_tell)


def count_failure() -> None:
    """Count a key or link that was wrong.

    Right ones from the same address go on: everybody on this machine has that address, one script with an old key
    would shut out all others, and nobody finds 256 random bits by trying, however often.

    Raises:
        TooManyRequests: there were too many.
    """
    limits = _installed()
    if limits is not None and not limits.failures.hit(peer()):
        _refuse_failures(limits)


def count_request() -> None:
    """Count the request, by who asks where that is known, else by the address; before it is done or refused.

    Raises:
        TooManyRequests: there were too many.
    """
    limits, caller = _installed(), g.get("caller")
    if limits is None or (caller is not None and caller.owner and caller.via == "socket"):
        return
    if caller is None and request.path.startswith(LOGIN):
        return  # wrong ones are counted; others of this address must not shut out whoever has a right one
    name = f"address:{peer()}" if caller is None else caller.identity
    within = limits.requests.hit(name)
    standing = limits.requests.standing(name)
    if not within:
        _refuse("requests", standing, f"more than {standing.limit} requests in a minute")
    g.rate = ("requests", standing)


def a_minute() -> int | None:
    """How many requests a minute each caller may send; None: any number."""
    limits = _installed()
    return None if limits is None else limits.requests.amount


def peer() -> str:
    """What the address that asks is counted by; of IPv6 the network, as one machine has 2⁶⁴ addresses.

    The address is the client's where a trusted proxy told it.
    """
    said = request.remote_addr or ""
    if said.startswith("127."):
        return "127.0.0.1"  # whoever is on this machine may come from any of these
    try:
        address = ip_address(said)
    except ValueError:
        return said[:64]
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))


def _installed() -> _Limits | None:
    found = current_app.extensions.get(_EXTENSION)
    return found if isinstance(found, _Limits) else None


def _refuse_failures(limits: _Limits) -> None:
    _refuse("failures", limits.failures.standing(peer()), "too many wrong keys or links from this address")


def _refuse(name: str, standing: Standing, why: str) -> None:
    g.rate = (name, standing)
    raise TooManyRequests(f"{why}: try again in {standing.reset_s} s")


def _tell(response: Response) -> Response:
    """Say how much is left."""
    if "rate" not in g:
        return response
    name, standing = g.rate
    response.headers["RateLimit-Policy"] = f'"{name}";q={standing.limit};w={WINDOW_S}'
    response.headers["RateLimit"] = f'"{name}";r={standing.remaining};t={standing.reset_s}'
    response.headers["X-RateLimit-Limit"] = str(standing.limit)
    response.headers["X-RateLimit-Remaining"] = str(standing.remaining)
    response.headers["X-RateLimit-Reset"] = str(int(time.time()) + standing.reset_s)
    if response.status_code == 429:
        response.headers["Retry-After"] = str(standing.reset_s)
    return response
