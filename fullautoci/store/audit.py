"""The audit trail: who changed what, when, and from where.

An entry is written before its change is made, and concluded after: so that a change without one is not possible,
whatever ends the daemon in between.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlite_utils import Database

from fullautoci.store.paging import LARGEST
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


def add(db: Database, entry: Entry, *, done: bool = True) -> int:
    """Write an entry; its number.

    Args:
        done: whether the change is made; of one that is only begun, `conclude` or `withdraw` tells what came of it.
    """
    cursor = db.execute(
        "INSERT INTO audit (at, actor, user_id, via, origin, action, target, repository_id, detail, done)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            timestamp(), entry.actor, entry.user_id, entry.via, entry.origin, entry.action, entry.target,
            entry.repository_id, _json(entry), int(done),
        ],
    )  # fmt: skip
    return int(cursor.lastrowid or 0)


def conclude(db: Database, number: int, entry: Entry) -> None:
    """Say that what was begun is done, and to what."""
    db.execute(
        "UPDATE audit SET target = ?, repository_id = ?, detail = ?, done = 1 WHERE id = ?",
        [entry.target, entry.repository_id, _json(entry), number],
    )


def withdraw(db: Database, number: int) -> None:
    """Say that what was begun was refused: nothing was changed, and nothing is told."""
    db.execute("DELETE FROM audit WHERE id = ? AND done = 0", [number])


def _json(entry: Entry) -> str:
    return json.dumps(dict(entry.detail), ensure_ascii=False)


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
    where: list[str] = ["a.id < ?"]
    values: list[object] = [LARGEST if before is None else before]
    for clause, value in (("a.actor = ?", actor), ("a.repository_id = ?", repository_id)):
        if value is not None:
            where.append(clause)
            values.append(value)
    if action is not None:
        where.append("(a.action = ? OR a.action >= ? AND a.action < ?)")
        values += [action, f"{action}.", f"{action}/"]
    rows = connection.execute(
        "SELECT a.id, a.at, a.actor, a.user_id, a.via, a.origin, a.action, a.target, a.repository_id,"
        " r.name AS repository, a.detail, a.done FROM audit a LEFT JOIN repositories r ON r.id = a.repository_id"
        f" WHERE {' AND '.join(where)} ORDER BY a.id DESC LIMIT ?",
        [*values, min(limit, LIMIT)],
    )
    return [{**dict(row), "detail": json.loads(row["detail"]), "done": bool(row["done"])} for row in rows]
