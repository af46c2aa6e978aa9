"""What the page of a run shows of a job's tests: what became of those that did not pass, the flaky and the slow."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from fullautoci import cases
from fullautoci.store import changed_tests, flaky

View = dict[str, Any]

# So many of each kind are shown; where there are more, all are on a page of their own.
MOST = 100
SLOWEST = 10
_COLUMNS = "name, outcome, duration_s, message"
_BECAME = (cases.NEWLY_FAILING, cases.STILL_FAILING, cases.NEWLY_SKIPPED, cases.NEWLY_PASSING)


def shown(connection: sqlite3.Connection, repository_id: int, job: View, origin: int) -> View | None:
    """A job's tests; None: it has none, and none are gone.

    Args:
        job: as `job_views` has it.
        origin: the job that measured what it has.

    Returns:
        `compared`, whether there is something to compare with; `newly_failing`, `still_failing` (all that fail, where
        there is not), `newly_skipped`, `newly_passing`, `flaky` and `slowest`, the first of each; `gone`, names; and
        in `totals` how many of each there are, and how many are `new`.
    """
    changes = changed_tests.changes(connection, job["id"])
    if not job["counts"]["tests"] and not (changes and changes.gone):
        return None
    names = _became(connection, origin, changes)
    marks = flaky.marks(connection, repository_id, job)
    there = _named(connection, origin, {*marks, *(name for group in names.values() for name in group[:MOST])})
    lists = {kind: [there[name] for name in group[:MOST] if name in there] for kind, group in names.items()}
    known = [there[name] for name in sorted(marks) if name in there]
    slowest = _slowest(connection, origin)
    flaky.marked(connection, repository_id, job, [*there.values(), *slowest])
    gone, new = (changes.gone, changes.new) if changes else ((), ())
    totals = {kind: len(group) for kind, group in names.items()}
    return {
        "compared": changes is not None,
        **lists,
        "gone": list(gone[:MOST]),
        "flaky": known[:MOST],
        "slowest": slowest,
        "totals": {**totals, "gone": len(gone), "new": len(new), "flaky": len(known)},
    }


def _became(
    connection: sqlite3.Connection, origin: int, changes: changed_tests.Changes | None
) -> Mapping[str, list[str]]:
    """Names of tests by what became of them."""
    found: dict[str, list[str]] = {kind: [] for kind in _BECAME}
    if changes is None:
        found[cases.STILL_FAILING] = _failing(connection, origin)
    else:
        for name, status in sorted(changes.statuses.items()):
            if status in found:
                found[status].append(name)
    return {kind.replace(" ", "_"): names for kind, names in found.items()}


def _failing(connection: sqlite3.Connection, origin: int) -> list[str]:
    rows = connection.execute(
        "SELECT DISTINCT name FROM tests WHERE job_id = ? AND outcome IN (?, ?) ORDER BY name", [origin, *cases.BAD]
    )
    return [row[0] for row in rows]


def _named(connection: sqlite3.Connection, origin: int, names: Collection[str]) -> dict[str, View]:
    """Tests by their names; of several results under one name, one that failed before one that did not."""
    if not names:
        return {}
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM tests WHERE job_id = ? AND name IN (SELECT value FROM json_each(?))",
        [origin, json.dumps([*names])],
    )
    found: dict[str, View] = {}
    for row in rows:
        if row["name"] not in found or row["outcome"] in cases.BAD:
            found[row["name"]] = dict(row)
    return found


def _slowest(connection: sqlite3.Connection, origin: int) -> list[View]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM tests WHERE job_id = ? AND duration_s > 0 ORDER BY duration_s DESC LIMIT {SLOWEST}",
        [origin],
    )
    return [dict(row) for row in rows]
