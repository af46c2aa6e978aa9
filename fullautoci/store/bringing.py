"""The owner's consent: which untracked files of a working copy its commits' jobs may be given."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlite_utils import Database

from fullautoci.text import timestamp


def allow(db: Database, repository_id: int, paths: Iterable[str]) -> None:
    """Let jobs of a repository have these files."""
    now = timestamp()
    for path in paths:
        db.execute("INSERT OR IGNORE INTO bringing VALUES (?, ?, ?)", [repository_id, path, now])


def revoke(db: Database, repository_id: int, paths: Iterable[str]) -> int:
    """Let them not; how many of these they had been allowed."""
    return sum(
        db.execute("DELETE FROM bringing WHERE repository_id = ? AND path = ?", [repository_id, path]).rowcount
        for path in paths
    )


def allowed(connection: sqlite3.Connection, repository_id: int) -> list[dict[str, Any]]:
    """The files that are allowed, each with the time since when."""
    rows = connection.execute(
        "SELECT path, allowed_at FROM bringing WHERE repository_id = ? ORDER BY path", [repository_id]
    )
    return [{"path": row[0], "allowed_at": row[1]} for row in rows]
