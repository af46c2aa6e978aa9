"""Repositories and the refs as we last saw them."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from sqlite_utils import Database

from fullautoci.errors import NotFoundError
from fullautoci.text import one_line, storable, timestamp


@dataclass(frozen=True)
class Repository:
    """A repository that we watch, or once did; `path` is its git folder."""

    id: int
    name: str
    path: str
    worktree: str | None
    kind: str
    created_at: str
    scanned_at: str | None
    problem: str


COLUMNS = "id, name, path, worktree, kind, created_at, scanned_at, problem"


def add(
    db: Database,
    *,
    name: str,
    path: str,
    worktree: str | None,
    kind: str,
    refs: Mapping[str, str],
    identifier: int | None = None,
) -> int:
    """Register a repository, or take up one that was removed; the refs that it has now count as seen.

    Args:
        identifier: the id that a new one is to have; any, if None.

    Returns:
        Its id; that of the registration where it is registered already.
    """
    row = db.execute("SELECT id, removed_at FROM repositories WHERE path = ?", [path]).fetchone()
    if row is not None and row[1] is None:
        return int(row[0])
    name = _free_name(db, name)
    if row is not None:
        identifier = int(row[0])
        db.execute(
            "UPDATE repositories SET name = ?, worktree = ?, kind = ?, removed_at = NULL, problem = '' WHERE id = ?",
            [name, worktree, kind, identifier],
        )
    else:
        values: dict[str, str | int | None] = {"name": name, "path": path, "worktree": worktree, "kind": kind}
        values["created_at"] = timestamp()
        values |= {"id": identifier} if identifier else {}
        identifier = int(db.table("repositories").insert(values).last_pk or 0)
    see(db, identifier, refs)
    return identifier


def _free_name(db: Database, wanted: str) -> str:
    base = one_line(storable(wanted)) or "repository"
    taken = {row[0] for row in db.execute("SELECT name FROM repositories WHERE removed_at IS NULL")}
    return next(name for n in range(1, len(taken) + 2) if (name := base if n == 1 else f"{base}-{n}") not in taken)


def remove(db: Database, identifier: int) -> None:
    """Stop watching a repository.

    Its results stay, and come back when it is registered again; consents, assignments to users and badges do not.
    """
    db.execute("DELETE FROM bringing WHERE repository_id = ?", [identifier])
    db.execute("DELETE FROM assignments WHERE repository_id = ?", [identifier])
    db.execute("DELETE FROM badge_tokens WHERE repository_id = ?", [identifier])
    db.execute("UPDATE repositories SET removed_at = ? WHERE id = ?", [timestamp(), identifier])
    db.execute("DELETE FROM refs WHERE repository_id = ?", [identifier])


def see(db: Database, identifier: int, refs: Mapping[str, str]) -> None:
    """Remember these as the refs last seen."""
    db.execute("DELETE FROM refs WHERE repository_id = ?", [identifier])
    rows = [{"repository_id": identifier, "name": storable(name), "sha": sha} for name, sha in refs.items()]
    db.table("refs").insert_all(rows, replace=True)
    db.execute("UPDATE repositories SET scanned_at = ?, problem = '' WHERE id = ?", [timestamp(), identifier])


def trouble(db: Database, identifier: int, problem: str) -> None:
    """Remember why a repository could not be looked at."""
    db.execute("UPDATE repositories SET problem = ? WHERE id = ?", [one_line(storable(problem)), identifier])


def seen(connection: sqlite3.Connection, identifier: int) -> dict[str, str]:
    """The refs as last seen."""
    rows = connection.execute("SELECT name, sha FROM refs WHERE repository_id = ?", [identifier])
    return {row[0]: row[1] for row in rows}


def watched(connection: sqlite3.Connection) -> list[Repository]:
    """All that are watched, by name."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM repositories WHERE removed_at IS NULL ORDER BY name")
    return [Repository(*row) for row in rows]


def any_known(connection: sqlite3.Connection) -> bool:
    """Whether there is any, watched or not."""
    return connection.execute("SELECT 1 FROM repositories LIMIT 1").fetchone() is not None


def is_watched(connection: sqlite3.Connection, identifier: int) -> bool:
    """Whether it is there, and was not removed."""
    row = connection.execute("SELECT 1 FROM repositories WHERE id = ? AND removed_at IS NULL", [identifier]).fetchone()
    return row is not None


def by_path(connection: sqlite3.Connection, path: str) -> Repository | None:
    """The one that is watched at a git folder."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM repositories WHERE path = ? AND removed_at IS NULL", [path]
    ).fetchone()
    return Repository(*row) if row else None


def known(connection: sqlite3.Connection, identifier: int) -> Repository:
    """The one with that id, watched or not; it must be there."""
    return Repository(*connection.execute(f"SELECT {COLUMNS} FROM repositories WHERE id = ?", [identifier]).fetchone())


def get(connection: sqlite3.Connection, identifier: int) -> Repository:
    """The one with that id.

    Raises:
        NotFoundError: none that is watched has it.
    """
    row = None
    if 0 < identifier < 2**63:
        row = connection.execute(
            f"SELECT {COLUMNS} FROM repositories WHERE id = ? AND removed_at IS NULL", [identifier]
        ).fetchone()
    if row is None:
        raise NotFoundError("there is no such repository", "'fullautoci repo list' shows those there are")
    return Repository(*row)
