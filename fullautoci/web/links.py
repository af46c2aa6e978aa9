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
        self._open: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def issue(self, user_id: int) -> str:
        """A new token, which opens a session of a user's."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            now = time.monotonic()
            self._open = {key: until for key, until in list(self._open.items())[-LIMIT:] if until[0] > now}
            self._open[_digest(token)] = (now + LIFETIME_S, user_id)
        return token

    def drop(self, user_id: int) -> None:
        """Have a user's tokens open nothing any more."""
        with self._lock:
            self._open = {key: one for key, one in self._open.items() if one[1] != user_id}

    def redeem(self, token: str) -> int | None:
        """The user whose session the token opens, or None; it never does again."""
        with self._lock:
            until, user_id = self._open.pop(_digest(token), (0.0, 0))
        return user_id if until > time.monotonic() else None


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()
