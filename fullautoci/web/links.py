"""One-time login links: random, good for one use within a minute, kept as digests only."""

import hashlib
import secrets
import threading
import time

LIFETIME_S = 60.0
LIMIT = 100


class LoginLinks:
    """The links that are open."""

    def __init__(self) -> None:
        self._open: dict[str, float] = {}
        self._lock = threading.Lock()

    def issue(self) -> str:
        """A new token."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = time.monotonic()
            self._open = {key: until for key, until in list(self._open.items())[-LIMIT:] if until > now}
            self._open[_digest(token)] = now + LIFETIME_S
        return token

    def redeem(self, token: str) -> bool:
        """Whether the token opens a session; it never does again."""
        with self._lock:
            until = self._open.pop(_digest(token), 0.0)
        return until > time.monotonic()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
