"""Browser sessions: random, kept as digests; over when their user's epoch is, or the key that opened them."""

import secrets
import sqlite3
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from fullautoci.errors import NotFoundError
from fullautoci.store.keys import digest
from fullautoci.text import iso

LIFETIME = timedelta(days=7)


def token() -> str:
    """A new random one, of 256 bits."""
    return secrets.token_urlsafe(32)


def add(db: Database, said: str, user_id: int, key_id: int | None) -> None:
    """Open a session of a user; those whose time is over go.

    Args:
        said: what the browser's cookie holds.
        key_id: the key that opened it; None: a link.

    Raises:
        NotFoundError: there is no such user any more, or the key opens nothing.
    """
    now = datetime.now(UTC)
    db.execute("DELETE FROM sessions WHERE expires_at <= ?", [iso(now)])
    cursor = db.execute(
        "INSERT INTO sessions (digest, user_id, epoch, key_id, created_at, expires_at)"
        " SELECT ?, id, epoch, ?, ?, ? FROM users WHERE id = ? AND removed_at IS NULL",
        [digest(said), key_id, iso(now), iso(now + LIFETIME), user_id],
    )
    if not cursor.rowcount:
        raise NotFoundError("there is no such user any more")


def check(connection: sqlite3.Connection, said: str, now: str) -> dict[str, Any] | None:
    """The user whose session a text opens; None where it opens none, or one that is over.

    Args:
        now: ISO 8601 in UTC.
    """
    row = connection.execute(
        "SELECT s.digest, s.key_id, s.expires_at, k.expires_at AS key_until,"
        " u.id AS user_id, u.name, u.role, u.owner"
        " FROM sessions s JOIN users u ON u.id = s.user_id LEFT JOIN keys k ON k.id = s.key_id"
        " WHERE s.digest = ? AND s.epoch = u.epoch AND u.removed_at IS NULL AND s.expires_at > ?"
        " AND k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)",
        [digest(said), now, now],
    ).fetchone()
    return None if row is None else dict(row)


def close(db: Database, said: str) -> None:
    """End a session."""
    db.execute("DELETE FROM sessions WHERE digest = ?", [digest(said)])


def close_every(db: Database) -> None:
    """End all sessions of all users, those whose rows may come back too."""
    db.execute("UPDATE users SET epoch = epoch + 1000")
    db.execute("DELETE FROM sessions")


def close_all(db: Database, user_id: int) -> int:
    """End all of a user's sessions; how many there were."""
    count = db.execute("SELECT count(*) FROM sessions WHERE user_id = ?", [user_id]).fetchone()[0]
    db.execute("UPDATE users SET epoch = epoch + 1 WHERE id = ?", [user_id])
    db.execute("DELETE FROM sessions WHERE user_id = ?", [user_id])
    return int(count)
