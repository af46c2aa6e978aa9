"""Over which repositories a listing goes, and their rows merged into one order."""

import heapq
import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store.paging import Key, Order


@dataclass(frozen=True)
class Scope:
    """The watched repositories that a listing goes over.

    Attributes:
        repositories: their ids.
        is_all: there is no other repository, so that no row needs to be left out.
    """

    repositories: tuple[int, ...]
    is_all: bool

    def as_json(self) -> str:
        """The ids, for `json_each`."""
        return json.dumps(self.repositories)


def as_json(visible: Collection[int] | None) -> str | None:
    """Ids that whoever asks may see, for `json_each`, but for those that no row can have; None: all."""
    return None if visible is None else json.dumps([one for one in visible if abs(one) < 2**63])


def scope(connection: sqlite3.Connection, visible: Collection[int] | None, repository_id: int | None = None) -> Scope:
    """What a listing goes over.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        repository_id: only that one.
    """
    rows = connection.execute("SELECT id, removed_at IS NULL FROM repositories").fetchall()
    kept = [
        row[0] for row in rows if row[1] and (visible is None or row[0] in visible) and repository_id in (None, row[0])
    ]
    return Scope(tuple(kept), len(kept) == len(rows))


def merged(
    connection: sqlite3.Connection, query: str, where: Scope, values: Sequence[Any], order: Order
) -> Iterator[Key]:
    """Keys of rows of all repositories in one order, read as they are needed.

    Args:
        query: yields keys of one repository in this order; its first parameter is the repository's id, the others
            are `values`.
    """
    streams = [map(tuple, connection.execute(query, [one, *values])) for one in where.repositories]
    return streams[0] if len(streams) == 1 else heapq.merge(*streams, reverse=order.descending)
