"""What the page of a run shows of a job's findings: what is new, what is fixed, and the first of what is left."""

import json
import sqlite3
from collections.abc import Collection
from typing import Any

from fullautoci.store import changed_findings

View = dict[str, Any]

# So many are shown; where there are more, all are on a page of their own.
MOST = 100
LEFT = 20
_COLUMNS = "id, path, line, column, rule, severity, message"


def shown(connection: sqlite3.Connection, job: View, origin: int) -> View | None:
    """A job's findings; None: it has none, and none are fixed.

    Args:
        job: as `job_views` has it.
        origin: the job that measured what it has.

    Returns:
        `compared`, whether there is something to compare with; `new`, `fixed` and `unresolved`, the first of them by
        place; and in `totals` how many of each there are.
    """
    counts = job["counts"]
    if not counts["findings"] and not counts["fixed"]:
        return None
    changes = changed_findings.changes(connection, job["id"])
    none: frozenset[int] = frozenset()
    new, fixed = (changes.new, changes.fixed) if changes else (none, none)
    return {
        "compared": changes is not None,
        "new": _by_place(connection, new),
        "fixed": _by_place(connection, fixed),
        "unresolved": _left(connection, origin, new),
        "totals": {"new": len(new), "fixed": len(fixed), "unresolved": counts["findings"] - len(new)},
    }


def _by_place(connection: sqlite3.Connection, identifiers: Collection[int]) -> list[View]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE id IN (SELECT value FROM json_each(?))"
        f" ORDER BY path, line, column, id LIMIT {MOST}",
        [json.dumps([*identifiers])],
    )
    return [dict(row) for row in rows]


def _left(connection: sqlite3.Connection, origin: int, new: Collection[int]) -> list[View]:
    found: list[View] = []
    for row in connection.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE job_id = ? ORDER BY path, line, column, id", [origin]
    ):
        if row["id"] not in new:
            found.append(dict(row))
        if len(found) == LEFT:
            break
    return found
