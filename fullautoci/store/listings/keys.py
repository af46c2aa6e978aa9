"""The keys of runs or jobs, in the orders that both have."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from fullautoci.store.paging import BUDGET, EARLIEST, LATEST, NEWEST, OLDEST, Key, Order
from fullautoci.store.scope import Scope, merged

# A condition for which there is an index that goes on with the row's number; and its values.
Narrowed = tuple[str, Sequence[Any]]
EVERY: Narrowed = ("", ())
# By how a listing is sorted: by number; and between two moments, by time.
ORDERS: Mapping[str, tuple[Order, Order]] = {"newest": (NEWEST, LATEST), "oldest": (OLDEST, EARLIEST)}


def of_commit(
    connection: sqlite3.Connection, table: Literal["runs", "jobs"], sha: str, where: Scope, order: Order, begin: Key
) -> list[Key]:
    """Keys of a commit by the beginning of its name: there are few; more than the budget nobody can mean."""
    after = "<" if order.descending else ">"
    query = f"SELECT id FROM {table} WHERE repository_id = ? AND sha >= ? AND sha < ? AND id {after} ? LIMIT {BUDGET}"
    values = [sha, f"{sha}g", *begin]
    found = [tuple(row) for one in where.repositories for row in connection.execute(query, [one, *values])]
    return sorted(found, reverse=order.descending)


def conditions(alias: str, residual: Mapping[str, str], wanted: Any, where: Scope) -> tuple[list[str], list[Any]]:
    """What a row must be, whatever way it was found, with the values.

    Args:
        alias: the table's name in the query.
        residual: a condition for each of `wanted`'s attributes that leaves something out.
    """
    clauses, values = [f"{alias}.repository_id IN (SELECT value FROM json_each(?))"], [where.as_json()]
    for name, clause in residual.items():
        if value := getattr(wanted, name):
            clauses.append(clause)
            values.append(value)
    if wanted.commit:
        clauses.append(f"{alias}.sha >= ? AND {alias}.sha < ?")
        values += [wanted.commit, f"{wanted.commit}g"]
    return clauses, values


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
