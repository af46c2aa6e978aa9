"""API keys: a public part by which one is found, and a secret part of which only the digest is kept.

A key is `fac_PUBLIC_SECRET`, with 60 bits in PUBLIC and 256 in SECRET: so much chance needs no slow hash, and a fast
one keeps a request cheap. The prefix lets scanners for secrets know it.
"""

import hashlib
import hmac
import re
import secrets
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from fullautoci.errors import ConflictError, NotFoundError
from fullautoci.store import users
from fullautoci.text import timestamp

PREFIX = "fac"
# How many of a user's may be good at once: each is counted by itself where requests are.
LIMIT = 50
_FORM = re.compile(r"fac_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
# What is compared where there is no such key, so that its absence takes as long as a wrong secret.
_NOBODY = "0" * 64

View = dict[str, Any]


@dataclass(frozen=True)
class NewKey:
    """A key that was just made; its text is shown once and kept nowhere."""

    public: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """The whole key."""
        return f"{PREFIX}_{self.public}_{self.secret}"


def made() -> NewKey:
    """A new random key."""
    return NewKey("".join(secrets.choice(_LETTERS) for _ in range(12)), secrets.token_urlsafe(32))


def digest(secret: str) -> str:
    """What is kept of a secret: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def add(db: Database, user_id: int, key: NewKey, label: str, expires_at: str | None, made_by: int) -> int:
    """Keep a key of a user; its id.

    Args:
        expires_at: ISO 8601 in UTC; None: never.
        made_by: the user who is shown it.

    Raises:
        NotFoundError: there is no such user.
        ConflictError: they have as many as there may be.
    """
    users.get_name(db.conn, user_id)
    now = timestamp()
    live = db.execute(
        "SELECT count(*) FROM keys WHERE user_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)",
        [user_id, now],
    ).fetchone()[0]
    if live >= LIMIT:
        raise ConflictError(
            f"{LIMIT} keys of that user are good", "revoke those that are not used: 'fullautoci key list'"
        )
    cursor = db.execute(
        "INSERT INTO keys (user_id, public, digest, label, made_by, created_at, expires_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [user_id, key.public, digest(key.secret), label, made_by, now, expires_at],
    )
    return int(cursor.lastrowid or 0)


def check(connection: sqlite3.Connection, text: str, now: str) -> View | None:
    """The key that a text is, with its user; None where it is none, or is revoked, expired, or of a removed user.

    Args:
        now: ISO 8601 in UTC.
    """
    form = _FORM.fullmatch(text)
    row = None
    if form is not None:
        row = connection.execute(
            "SELECT k.id, k.public, k.digest, k.expires_at, k.expires_at AS key_until, k.revoked_at, k.last_used_at,"
            " u.id AS user_id, u.name,"
            " u.role, u.owner, u.removed_at FROM keys k JOIN users u ON u.id = k.user_id WHERE k.public = ?",
            [form[1]],
        ).fetchone()
    said = digest(form[2] if form is not None else text)
    right = hmac.compare_digest(said, row["digest"] if row is not None else _NOBODY)
    if row is None or not right or row["revoked_at"] is not None or row["removed_at"] is not None:
        return None
    if row["expires_at"] is not None and row["expires_at"] <= now:
        return None
    return dict(row)


def used(db: Database, identifier: int, at: str) -> None:
    """Remember when a key was used last."""
    db.execute("UPDATE keys SET last_used_at = ? WHERE id = ?", [at, identifier])


_SHOWN = (
    "k.id, k.user_id, u.name AS user, k.public, k.label, k.created_at, k.expires_at, k.last_used_at, k.revoked_at"
    " FROM keys k JOIN users u ON u.id = k.user_id"
)


def listed(connection: sqlite3.Connection, user_id: int | None, *, after: int = 0, limit: int = 500) -> list[View]:
    """Keys of a user or, where that is None, of all, in the order in which they were made; without their secrets.

    Args:
        after: only those with a greater id, for paging.
    """
    whose, values = ("k.user_id = ? AND ", [user_id]) if user_id is not None else ("", [])
    rows = connection.execute(f"SELECT {_SHOWN} WHERE {whose}k.id > ? ORDER BY k.id LIMIT ?", [*values, after, limit])
    return [dict(row) for row in rows]


def get(connection: sqlite3.Connection, identifier: int) -> View:
    """One key, without its secret.

    Raises:
        NotFoundError: there is none with that id.
    """
    row = None
    if 0 < identifier < 2**63:
        row = connection.execute(f"SELECT {_SHOWN} WHERE k.id = ?", [identifier]).fetchone()
    if row is None:
        raise NotFoundError("there is no such key", "'fullautoci key list' shows those there are")
    return dict(row)


def revoke(db: Database, identifier: int) -> None:
    """Let a key open nothing from now on, and end the sessions that it opened."""
    db.execute("UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE id = ?", [timestamp(), identifier])
    db.execute("DELETE FROM sessions WHERE key_id = ?", [identifier])
