"""Events, part by part, and what became of each; those of repositories that nobody watches are for who sees all."""

import heapq
import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store.paging import Key, Order, Page, collect, place
from fullautoci.store.scope import Scope, scope

ORDERS: Mapping[str, Order] = {
    "newest": Order("accepted", ("~", "~")),
    "oldest": Order("accepted-first", ("", ""), descending=False),
}


@dataclass(frozen=True)
class Wanted:
    """Which events; what is None or empty leaves nothing out.

    Attributes:
        source: what told of it, such as `post-commit`.
        outcome: what became of it, such as `queued`.
        since: accepted then or later, as ISO 8601 in UTC with milliseconds.
        until: accepted before then.
    """

    repository: int | None = None
    source: str = ""
    outcome: str = ""
    since: str = ""
    until: str = ""


def page(
    connection: sqlite3.Connection,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "newest",
) -> Page:
    """Events by the moment at which they were accepted.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `ORDERS`.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    order = ORDERS[sort]
    begin = place(order, cursor)
    where = scope(connection, visible, wanted.repository)
    unknown = visible is None and wanted.repository is None
    keys = _keys(connection, wanted, where, unknown, order, begin)

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, dict[str, Any]]:
        rows = connection.execute(
            "SELECT e.id, e.repository_id, p.name AS repository, e.source, e.updates, e.accepted_at, e.outcome,"
            " e.reason, e.runs FROM events e LEFT JOIN repositories p ON p.id = e.repository_id"
            " WHERE e.id IN (SELECT value FROM json_each(?)) AND ? IN ('', e.source) AND ? IN ('', e.outcome)",
            [json.dumps([key[1] for key in chunk]), wanted.source, wanted.outcome],
        )
        return {(row["accepted_at"], row["id"]): _view(row) for row in rows}

    return Page(*collect(keys, fetch, order, limit))


def _keys(
    connection: sqlite3.Connection, wanted: Wanted, where: Scope, unknown: bool, order: Order, begin: Key
) -> Iterable[Key]:
    after, way = ("<", "DESC") if order.descending else (">", "ASC")
    if unknown and where.is_all:
        query = (
            f"SELECT accepted_at, id FROM events WHERE (accepted_at, id) {after} (?, ?) AND accepted_at >= ?"
            f" AND accepted_at < ? ORDER BY accepted_at {way}, id {way}"
        )
        return map(tuple, connection.execute(query, [*begin, wanted.since, wanted.until or "~"]))
    query = (
        f"SELECT accepted_at, id FROM events WHERE repository_id IS ? AND (accepted_at, id) {after} (?, ?)"
        f" AND accepted_at >= ? AND accepted_at < ? ORDER BY accepted_at {way}, id {way}"
    )
    values = [*begin, wanted.since, wanted.until or "~"]
    repositories = [*where.repositories, *([None] if unknown else [])]
    streams = [map(tuple, connection.execute(query, [one, *values])) for one in repositories]
    return heapq.merge(*streams, reverse=order.descending)


def _view(row: sqlite3.Row) -> dict[str, Any]:
    moved = [{"ref": ref, "old": old, "new": new} for ref, old, new in json.loads(row["updates"])]
    return {**dict(row), "updates": moved, "runs": json.loads(row["runs"])}
