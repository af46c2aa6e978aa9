"""Metrics over time: what each job of a repository measured, part by part."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store.listings.keys import EVERY, ORDERS, in_order
from fullautoci.store.paging import Key, Page, collect, place
from fullautoci.store.scope import scope

View = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Of which jobs; what is None or empty leaves nothing out.

    Attributes:
        metric: only that one; None: all that a job has.
        since: queued then or later, as ISO 8601 in UTC with milliseconds.
        until: queued before then.
    """

    tool: str = ""
    metric: str = ""
    project: str = ""
    variant: str = ""
    branch: str = ""
    since: str = ""
    until: str = ""


def page(
    connection: sqlite3.Connection,
    repository_id: int,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "newest",
) -> Page:
    """Jobs that passed or failed, each with its commit and metrics; those without any are left out.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `keys.ORDERS`.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    where = scope(connection, visible, repository_id)
    order = ORDERS[sort][bool(wanted.since or wanted.until)]
    begin = place(order, cursor)
    narrowed = ("tool = ?", (wanted.tool,)) if wanted.tool else EVERY
    if not where.repositories:
        return Page([])
    keys = in_order(connection, "jobs", where, order, begin, narrowed, (wanted.since, wanted.until))

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        rows = _jobs(connection, [key[-1] for key in chunk], wanted)
        values = _values(connection, {row["origin"] for row in rows.values()}, wanted.metric)
        found = {}
        for key in chunk:
            row = rows.get(key[-1])
            if row is not None and row["origin"] in values:
                view = {name: row[name] for name in row.keys() if name != "origin"}  # noqa: SIM118 - a Row has no names
                found[key] = {**view, "metrics": values[row["origin"]]}
        return found

    return Page(*collect(keys, fetch, order, limit))


def _jobs(connection: sqlite3.Connection, identifiers: Sequence[int], wanted: Wanted) -> Mapping[int, sqlite3.Row]:
    rows = connection.execute(
        "SELECT j.id AS job, coalesce(j.reused_from, j.id) AS origin, j.run_id AS run, j.sha AS 'commit', c.subject,"
        " c.committed_at, r.branch, j.tool, j.project, j.variant, j.finished_at AS at FROM jobs j"
        " CROSS JOIN runs r ON r.id = j.run_id"
        " CROSS JOIN commits c ON c.repository_id = j.repository_id AND c.sha = j.sha"
        " WHERE j.id IN (SELECT value FROM json_each(?)) AND j.purpose = 'check'"
        " AND coalesce(j.own_outcome, j.outcome) IN ('passed', 'failed') AND ? IN ('', j.tool)"
        " AND ? IN ('', j.project) AND ? IN ('', j.variant) AND ? IN ('', r.branch)",
        [json.dumps([*identifiers]), wanted.tool, wanted.project, wanted.variant, wanted.branch],
    )
    return {row["job"]: row for row in rows}


def _values(connection: sqlite3.Connection, origins: Collection[int], metric: str) -> Mapping[int, dict[str, float]]:
    found: dict[int, dict[str, float]] = {}
    for job, name, value in connection.execute(
        "SELECT job_id, name, value FROM metrics WHERE job_id IN (SELECT value FROM json_each(?))"
        " AND ? IN ('', name) ORDER BY rowid",
        [json.dumps([*origins]), metric],
    ):
        found.setdefault(job, {})[name] = value
    return found
