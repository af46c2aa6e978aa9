"""What the API, the page and the command line show: rows in the shapes that are promised to them."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fullautoci.errors import NotFoundError
from fullautoci.model import Priority
from fullautoci.store import deltas, flaky, pauses, ratchets

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
        origin = job["reused_from"] or job["id"]
        job["tests"] = flaky.marked(connection, view["repository_id"], job, _tests(connection, origin))
        job["files"] = _files(connection, origin)
        job.update(deltas.shown(connection, job))
    return view


def _tests(connection: sqlite3.Connection, job: int) -> list[View]:
    return _rows(connection, "name, outcome, duration_s, message", "tests", job, "id")


def _files(connection: sqlite3.Connection, job: int) -> list[View]:
    columns = "path, statements, covered, branches, covered_branches, missing"
    found = _rows(connection, columns, "files", job, "path")
    return [{**file, "missing": json.loads(file["missing"])} for file in found]


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
    # Probes are measurements made for a ratchet's sake, and no results of the run's; but for those by which a tool is
    # judged that the commit switched off.
    rows = connection.execute(
        "SELECT j.id, j.run_id, j.tool, j.tool_version, j.project, j.variant, j.purpose, j.environment, j.state,"
        " j.outcome, j.reason, j.hint, j.attempt, j.activity, j.activity_since, j.duration_s, j.timings, j.reused_from,"
        " o.sha AS reused_commit, o.run_id AS reused_run, j.identity, j.queued_at, j.started_at, j.finished_at"
        " FROM jobs j LEFT JOIN jobs o ON o.id = j.reused_from"
        f" WHERE j.run_id IN ({marks}) AND (j.purpose = 'check'"
        " OR EXISTS (SELECT 1 FROM standings t WHERE t.job_id = j.id)) ORDER BY j.id",
        run_ids,
    ).fetchall()
    origins = {row["id"]: row["reused_from"] or row["id"] for row in rows}
    metrics = _metrics(connection, set(origins.values()))
    counts = _counts(connection, origins)
    verdicts = ratchets.verdicts(connection, list(origins))
    found: dict[int, list[View]] = {}
    for row in rows:
        view = dict(row)
        view["environment"], view["timings"] = json.loads(view["environment"]), json.loads(view["timings"])
        view |= {
            "metrics": metrics.get(origins[row["id"]], {}),
            "verdicts": verdicts.get(row["id"], []),
            "counts": counts[row["id"]],
        }
        found.setdefault(view.pop("run_id"), []).append(view)
    return found


def _metrics(connection: sqlite3.Connection, jobs: Collection[int]) -> Mapping[int, dict[str, float]]:
    marks = ",".join("?" * len(jobs))
    found: dict[int, dict[str, float]] = {}
    for row in connection.execute(
        f"SELECT job_id, name, value FROM metrics WHERE job_id IN ({marks}) ORDER BY rowid", [*jobs]
    ):
        found.setdefault(row[0], {})[row[1]] = row[2]
    return found


def _counts(connection: sqlite3.Connection, origins: Mapping[int, int]) -> Mapping[int, dict[str, int | None]]:
    """What there is to count of jobs, each with the job whose result it has."""
    found = _counted(connection, set(origins.values()))
    told = deltas.counts(connection, [*origins])
    return {job: _count(found.get(origin, {}), told.get(job)) for job, origin in origins.items()}


def _count(found: Mapping[str, int], told: tuple[int, int] | None) -> dict[str, int | None]:
    # Telling new from known findings needs the parent's: null until it is told.
    new, fixed = told or (None, None)
    return {"findings": 0, "new": new, "fixed": fixed, "tests": 0, "failed": 0, "skipped": 0} | dict(found)


def _counted(connection: sqlite3.Connection, jobs: Collection[int]) -> Mapping[int, dict[str, int]]:
    marks = ",".join("?" * len(jobs))
    found: dict[int, dict[str, int]] = {}
    for row in connection.execute(
        f"SELECT job_id, count(*) FROM findings WHERE job_id IN ({marks}) GROUP BY job_id", [*jobs]
    ):
        found.setdefault(row[0], {})["findings"] = row[1]
    for row in connection.execute(
        "SELECT job_id, count(*), sum(outcome IN ('failed', 'errored')), sum(outcome = 'skipped')"
        f" FROM tests WHERE job_id IN ({marks}) GROUP BY job_id",
        [*jobs],
    ):
        found.setdefault(row[0], {}).update({"tests": row[1], "failed": row[2], "skipped": row[3]})
    return found


def job_log(connection: sqlite3.Connection, job_id: int) -> tuple[str, bool, str]:
    """Where a job's log is, below the folder of logs, whether the job is over, and whose log it is in words.

    Of a job that was not measured it is the log of the one whose result it has.

    Raises:
        NotFoundError: there is no such job, or it has not begun.
    """
    row = None
    if 0 < job_id < 2**63:
        row = connection.execute(
            "SELECT o.log, j.state, j.reused_from, o.run_id, o.sha FROM jobs j"
            " JOIN jobs o ON o.id = coalesce(j.reused_from, j.id) WHERE j.id = ?",
            [job_id],
        ).fetchone()
    if row is None or not row["log"]:
        raise NotFoundError("there is no such job, or it has not begun")
    whose = (
        f"the log of run {row['run_id']} ({row['sha'][:10]}), whose result this is,"
        if row["reused_from"]
        else "its log"
    )
    return row["log"], row["state"] == "done", whose


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
        "SELECT j.id, j.run_id, p.name AS repository, j.sha AS 'commit', j.tool, j.variant, j.purpose, j.state,"
        " j.activity,"
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
    running = [_running(row) for row in rows]
    pause = pauses.current(connection)
    return {"running": running, **dict(counts), "paused": asdict(pause) if pause else None}


def _running(row: sqlite3.Row) -> View:
    """A job that is under way; of a probe it says that it is one."""
    probing = f"probe: {row['activity'] or row['state']}" if row["purpose"] == "probe" else row["activity"]
    return {**dict(row), "activity": probing, "seconds": round(max(0.0, row["seconds"] or 0.0), 1)}
