"""What is going on now: what is running, and what waits."""

import sqlite3
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from fullautoci.model import Priority
from fullautoci.store import pauses

View = dict[str, Any]


def open_runs(connection: sqlite3.Connection, repository_id: int) -> list[int]:
    """A repository's runs that are not over."""
    rows = connection.execute("SELECT id FROM runs WHERE repository_id = ? AND state <> 'done'", [repository_id])
    return [row[0] for row in rows]


def activity(connection: sqlite3.Connection, visible: Collection[int] | None = None) -> View:
    """What is running, what is being prepared and for how long, and how much waits.

    Args:
        visible: ids of the repositories whose jobs are told of; None: all. What is counted is counted of all.
    """
    # As in `jobs.start_next`, "state <> 'done'" is there for the partial indexes.
    rows = connection.execute(
        "SELECT j.id, j.run_id, j.repository_id, p.name AS repository, j.sha AS 'commit', j.tool, j.variant, j.purpose,"
        " j.state, j.activity, json_extract(j.plan, '$.timeout') AS timeout,"
        " (julianday('now') - julianday(j.activity_since)) * 86400 AS seconds"
        " FROM jobs j JOIN repositories p ON p.id = j.repository_id"
        " WHERE j.state <> 'done' AND j.state IN ('preparing', 'running') ORDER BY j.id"
    ).fetchall()
    counts = connection.execute(
        "SELECT (SELECT count(*) FROM jobs WHERE state <> 'done' AND state = 'queued') AS jobs_queued,"
        " (SELECT count(*) FROM runs WHERE state <> 'done' AND state = 'queued') AS runs_queued,"
        " (SELECT count(*) FROM jobs WHERE outcome = 'quarantined') AS jobs_quarantined,"
        " (SELECT count(*) FROM runs WHERE state <> 'done' AND state = 'queued' AND priority >= ?) AS backfill_queued,"
        " (SELECT max(julianday('now') - julianday(j.queued_at)) * 86400 FROM jobs j JOIN runs r ON r.id = j.run_id"
        "  WHERE j.state <> 'done' AND j.state = 'queued' AND r.priority < ?) AS oldest_wait_s",
        [Priority.BACKFILL, Priority.BACKFILL],
    ).fetchone()
    running = [_running(row) for row in rows if visible is None or row["repository_id"] in visible]
    pause = pauses.current(connection)
    return {"running": running, **dict(counts), "paused": asdict(pause) if pause else None}


def _running(row: sqlite3.Row) -> View:
    """A job that is under way; of a probe it says that it is one."""
    probing = f"probe: {row['activity'] or row['state']}" if row["purpose"] == "probe" else row["activity"]
    return {**dict(row), "activity": probing, "seconds": round(max(0.0, row["seconds"] or 0.0), 1)}
