"""Answers to requests that may come again, by the key that their caller gave them (Idempotency-Key)."""

import sqlite3
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlite_utils import Database

from fullautoci.text import iso

KEPT = timedelta(hours=24)


class Answer(NamedTuple):
    """What was answered.

    Attributes:
        request: the digest of what was asked.
        body: JSON, or empty.
    """

    request: str
    status: int
    body: str


def get(connection: sqlite3.Connection, caller: str, key: str) -> Answer | None:
    """What a caller's key was answered within the last day."""
    row = connection.execute(
        "SELECT request, status, body FROM answers WHERE caller = ? AND key = ? AND at > ?",
        [caller, key, iso(datetime.now(UTC) - KEPT)],
    ).fetchone()
    return None if row is None else Answer(*row)


def add(db: Database, caller: str, key: str, answer: Answer) -> None:
    """Keep an answer; those that are older than a day go."""
    now = datetime.now(UTC)
    db.execute("DELETE FROM answers WHERE at <= ?", [iso(now - KEPT)])
    db.execute(
        "INSERT OR REPLACE INTO answers (caller, key, request, status, body, at) VALUES (?, ?, ?, ?, ?, ?)",
        [caller, key, *answer, iso(now)],
    )
