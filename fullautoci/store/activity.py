"""What is going on now: what is running, and what waits."""

import sqlite3
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from fullautoci.model import Priority
from fullautoci.store import pauses
from fullautoci.store.scope import as_json

View = dict[str, Any]


def open_runs(connection: sqlite3.Connection, repository_id: int) -> list[int]:
    """A repository's runs that are not over."""
    rows = connection.execute("SELECT id FROM runs WHERE repository_id = ? AND state <> 'done'", [repository_id])
    return [row[0] for row in rows]


def activity(connection: sqlite3.Connection, visible: Collection[int] | None = None) -> View:
    """What is running, what is being prepared and for how long, and how much waits.

    Args:
        visible: ids of the repositories whose jobs are told of and counted; None: all.
    """
    # As in `jobs.start_next`, "state <> 'done'" is there for the partial indexes.
    rows = connection.execute(
        "SELECT j.id, j.run_id, j.repository_id, p.name AS repository, j.sha AS 'commit', j.tool, j.variant, j.purpose,"
        " j.state, j.activity, json_extract(j.plan, '$.timeout') AS timeout,"
        " (julianday('now') - julianday(j.activity_since)) * 86400 AS seconds"
        " FROM jobs j JOIN repositories p ON p.id = j.repository_id"
        " WHERE j.state <> 'done' AND j.state IN ('preparing', 'running') ORDER BY j.id"
    ).fetchall()
    of = "" if visible is None else " AND j.repository_id IN (SELECT value FROM json_each(:seen))"
    # With the plus it is looked for in what is open, not in all that a repository ever had.
    seen = of.replace("j.", "+j.")
    jobs, runs = (f"FROM {table} j WHERE j.state <> 'done' AND j.state = 'queued'{seen}" for table in ("jobs", "runs"))
    counts = connection.execute(
        f"SELECT (SELECT count(*) {jobs}) AS jobs_queued, (SELECT count(*) {runs}) AS runs_queued,"
        f" (SELECT count(*) FROM jobs j WHERE j.outcome = 'quarantined'{of}) AS jobs_quarantined,"
        f" (SELECT count(*) {runs} AND j.priority >= :backfill) AS backfill_queued,"
        " (SELECT max(julianday('now') - julianday(j.queued_at)) * 86400 FROM jobs j JOIN runs r ON r.id = j.run_id"
        f"  WHERE j.state <> 'done' AND j.state = 'queued' AND r.priority < :backfill{seen}) AS oldest_wait_s",
        {"backfill": Priority.BACKFILL, "seen": as_json(visible)},
    ).fetchone()
    running = [_running(row) for row in rows if visible is None or row["repository_id"] in visible]
    pause = pauses.current(connection)
    return {"running": running, **dict(counts), "paused": asdict(pause) if pause else None}


def _running(row: sqlite3.Row) -> View:
    """A job that is under way; of a probe it says that it is one."""
    probing = f"probe: {row['activity'] or row['state']}" if row["purpose"] == "probe" else row["activity"]
    return {**dict(row), "activity": probing, "seconds": round(max(0.0, row["seconds"] or 0.0), 1)}
