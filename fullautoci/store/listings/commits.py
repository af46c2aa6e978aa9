"""Commits that have runs, part by part, each with its newest run."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from fullautoci.store import run_views
from fullautoci.store.listings import runs
from fullautoci.store.paging import Page

View = dict[str, Any]


def page(
    connection: sqlite3.Connection,
    wanted: runs.Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "newest",
) -> Page:
    """Commits in the order of their newest runs; what is wanted of a run is wanted of that one.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `keys.ORDERS`.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    newest = replace(wanted, newest_of_commit=True)
    found, following = runs.numbers(connection, newest, visible, cursor=cursor, limit=limit, sort=sort)
    latest = run_views.by_ids(connection, found)
    commits = _commits(connection, found)
    return Page([{**commits[one], "latest": latest[one]} for one in found], following)


def _commits(connection: sqlite3.Connection, run_ids: Collection[int]) -> Mapping[int, View]:
    rows = connection.execute(
        "SELECT r.id, c.sha, c.tree, c.parents, c.author, c.subject, c.message, c.committed_at FROM runs r"
        " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.id IN (SELECT value FROM json_each(?))",
        [json.dumps([*run_ids])],
    )
    return {
        row["id"]: {**{name: row[name] for name in row.keys()[1:]}, "parents": json.loads(row["parents"])}
        for row in rows
    }
