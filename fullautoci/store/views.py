"""What the API, the page and the command line show: rows in the shapes that are promised to them."""

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fullautoci.errors import NotFoundError
from fullautoci.model import Priority
from fullautoci.store import pauses

View = dict[str, Any]

RUN_COLUMNS = (
    "r.id, p.name AS repository, r.repository_id, r.sha, c.tree, c.parents, r.branch, c.subject, c.author, r.source,"
    " r.generation, r.dirty, r.state, r.outcome, r.reason, r.hint, r.queued_at, r.started_at, r.finished_at"
)
RUN_TABLES = (
    "runs r JOIN repositories p ON p.id = r.repository_id"
    " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
)
PAGE_LIMIT = 500


def runs(
    connection: sqlite3.Connection,
    *,
    repository_id: int | None = None,
    branch: str | None = None,
    sha: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[View]:
    """Runs, newest first, each with its jobs.

    Args:
        sha: a commit's id, or its beginning.
        before: only runs with a smaller id, for paging.
    """
    where, values = ["p.removed_at IS NULL"], []
    for clause, value in (
        ("r.repository_id = ?", repository_id), ("r.branch = ?", branch), ("r.sha >= ?", sha),
        ("r.sha < ?", f"{sha}g" if sha else None), ("r.id < ?", before),
    ):  # fmt: skip
        if value is not None:
            where.append(clause)
            values.append(value)
    rows = connection.execute(
        f"SELECT {RUN_COLUMNS} FROM {RUN_TABLES} WHERE {' AND '.join(where)} ORDER BY r.id DESC LIMIT ?",
        [*values, min(limit, PAGE_LIMIT)],
    ).fetchall()
    return _with_jobs(connection, rows)


def run(connection: sqlite3.Connection, identifier: int) -> View:
    """One run with its jobs.

    Raises:
        NotFoundError: there is none with that id.
    """
    rows = []
    if 0 < identifier < 2**63:
        rows = connection.execute(f"SELECT {RUN_COLUMNS} FROM {RUN_TABLES} WHERE r.id = ?", [identifier]).fetchall()
    if not rows:
        raise NotFoundError("there is no such run", "'fullautoci history' lists those there are")
    return _with_jobs(connection, rows)[0]


def results(connection: sqlite3.Connection, identifier: int) -> View:
    """One run whose jobs also hold findings, tests and files.

    Raises:
        NotFoundError: there is none with that id.
    """
    view = run(connection, identifier)
    for job in view["jobs"]:
        job["findings"] = _rows(
            connection, "path, line, column, rule, severity, message", "findings", job["id"], "path, line, column, id"
        )
        for finding in job["findings"]:
            finding["status"] = ""
        job["tests"] = _rows(connection, "name, outcome, duration_s, message", "tests", job["id"], "id")
        job["files"] = _rows(
            connection, "path, statements, covered, branches, covered_branches, missing", "files", job["id"], "path"
        )
        for file in job["files"]:
            file["missing"] = json.loads(file["missing"])
    return view


def _rows(connection: sqlite3.Connection, columns: str, table: str, job: int, order: str) -> list[View]:
    rows = connection.execute(f"SELECT {columns} FROM {table} WHERE job_id = ? ORDER BY {order}", [job])
    return [dict(row) for row in rows]


def _with_jobs(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[View]:
    jobs = _jobs(connection, [row["id"] for row in rows])
    views = []
    for row in rows:
        view = dict(row)
        view["commit"] = view.pop("sha")
        view["trigger"] = view.pop("source")
        view["parents"] = json.loads(view["parents"])
        view["dirty"] = bool(view["dirty"])
        views.append({**view, "jobs": jobs.get(row["id"], [])})
    return views


def _jobs(connection: sqlite3.Connection, run_ids: Sequence[int]) -> Mapping[int, list[View]]:
    marks = ",".join("?" * len(run_ids))
    rows = connection.execute(
        "SELECT id, run_id, tool, tool_version, project, variant, environment, state, outcome, reason, hint, attempt,"
        " activity, activity_since, duration_s, timings, reused_from, identity, queued_at, started_at, finished_at"
        f" FROM jobs WHERE run_id IN ({marks}) ORDER BY id",
        run_ids,
    ).fetchall()
    metrics = _metrics(connection, [row["id"] for row in rows])
    counts = _counts(connection, [row["id"] for row in rows])
    found: dict[int, list[View]] = {}
    for row in rows:
        view = dict(row)
        view["environment"], view["timings"] = json.loads(view["environment"]), json.loads(view["timings"])
        view |= {"metrics": metrics.get(row["id"], {}), "verdicts": [], "counts": counts[row["id"]]}
        found.setdefault(view.pop("run_id"), []).append(view)
    return found


def _metrics(connection: sqlite3.Connection, jobs: Sequence[int]) -> Mapping[int, dict[str, float]]:
    marks = ",".join("?" * len(jobs))
    found: dict[int, dict[str, float]] = {}
    for row in connection.execute(
        f"SELECT job_id, name, value FROM metrics WHERE job_id IN ({marks}) ORDER BY rowid", jobs
    ):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


def _counts(connection: sqlite3.Connection, jobs: Sequence[int]) -> Mapping[int, dict[str, int | None]]:
    marks = ",".join("?" * len(jobs))
    # Telling new from known findings needs the parent's: null until it is told.
    found: dict[int, dict[str, int | None]] = {
        job: {"findings": 0, "new": None, "fixed": None, "tests": 0, "failed": 0, "skipped": 0} for job in jobs
    }
    for row in connection.execute(
        f"SELECT job_id, count(*) FROM findings WHERE job_id IN ({marks}) GROUP BY job_id", jobs
    ):
        found[row[0]]["findings"] = row[1]
    for row in connection.execute(
        "SELECT job_id, count(*), sum(outcome IN ('failed', 'errored')), sum(outcome = 'skipped')"
        f" FROM tests WHERE job_id IN ({marks}) GROUP BY job_id",
        jobs,
    ):
        found[row[0]] |= {"tests": row[1], "failed": row[2], "skipped": row[3]}
    return found


def job_log(connection: sqlite3.Connection, job_id: int) -> tuple[str, bool]:
    """Where a job's log is, below the folder of logs, and whether the job is over.

    Raises:
        NotFoundError: there is no such job, or it has not begun.
    """
    row = None
    if 0 < job_id < 2**63:
        row = connection.execute("SELECT log, state FROM jobs WHERE id = ?", [job_id]).fetchone()
    if row is None or not row["log"]:
        raise NotFoundError("there is no such job, or it has not begun")
    return row["log"], row["state"] == "done"


def repositories(connection: sqlite3.Connection) -> list[View]:
    """All watched repositories, each with its newest run."""
    rows = connection.execute(
        "SELECT id, name, path, worktree, kind, created_at, scanned_at, problem,"
        " (SELECT max(id) FROM runs WHERE runs.repository_id = repositories.id) AS latest"
        " FROM repositories WHERE removed_at IS NULL ORDER BY name"
    ).fetchall()
    latest = {view["id"]: view for view in _by_ids(connection, [row["latest"] for row in rows if row["latest"]])}
    return [{**dict(row), "latest": latest.get(row["latest"])} for row in rows]


def _by_ids(connection: sqlite3.Connection, identifiers: Iterable[int]) -> list[View]:
    wanted = list(identifiers)
    marks = ",".join("?" * len(wanted))
    rows = connection.execute(f"SELECT {RUN_COLUMNS} FROM {RUN_TABLES} WHERE r.id IN ({marks})", wanted).fetchall()
    return _with_jobs(connection, rows)


def commits(connection: sqlite3.Connection, repository_id: int, limit: int = 50) -> list[View]:
    """A repository's commits that have runs, newest first, each with its newest run."""
    rows = connection.execute(
        "SELECT c.sha, c.tree, c.parents, c.author, c.subject, c.message, c.committed_at, max(r.id) AS latest"
        " FROM commits c JOIN runs r ON r.repository_id = c.repository_id AND r.sha = c.sha"
        " WHERE c.repository_id = ? GROUP BY c.sha ORDER BY latest DESC LIMIT ?",
        [repository_id, min(limit, PAGE_LIMIT)],
    ).fetchall()
    latest = {view["id"]: view for view in _by_ids(connection, [row["latest"] for row in rows])}
    return [{**dict(row), "parents": json.loads(row["parents"]), "latest": latest[row["latest"]]} for row in rows]


def open_runs(connection: sqlite3.Connection, repository_id: int) -> list[int]:
    """A repository's runs that are not over."""
    rows = connection.execute("SELECT id FROM runs WHERE repository_id = ? AND state <> 'done'", [repository_id])
    return [row[0] for row in rows]


def activity(connection: sqlite3.Connection) -> View:
    """What is running, what is being prepared and for how long, and how much waits."""
    # As in `jobs.start_next`, "state <> 'done'" is there for the partial indexes.
    rows = connection.execute(
        "SELECT j.id, j.run_id, p.name AS repository, j.sha AS 'commit', j.tool, j.variant, j.state, j.activity,"
        " json_extract(j.plan, '$.timeout') AS timeout,"
        " (julianday('now') - julianday(j.activity_since)) * 86400 AS seconds"
        " FROM jobs j JOIN repositories p ON p.id = j.repository_id"
        " WHERE j.state <> 'done' AND j.state <> 'queued' ORDER BY j.id"
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
    running = [{**dict(row), "seconds": round(max(0.0, row["seconds"] or 0.0), 1)} for row in rows]
    pause = pauses.current(connection)
    return {"running": running, **dict(counts), "paused": asdict(pause) if pause else None}
