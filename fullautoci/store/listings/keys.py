"""The keys of runs or jobs, in the orders that both have."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from fullautoci.store.paging import EARLIEST, LATEST, NEWEST, OLDEST, Key, Order
from fullautoci.store.scope import Scope, merged

# A condition for which there is an index that goes on with the row's number; and its values.
Narrowed = tuple[str, Sequence[Any]]
EVERY: Narrowed = ("", ())
# By how a listing is sorted: by number; and between two moments, by time.
ORDERS: Mapping[str, tuple[Order, Order]] = {"newest": (NEWEST, LATEST), "oldest": (OLDEST, EARLIEST)}


def in_order(
    connection: sqlite3.Connection,
    table: Literal["runs", "jobs"],
    where: Scope,
    order: Order,
    begin: Key,
    narrowed: Narrowed = EVERY,
    between: tuple[str, str] = ("", ""),
) -> Iterable[Key]:
    """Keys from `begin` on.

    Args:
        narrowed: only rows of which that is so; not where it goes by time.
        between: since when, and until when, where it goes by time.
    """
    after, way = ("<", "DESC") if order.descending else (">", "ASC")
    if order in (LATEST, EARLIEST):
        query = (
            f"SELECT queued_at, id FROM {table} WHERE repository_id = ? AND (queued_at, id) {after} (?, ?)"
            f" AND queued_at >= ? AND queued_at < ? ORDER BY queued_at {way}, id {way}"
        )
        since, until = between
        return merged(connection, query, where, [*begin, since, until or "~"], order)
    clause, values = narrowed
    if where.is_all and (not clause or clause.startswith("outcome ")):  # of which all repositories have one index
        query = f"SELECT id FROM {table} WHERE {clause or '1'} AND id {after} ? ORDER BY id {way}"
        return map(tuple, connection.execute(query, [*values, *begin]))
    also = f" AND {clause}" if clause else ""
    query = f"SELECT id FROM {table} WHERE repository_id = ?{also} AND id {after} ? ORDER BY id {way}"
    return merged(connection, query, where, [*values, *begin], order)
