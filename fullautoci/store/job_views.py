"""Jobs as they are shown."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fullautoci.errors import NotFoundError
from fullautoci.store import deltas, ratchets

View = dict[str, Any]

# Probes are measurements made for a ratchet's sake, and no results of the run's; but for those by which a tool is
# judged that the commit switched off.
IS_RESULT = "(j.purpose = 'check' OR EXISTS (SELECT 1 FROM standings t WHERE t.job_id = j.id))"
_JOBS = (
    "SELECT j.id, j.run_id, j.tool, j.tool_version, j.project, j.variant, j.purpose, j.environment, j.state,"
    " j.outcome, j.reason, j.hint, j.attempt, j.activity, j.activity_since, j.duration_s, j.timings, j.reused_from,"
    " o.sha AS reused_commit, o.run_id AS reused_run, j.identity, j.queued_at, j.started_at, j.finished_at"
    " FROM jobs j LEFT JOIN jobs o ON o.id = j.reused_from"
)
_ONE_OF = "IN (SELECT value FROM json_each(?))"


def of_runs(connection: sqlite3.Connection, run_ids: Collection[int]) -> Mapping[int, list[View]]:
    """The jobs of runs, by run."""
    rows = connection.execute(
        f"{_JOBS} WHERE j.run_id {_ONE_OF} AND {IS_RESULT} ORDER BY j.run_id, j.id", [json.dumps([*run_ids])]
    ).fetchall()
    found: dict[int, list[View]] = {}
    for view in _shown(connection, rows):
        found.setdefault(view.pop("run_id"), []).append(view)
    return found


def by_ids(connection: sqlite3.Connection, identifiers: Collection[int]) -> Mapping[int, View]:
    """Jobs by their ids, each with its run, repository, commit and branch."""
    wanted = json.dumps([*identifiers])
    rows = connection.execute(f"{_JOBS} WHERE j.id {_ONE_OF}", [wanted]).fetchall()
    places = {
        row["id"]: dict(row)
        for row in connection.execute(
            "SELECT j.id, j.run_id AS run, j.repository_id, p.name AS repository, j.sha AS 'commit', r.branch,"
            " c.subject FROM jobs j JOIN runs r ON r.id = j.run_id JOIN repositories p ON p.id = j.repository_id"
            f" JOIN commits c ON c.repository_id = j.repository_id AND c.sha = j.sha WHERE j.id {_ONE_OF}",
            [wanted],
        )
    }
    views = _shown(connection, rows)
    return {view["id"]: {**places[view["id"]], **_without(view, "run_id")} for view in views}


def _without(view: View, name: str) -> View:
    return {key: value for key, value in view.items() if key != name}


def job(connection: sqlite3.Connection, identifier: int) -> View:
    """One job.

    Raises:
        NotFoundError: there is none with that id.
    """
    found = by_ids(connection, [identifier]) if 0 < identifier < 2**63 else {}
    if identifier not in found:
        raise NotFoundError("there is no such job", "'fullautoci results' lists a run's jobs")
    return found[identifier]


def _shown(connection: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[View]:
    if not rows:
        return []
    origins = {row["id"]: row["reused_from"] or row["id"] for row in rows}
    metrics = metrics_of(connection, set(origins.values()))
    counts = _counts(connection, origins)
    verdicts = ratchets.verdicts(connection, list(origins))
    environments = {said: json.loads(said) for said in {row["environment"] for row in rows}}  # most jobs' is the same
    return [
        {
            **dict(row),
            "environment": environments[row["environment"]],
            "timings": json.loads(row["timings"]),
            "metrics": metrics.get(origins[row["id"]], {}),
            "verdicts": verdicts.get(row["id"], []),
            "counts": counts[row["id"]],
        }
        for row in rows
    ]


def metrics_of(connection: sqlite3.Connection, jobs: Collection[int]) -> Mapping[int, dict[str, float]]:
    """What these jobs measured, of those that measured anything."""
    found: dict[int, dict[str, float]] = {}
    for job_id, name, value in connection.execute(
        f"SELECT job_id, name, value FROM metrics WHERE job_id {_ONE_OF} ORDER BY rowid", [json.dumps([*jobs])]
    ):
        found.setdefault(job_id, {})[name] = value
    return found


def _counts(connection: sqlite3.Connection, origins: Mapping[int, int]) -> Mapping[int, dict[str, int | None]]:
    """What there is to count of jobs, each with the job whose result it has."""
    found = {
        row[0]: {"findings": row[1], "tests": row[2], "failed": row[3], "skipped": row[4]}
        for row in connection.execute(
            f"SELECT job_id, findings, tests, failed, skipped FROM tallies WHERE job_id {_ONE_OF}",
            [json.dumps([*set(origins.values())])],
        )
    }
    told = deltas.counts(connection, [*origins])
    return {one: _count(found.get(origin, {}), told.get(one)) for one, origin in origins.items()}


def _count(found: Mapping[str, int], told: tuple[int, int] | None) -> dict[str, int | None]:
    # Telling new from known findings needs the parent's: null until it is told.
    new, fixed = told or (None, None)
    return {"findings": 0, "new": new, "fixed": fixed, "tests": 0, "failed": 0, "skipped": 0} | dict(found)


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
