"""What the page of a run shows: the run, its place among others, and of its jobs what is to be looked at first."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

from fullautoci.store import run_views
from fullautoci.store.pages import jobs

View = dict[str, Any]

# Of the runs of one commit, the newest so many are named.
EARLIER = 20


def shown(connection: sqlite3.Connection, identifier: int) -> View:
    """One run, as `run_views.run` has it, and more.

    Returns:
        With `message`, the whole of the commit's; `runs`, the newest run of each of the `parents` and of the commits
        that are blamed, by commit, where they have one; `of_commit`, the newest runs of this commit; and with jobs as
        `jobs.shown` has them.

    Raises:
        NotFoundError: there is none with that id.
    """
    run = run_views.run(connection, identifier)
    repository, sha = run["repository_id"], run["commit"]
    named = {*run["parents"], *(one["blame"] for job in run["jobs"] for one in job["verdicts"] if one["blame"])}
    return {
        **run,
        "message": _message(connection, repository, sha),
        "runs": newest_runs(connection, repository, named),
        "of_commit": of_commit(connection, repository, sha),
        "jobs": jobs.shown(connection, repository, run["jobs"]),
    }


def newest_runs(connection: sqlite3.Connection, repository_id: int, commits: Collection[str]) -> Mapping[str, int]:
    """The newest run of each of these commits, of those that have one."""
    rows = connection.execute(
        "SELECT w.value, (SELECT r.id FROM runs r WHERE r.repository_id = ? AND r.sha = w.value"
        " ORDER BY r.generation DESC LIMIT 1) FROM json_each(?) w",
        [repository_id, json.dumps([*commits])],
    )
    return {row[0]: row[1] for row in rows if row[1] is not None}


def of_commit(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[View]:
    """The runs of a commit, the newest first, at most `EARLIER`."""
    rows = connection.execute(
        "SELECT id, generation, state, outcome, queued_at FROM runs WHERE repository_id = ? AND sha = ?"
        f" ORDER BY generation DESC LIMIT {EARLIER}",
        [repository_id, sha],
    )
    return [dict(row) for row in rows]


def beginning_with(connection: sqlite3.Connection, repository_id: int, sha: str, limit: int = 20) -> list[View]:
    """The tested commits whose ids begin so, each with its subject and newest run, at most `limit`."""
    rows = connection.execute(
        "SELECT DISTINCT sha FROM runs WHERE repository_id = ? AND sha >= ? AND sha < ? ORDER BY sha LIMIT ?",
        [repository_id, sha, f"{sha}g", limit],
    )
    found = [row[0] for row in rows]
    newest = newest_runs(connection, repository_id, found)
    subjects = {
        row[0]: row[1]
        for row in connection.execute(
            "SELECT sha, subject FROM commits WHERE repository_id = ? AND sha IN (SELECT value FROM json_each(?))",
            [repository_id, json.dumps(found)],
        )
    }
    return [{"commit": one, "subject": subjects.get(one, ""), "run": newest[one]} for one in found]


def _message(connection: sqlite3.Connection, repository_id: int, sha: str) -> str:
    row = connection.execute(
        "SELECT message FROM commits WHERE repository_id = ? AND sha = ?", [repository_id, sha]
    ).fetchone()
    return str(row[0]) if row else ""
