"""Tokens by which a repository's badges are shown to anybody: random, kept as digests, revocable."""

import secrets
import sqlite3

from sqlite_utils import Database

from fullautoci.store.keys import digest
from fullautoci.text import timestamp


def token() -> str:
    """A new random one, of 192 bits; what a page that shows a badge gives away."""
    return secrets.token_urlsafe(24)


def add(db: Database, repository_id: int, said: str) -> None:
    """Let a token show a repository's badges, in place of those before it."""
    revoke(db, repository_id)
    db.execute(
        "INSERT INTO badge_tokens (digest, repository_id, created_at) VALUES (?, ?, ?)",
        [digest(said), repository_id, timestamp()],
    )


def revoke(db: Database, repository_id: int) -> int:
    """Have a repository's tokens show nothing any more; how many there were."""
    return db.execute(
        "UPDATE badge_tokens SET revoked_at = ? WHERE repository_id = ? AND revoked_at IS NULL",
        [timestamp(), repository_id],
    ).rowcount


def repository_of(connection: sqlite3.Connection, said: str) -> int | None:
    """The repository whose badges a token shows; None: it shows none."""
    row = connection.execute(
        "SELECT b.repository_id FROM badge_tokens b JOIN repositories r ON r.id = b.repository_id"
        " WHERE b.digest = ? AND b.revoked_at IS NULL AND r.removed_at IS NULL",
        [digest(said)],
    ).fetchone()
    return None if row is None else int(row[0])
