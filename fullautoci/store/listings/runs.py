"""Runs, part by part: by repository, branch, author, commit, tool, outcome, state, time, or words."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store import run_views
from fullautoci.store.listings.keys import EVERY, ORDERS, Narrowed, conditions, in_order, of_commit
from fullautoci.store.listings.words import match
from fullautoci.store.paging import NEWEST, Key, Order, Page, collect, place
from fullautoci.store.scope import Scope, scope

DONE = "done"
_RESIDUAL = {
    "branch": "r.branch = ?",
    "state": "r.state = ?",
    "outcome": "r.outcome = ?",
    "trigger": "r.source = ?",
    "tool": "EXISTS (SELECT 1 FROM jobs j WHERE j.run_id = r.id AND j.tool = ? AND j.purpose = 'check')",
    "since": "r.queued_at >= ?",
    "until": "r.queued_at < ?",
}


@dataclass(frozen=True)
class Wanted:
    """Which runs; what is empty or None leaves nothing out.

    Attributes:
        commit: its id, or the beginning of it.
        author: words of the author's name or address.
        since: queued then or later, as ISO 8601 in UTC with milliseconds.
        until: queued before then.
        text: words of message, author or branch.
        newest_of_commit: only the newest run of each commit.
    """

    repository: int | None = None
    branch: str = ""
    author: str = ""
    commit: str = ""
    tool: str = ""
    state: str = ""
    outcome: str = ""
    trigger: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    newest_of_commit: bool = False


def page(
    connection: sqlite3.Connection,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "newest",
    before: int | None = None,
) -> Page:
    """Runs with their jobs.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `keys.ORDERS`.
        before: only runs with a smaller id.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    found, following = numbers(connection, wanted, visible, cursor=cursor, limit=limit, sort=sort, before=before)
    views = run_views.by_ids(connection, found)
    return Page([views[one] for one in found], following)


def numbers(
    connection: sqlite3.Connection,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "newest",
    before: int | None = None,
) -> tuple[list[int], str]:
    """As `page`, but the runs' ids and the cursor alone."""
    where = scope(connection, visible, wanted.repository)
    worded = bool(wanted.text or wanted.author)
    timed = not worded and not wanted.commit and bool(wanted.since or wanted.until)
    order = ORDERS[sort][timed]
    begin = place(order, cursor)
    if before is not None and not cursor and order is NEWEST:
        begin = (min(before, begin[0]),)
    if not where.repositories:
        return [], ""
    if worded:
        keys: Iterable[Key] = _worded(connection, wanted, where, order, begin)
    elif wanted.commit:
        keys = of_commit(connection, "runs", wanted.commit, where, order, begin)
    else:
        keys = in_order(connection, "runs", where, order, begin, _narrowed(wanted), (wanted.since, wanted.until))
    fits, values = _fits(wanted, where)

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, int]:
        by_number = {key[-1]: key for key in chunk}
        marks = ",".join("?" * len(by_number))
        rows = connection.execute(f"SELECT r.id FROM runs r WHERE r.id IN ({marks}) AND {fits}", [*by_number, *values])
        return {by_number[row[0]]: row[0] for row in rows}

    return collect(keys, fetch, order, limit)


def _narrowed(wanted: Wanted) -> Narrowed:
    """The one condition by which an index leads; the others are looked at in each row."""
    if wanted.branch:
        return "branch = ?", (wanted.branch,)
    if wanted.outcome:
        return "outcome = ?", (wanted.outcome,)
    return ("outcome IS NULL", ()) if wanted.state not in ("", DONE) else EVERY


def _worded(connection: sqlite3.Connection, wanted: Wanted, where: Scope, order: Order, begin: Key) -> Iterable[Key]:
    parts = [
        match(said, where, columns)
        for said, columns in ((wanted.text, "branch author message"), (wanted.author, "author"))
        if said
    ]
    if not all(parts):
        return []
    after, way = ("<", "DESC") if order.descending else (">", "ASC")
    query = f"SELECT rowid FROM run_words WHERE run_words MATCH ? AND rowid {after} ? ORDER BY rowid {way}"
    return map(tuple, connection.execute(query, [" AND ".join(parts), *begin]))


def _fits(wanted: Wanted, where: Scope) -> tuple[str, list[Any]]:
    """Everything that a run must be, whatever way it was found."""
    clauses, values = conditions("r", _RESIDUAL, wanted, where)
    if wanted.newest_of_commit:
        clauses.append(
            "NOT EXISTS (SELECT 1 FROM runs n WHERE n.repository_id = r.repository_id AND n.sha = r.sha"
            " AND n.generation > r.generation)"
        )
    return " AND ".join(clauses), values
