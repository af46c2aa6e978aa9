"""Runs as they are shown, and what came of one."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from fullautoci.errors import NotFoundError
from fullautoci.store import deltas, flaky, job_views

View = dict[str, Any]

COLUMNS = (
    "r.id, p.name AS repository, r.repository_id, r.sha, c.tree, c.parents, r.branch, c.subject, c.author, r.source,"
    " r.generation, r.dirty, r.state, r.outcome, r.reason, r.hint, r.queued_at, r.started_at, r.finished_at"
)
TABLES = (
    "runs r JOIN repositories p ON p.id = r.repository_id"
    " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
)


def by_ids(connection: sqlite3.Connection, identifiers: Collection[int]) -> Mapping[int, View]:
    """Runs by their ids, each with its jobs."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM {TABLES} WHERE r.id IN (SELECT value FROM json_each(?))", [json.dumps([*identifiers])]
    ).fetchall()
    jobs = job_views.of_runs(connection, [row["id"] for row in rows])
    return {row["id"]: {**_run(row), "jobs": jobs.get(row["id"], [])} for row in rows}


def _run(row: sqlite3.Row) -> View:
    view = dict(row)
    view["commit"] = view.pop("sha")
    view["trigger"] = view.pop("source")
    view["parents"] = json.loads(view["parents"])
    view["dirty"] = bool(view["dirty"])
    return view


def run(connection: sqlite3.Connection, identifier: int) -> View:
    """One run with its jobs.

    Raises:
        NotFoundError: there is none with that id.
    """
    found = by_ids(connection, [identifier]) if 0 < identifier < 2**63 else {}
    if identifier not in found:
        raise NotFoundError("there is no such run", "'fullautoci history' lists those there are")
    return found[identifier]


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
