"""How long jobs that are under way will take: as the tool's last measurements in the repository did."""

import json
import sqlite3
import statistics
from collections.abc import Collection, Mapping
from dataclasses import dataclass

# So many of the newest jobs are looked at, and so many measurements among them counted.
LOOKED_AT, COUNTED = 40, 9


@dataclass(frozen=True)
class Estimate:
    """A job under way.

    Attributes:
        started_at: when it started, ISO 8601 in UTC; None: it has not.
        typical_s: the median of what it took lately, in seconds; None: it was not measured lately.
    """

    started_at: str | None
    typical_s: float | None


def estimates(connection: sqlite3.Connection, jobs: Collection[int]) -> Mapping[int, Estimate]:
    """Of each of these jobs when it started and how long it takes as a rule."""
    rows = connection.execute(
        "SELECT id, repository_id, tool, project, variant, started_at FROM jobs"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([*jobs])],
    ).fetchall()
    return {row[0]: Estimate(row[5], _typical_s(connection, *row[1:5])) for row in rows}


def _typical_s(connection: sqlite3.Connection, repository: int, tool: str, project: str, variant: str) -> float | None:
    """The median in seconds; what was reused, or did not run to its end, tells nothing of how long it takes."""
    rows = connection.execute(
        "SELECT duration_s FROM (SELECT duration_s, state, outcome, reused_from, project, variant FROM jobs"
        " WHERE repository_id = ? AND tool = ? ORDER BY id DESC LIMIT ?)"
        " WHERE state = 'done' AND outcome IN ('passed', 'failed') AND reused_from IS NULL AND project = ?"
        " AND variant = ? LIMIT ?",
        [repository, tool, LOOKED_AT, project, variant, COUNTED],
    ).fetchall()
    return statistics.median(row[0] for row in rows) if rows else None
