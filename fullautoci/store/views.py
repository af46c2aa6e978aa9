"""What the API, the page and the command line show: rows in the shapes that are promised to them."""

import sqlite3
from collections.abc import Collection
from typing import Any

from fullautoci.store import run_views
from fullautoci.store.activity import activity, open_runs
from fullautoci.store.job_views import job_log
from fullautoci.store.listings import commits as _commits
from fullautoci.store.listings import runs as _runs
from fullautoci.store.run_views import results, run
from fullautoci.store.scope import as_json

__all__ = [
    "activity", "commits", "job_log", "open_runs", "repositories", "repository", "results", "run", "runs",
]  # fmt: skip

View = dict[str, Any]


def runs(
    connection: sqlite3.Connection,
    *,
    repository_id: int | None = None,
    branch: str | None = None,
    sha: str | None = None,
    before: int | None = None,
    limit: int = 50,
    visible: Collection[int] | None = None,
) -> list[View]:
    """Runs, newest first, each with its jobs: the first part of `listings.runs`.

    Args:
        sha: a commit's id, or its beginning.
        before: only runs with a smaller id, for paging.
        visible: ids of the repositories that whoever asks may see; None: all.
    """
    wanted = _runs.Wanted(repository_id, branch=branch or "", commit=sha or "")
    return _runs.page(connection, wanted, visible, limit=limit, before=before).items


def commits(connection: sqlite3.Connection, repository_id: int, limit: int = 50) -> list[View]:
    """A repository's commits that have runs, newest first, each with its newest run: the first part of them."""
    return _commits.page(connection, _runs.Wanted(repository_id), None, limit=limit).items


def repositories(connection: sqlite3.Connection, visible: Collection[int] | None = None) -> list[View]:
    """All watched repositories, each with its newest run.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
    """
    seen = as_json(visible)
    rows = connection.execute(
        "SELECT id, name, path, worktree, kind, created_at, scanned_at, problem,"
        " (SELECT max(id) FROM runs WHERE runs.repository_id = repositories.id) AS latest"
        " FROM repositories WHERE removed_at IS NULL AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))"
        " ORDER BY name",
        [seen, seen],
    ).fetchall()
    latest = run_views.by_ids(connection, [row["latest"] for row in rows if row["latest"]])
    return [{**dict(row), "latest": latest.get(row["latest"])} for row in rows]


def repository(connection: sqlite3.Connection, identifier: int) -> View | None:
    """One watched repository with its newest run; None: it is not watched."""
    found = repositories(connection, [identifier])
    return found[0] if found else None
