"""The audit trail: who changed what, when, and from where; added to, and never changed."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from fullautoci.text import timestamp

LIMIT = 500


@dataclass(frozen=True)
class Entry:
    """One change.

    Attributes:
        actor: who did it, by name.
        user_id: the user's id; None for the service itself, and for whoever is no user.
        via: `socket`, `key`, `session`, or `service`.
        origin: the address it came from; of the socket, the user id at its other end.
        action: what was done: a noun and a verb, as in `user.add`.
        target: to what, by name or number.
        repository_id: in which repository; None: in none.
        detail: what else is to be known; no secrets.
    """

    actor: str
    user_id: int | None
    via: str
    origin: str
    action: str
    target: str = ""
    repository_id: int | None = None
    detail: Mapping[str, Any] = field(default_factory=dict)


def add(db: Database, entry: Entry) -> int:
    """Write an entry; its number."""
    cursor = db.execute(
        "INSERT INTO audit (at, actor, user_id, via, origin, action, target, repository_id, detail)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            timestamp(), entry.actor, entry.user_id, entry.via, entry.origin, entry.action, entry.target,
            entry.repository_id, json.dumps(dict(entry.detail), ensure_ascii=False),
        ],
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def listed(
    connection: sqlite3.Connection,
    *,
    before: int | None = None,
    limit: int = 50,
    actor: str | None = None,
    action: str | None = None,
    repository_id: int | None = None,
) -> list[dict[str, Any]]:
    """Entries, the newest first.

    Args:
        before: only those with a smaller number, for paging.
        actor, action, repository_id: only those of it; an action may be a noun alone, as in `user`.
    """
    where, values = ["1"], []
    for clause, value in (
        ("a.id < ?", before), ("a.actor = ?", actor), ("a.repository_id = ?", repository_id),
    ):  # fmt: skip
        if value is not None:
            where.append(clause)
            values.append(value)
    if action is not None:
        where.append("(a.action = ? OR a.action >= ? AND a.action < ?)")
        values += [action, f"{action}.", f"{action}/"]
    rows = connection.execute(
        "SELECT a.id, a.at, a.actor, a.user_id, a.via, a.origin, a.action, a.target, a.repository_id,"
        " r.name AS repository, a.detail FROM audit a LEFT JOIN repositories r ON r.id = a.repository_id"
        f" WHERE {' AND '.join(where)} ORDER BY a.id DESC LIMIT ?",
        [*values, min(limit, LIMIT)],
    )
    return [{**dict(row), "detail": json.loads(row["detail"])} for row in rows]
