"""Jobs, part by part: by repository, run, branch, commit, tool, outcome, state, or time."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store import job_views
from fullautoci.store.listings.keys import EVERY, ORDERS, Narrowed, conditions, in_order, of_commit
from fullautoci.store.paging import Key, Order, Page, collect, place
from fullautoci.store.scope import Scope, scope

DONE = "done"
_RESIDUAL = {
    "run": "j.run_id = ?",
    "branch": "r.branch = ?",
    "tool": "j.tool = ?",
    "project": "j.project = ?",
    "variant": "j.variant = ?",
    "state": "j.state = ?",
    "outcome": "j.outcome = ?",
    "since": "j.queued_at >= ?",
    "until": "j.queued_at < ?",
}


@dataclass(frozen=True)
class Wanted:
    """Which jobs; what is None or empty leaves nothing out.

    Attributes:
        commit: its id, or the beginning of it.
        since: queued then or later, as ISO 8601 in UTC with milliseconds.
        until: queued before then.
    """

    repository: int | None = None
    run: int | None = None
    branch: str = ""
    commit: str = ""
    tool: str = ""
    project: str = ""
    variant: str = ""
    state: str = ""
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
    """Jobs that are results, each with its run, repository and commit.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `keys.ORDERS`.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    where = scope(connection, visible, wanted.repository)
    few = bool(wanted.commit or wanted.run is not None)
    order = ORDERS[sort][not few and bool(wanted.since or wanted.until)]
    begin = place(order, cursor)
    if not where.repositories:
        return Page([])
    if wanted.run is not None:
        keys: Iterable[Key] = _of_run(connection, wanted.run, order, begin)
    elif wanted.commit:
        keys = of_commit(connection, "jobs", wanted.commit, where, order, begin)
    else:
        keys = in_order(connection, "jobs", where, order, begin, _narrowed(wanted), (wanted.since, wanted.until))
    fits, values = _fits(wanted, where)

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, int]:
        by_number = {key[-1]: key for key in chunk}
        marks = ",".join("?" * len(by_number))
        rows = connection.execute(
            f"SELECT j.id FROM jobs j CROSS JOIN runs r ON r.id = j.run_id WHERE j.id IN ({marks}) AND {fits}",
            [*by_number, *values],
        )
        return {by_number[row[0]]: row[0] for row in rows}

    found, following = collect(keys, fetch, order, limit)
    views = job_views.by_ids(connection, found)
    return Page([views[one] for one in found], following)


def _narrowed(wanted: Wanted) -> Narrowed:
    """The one condition by which an index leads; the others are looked at in each row."""
    if wanted.outcome:
        return "outcome = ?", (wanted.outcome,)
    if wanted.state not in ("", DONE):
        return "outcome IS NULL", ()
    return ("tool = ?", (wanted.tool,)) if wanted.tool else EVERY


def _of_run(connection: sqlite3.Connection, run: int, order: Order, begin: Key) -> list[Key]:
    after = "<" if order.descending else ">"
    number = run if 0 < run < 2**63 else 0
    rows = connection.execute(f"SELECT id FROM jobs WHERE run_id = ? AND id {after} ?", [number, *begin])
    return sorted(map(tuple, rows), reverse=order.descending)


def _fits(wanted: Wanted, where: Scope) -> tuple[str, list[Any]]:
    """Everything that a job must be, whatever way it was found."""
    clauses, values = conditions("j", _RESIDUAL, wanted, where)
    return " AND ".join([*clauses, job_views.IS_RESULT]), values
