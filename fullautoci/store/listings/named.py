"""Tests that are found by words of their names, part by part."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fullautoci.store.listings.words import match
from fullautoci.store.paging import LARGEST, Key, Order, Page, collect, place
from fullautoci.store.scope import scope

View = dict[str, Any]
ORDER = Order("named", (LARGEST,))


def page(
    connection: sqlite3.Connection,
    text: str,
    visible: Collection[int] | None,
    *,
    repository: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> Page:
    """Tests with all words of a text in their names, those that came last first, each as one tool has it.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    begin = place(ORDER, cursor)
    where = scope(connection, visible, repository)
    query = match(text, where, "name")
    if not query:
        return Page([])
    keys = connection.execute(
        "SELECT rowid FROM test_words WHERE test_words MATCH ? AND rowid < ? ORDER BY rowid DESC", [query, *begin]
    )

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        rows = connection.execute(
            "SELECT n.id AS number, n.repository_id, p.name AS repository, n.name, h.tool, h.project, h.variant,"
            " h.times, h.failed, h.last_outcome AS outcome, h.last_duration_s AS duration_s, h.last_job AS job"
            " FROM test_names n JOIN repositories p ON p.id = n.repository_id"
            " JOIN test_histories h ON h.repository_id = n.repository_id AND h.name = n.name"
            " WHERE n.id IN (SELECT value FROM json_each(?)) AND n.repository_id IN (SELECT value FROM json_each(?))",
            [json.dumps([key[0] for key in chunk]), where.as_json()],
        )
        found: dict[Key, View] = {}
        for row in rows:
            view = dict(row)
            known = found.setdefault((view.pop("number"),), view)
            if known["job"] < view["job"]:
                found[(row["number"],)] = view
        return found

    return Page(*collect(map(tuple, keys), fetch, ORDER, limit))
