"""A database with a repository in it, and the words to fill it."""

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Commit, Priority, ToolPlan
from fullautoci.store import jobs, repositories, runs
from fullautoci.store.database import reading

SHA = "0123456789abcdef" * 2 + "01234567"
COMMIT = Commit(
    SHA, "t" * 40, ("p" * 40,), "Ada <ada@example.org>", "subject", "subject\n\nbody", "2026-01-01T00:00:00.000Z"
)
PYLINT, COVERAGE = (
    ToolPlan("pylint", ("src",), ("-v",), 90.0),
    ToolPlan("coverage", env={"A": "b"}, setup=(("make", "assets"),)),
)


def sha(number: int) -> str:
    """A commit's id."""
    return f"{number:040x}"


def watch(db: Database, path: str = "/r/.git", name: str = "r") -> int:
    """A watched repository's id."""
    return repositories.add(db, name=name, path=path, worktree="/r", kind="working", refs={"refs/heads/main": SHA})


def wish(db: Database, repository: int, number: int = 1, **fields: Any) -> int:
    """A queued run's id."""
    made = runs.Wish(replace(COMMIT, sha=sha(number)), "main", "post-commit", Priority.NOW, **fields)
    return runs.wish(db, repository, made)[0]


def planned(db: Database, repository: int, number: int = 1, plans: tuple[ToolPlan, ...] = (PYLINT, COVERAGE)) -> int:
    """A run's id whose jobs are queued."""
    run = wish(db, repository, number)
    unplanned = runs.Unplanned(run, repository, sha(number), 0, ())
    jobs.plan(db, unplanned, {"tools": []}, "digest", [(plan, "") for plan in plans])
    return run


def rows(db: Database, sql: str, *values: object) -> list[tuple[Any, ...]]:
    """What a query finds."""
    return [tuple(row) for row in db.execute(sql, list(values)).fetchall()]


def readable(db: Database) -> AbstractContextManager[Connection]:
    """A reader of the same file."""
    return reading(Path(rows(db, "PRAGMA database_list")[0][2]))
