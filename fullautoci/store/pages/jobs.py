"""What the page of a run shows of its jobs: the first of what changed, and how much of each there is."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fullautoci.store import deltas, job_views
from fullautoci.store.pages import findings, tests

View = dict[str, Any]

# Of files, those with the most lines that no test reached.
FILES = 10


def shown(connection: sqlite3.Connection, repository_id: int, jobs: Sequence[View]) -> list[View]:
    """Jobs, as `job_views` has them, and more.

    Returns:
        Each with `against`, the job that it is compared with, its run, commit and metrics, or None; `findings` and
        `tests`, as those pages have them, or None; `files`, those with the most lines that no test reached, and
        `files_total`; and `attempts`.
    """
    numbers = [job["id"] for job in jobs]
    against, attempts = _against(connection, numbers), _attempts(connection, numbers)
    found = []
    for job in jobs:
        origin = job["reused_from"] or job["id"]
        files = _files(connection, origin)
        more = {
            "against": against.get(job["id"]),
            "findings": findings.shown(connection, job, origin),
            "tests": tests.shown(connection, repository_id, job, origin),
            "files": files,
            "files_total": len(files) if len(files) < FILES else _count_files(connection, origin),
            "attempts": attempts.get(job["id"], []),
        }
        found.append({**job, **more})
    return found


def _against(connection: sqlite3.Connection, jobs: Sequence[int]) -> Mapping[int, View]:
    pairs = {job: other for job in jobs if (other := deltas.compared_with(connection, job)) is not None}
    rows = connection.execute(
        "SELECT id AS job, run_id AS run, sha AS 'commit', coalesce(reused_from, id) AS origin FROM jobs"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [json.dumps([*pairs.values()])],
    ).fetchall()
    metrics = job_views.metrics_of(connection, [row["origin"] for row in rows])
    there = {row["job"]: {**dict(row), "metrics": metrics.get(row["origin"], {})} for row in rows}
    return {job: there[other] for job, other in pairs.items()}


def _attempts(connection: sqlite3.Connection, jobs: Collection[int]) -> Mapping[int, list[View]]:
    found: dict[int, list[View]] = {}
    for row in connection.execute(
        "SELECT job_id, attempt, started_at, ended_at, ending FROM attempts"
        " WHERE job_id IN (SELECT value FROM json_each(?)) ORDER BY job_id, attempt",
        [json.dumps([*jobs])],
    ):
        found.setdefault(row["job_id"], []).append(dict(row))
    return found


def _files(connection: sqlite3.Connection, origin: int) -> list[View]:
    rows = connection.execute(
        "SELECT path, statements, covered, branches, covered_branches FROM files WHERE job_id = ?"
        " AND (statements > covered OR branches > covered_branches)"
        f" ORDER BY statements - covered + branches - covered_branches DESC, path LIMIT {FILES}",
        [origin],
    )
    return [dict(row) for row in rows]


def _count_files(connection: sqlite3.Connection, origin: int) -> int:
    row = connection.execute(
        "SELECT count(*) FROM files WHERE job_id = ? AND (statements > covered OR branches > covered_branches)",
        [origin],
    ).fetchone()
    return int(row[0])
