"""Who there is beside the owner, in which role, and which repositories they were assigned."""

import re
import sqlite3
from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from fullautoci.errors import ConflictError, ForbiddenError, NotFoundError, UsageError
from fullautoci.text import one_line, timestamp

ADMIN, USER, READ_ONLY = "admin", "user", "read-only"
ROLES = (ADMIN, USER, READ_ONLY)
# The user that every installation has: whoever runs the daemon.
OWNER = 1
# Why the owner stays what it is: so there is always one admin, the last one.
LAST_ADMIN = "the owner is the last admin there can be, and stays one"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}")

View = dict[str, Any]
_COLUMNS = "id, name, role, owner, created_at"


def listed(connection: sqlite3.Connection, *, after: int = 0, limit: int = 500) -> list[View]:
    """All users, in the order in which they came, each with the ids of the repositories it may see.

    Args:
        after: only those with a greater id, for paging.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM users WHERE removed_at IS NULL AND id > ? ORDER BY id LIMIT ?", [after, limit]
    ).fetchall()
    return [_view(connection, row) for row in rows]


def get(connection: sqlite3.Connection, identifier: int) -> View:
    """One user.

    Raises:
        NotFoundError: there is none with that id.
    """
    row = None
    if 0 < identifier < 2**63:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM users WHERE id = ? AND removed_at IS NULL", [identifier]
        ).fetchone()
    if row is None:
        raise NotFoundError("there is no such user", "'fullautoci user list' shows those there are")
    return _view(connection, row)


def by_name(connection: sqlite3.Connection, name: str) -> View | None:
    """The user of a name, whatever its case."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM users WHERE name = ? AND removed_at IS NULL", [name]).fetchone()
    return None if row is None else _view(connection, row)


def _view(connection: sqlite3.Connection, row: sqlite3.Row) -> View:
    assigned = connection.execute(
        "SELECT a.repository_id FROM assignments a JOIN repositories r ON r.id = a.repository_id"
        " WHERE a.user_id = ? AND r.removed_at IS NULL ORDER BY a.repository_id",
        [row["id"]],
    )
    return {**dict(row), "owner": bool(row["owner"]), "repositories": [one[0] for one in assigned]}


def add(db: Database, name: str, role: str, repositories: Collection[int]) -> int:
    """Make a user; its id.

    Raises:
        UsageError: that is no name.
        ConflictError: the name is taken.
        NotFoundError: there is no such repository.
    """
    _must_be_free(db.conn, name, 0)
    cursor = db.execute("INSERT INTO users (name, role, created_at) VALUES (?, ?, ?)", [name, role, timestamp()])
    identifier = int(cursor.lastrowid or 0)
    _assign(db, identifier, repositories)
    return identifier


def update(
    db: Database, identifier: int, *, name: str | None, role: str | None, repositories: Collection[int] | None
) -> None:
    """Have a user another name, role or repositories; None leaves what it is. Sessions are over where a role changes.

    Raises:
        UsageError, ConflictError, NotFoundError: as for `add`.
        ConflictError: it is the owner's role.
    """
    known = _known(db.conn, identifier)
    if name is not None:
        _must_be_free(db.conn, name, identifier)
        db.execute("UPDATE users SET name = ? WHERE id = ?", [name, identifier])
    if role is not None and role != known["role"]:
        if known["owner"]:
            raise ConflictError(f"{known['name']} runs the daemon, and so is always an admin", LAST_ADMIN)
        db.execute("UPDATE users SET role = ?, epoch = epoch + 1 WHERE id = ?", [role, identifier])
    if repositories is not None:
        db.execute("DELETE FROM assignments WHERE user_id = ?", [identifier])
        _assign(db, identifier, repositories)


def remove(db: Database, identifier: int) -> None:
    """Remove a user: its keys and sessions are over, and nothing is assigned to it any more.

    So are keys that it made for others, which it has seen.

    Raises:
        NotFoundError: there is none.
        ConflictError: it is the owner.
    """
    known = _known(db.conn, identifier)
    if known["owner"]:
        raise ConflictError(f"{known['name']} runs the daemon, and cannot be removed", LAST_ADMIN)
    now = timestamp()
    db.execute("UPDATE users SET removed_at = ?, epoch = epoch + 1 WHERE id = ?", [now, identifier])
    db.execute(
        "UPDATE keys SET revoked_at = coalesce(revoked_at, ?) WHERE user_id = ? OR made_by = ?",
        [now, identifier, identifier],
    )
    db.execute("DELETE FROM sessions WHERE user_id = ?", [identifier])
    db.execute("DELETE FROM assignments WHERE user_id = ?", [identifier])


def get_name(connection: sqlite3.Connection, identifier: int) -> str:
    """A user's name.

    Raises:
        NotFoundError: there is none with that id.
    """
    return str(_known(connection, identifier)["name"])


def visible(connection: sqlite3.Connection, identifier: int) -> frozenset[int]:
    """The ids of the repositories that were assigned to a user."""
    rows = connection.execute(
        "SELECT a.repository_id FROM assignments a JOIN repositories r ON r.id = a.repository_id"
        " WHERE a.user_id = ? AND r.removed_at IS NULL",
        [identifier],
    )
    return frozenset(row[0] for row in rows)


def must_be(connection: sqlite3.Connection, identifier: int, role: str) -> None:
    """Go on only where a user still is there, in that role or one that may do more: asked in the turn that writes.

    Raises:
        ForbiddenError: it is not so any more.
    """
    row = connection.execute("SELECT role FROM users WHERE id = ? AND removed_at IS NULL", [identifier]).fetchone()
    if row is None or ROLES.index(row[0]) > ROLES.index(role):
        raise ForbiddenError("whoever asks may not do that any more")


def _known(connection: sqlite3.Connection, identifier: int) -> View:
    row = None
    if 0 < identifier < 2**63:
        row = connection.execute(
            "SELECT name, role, owner FROM users WHERE id = ? AND removed_at IS NULL", [identifier]
        ).fetchone()
    if row is None:
        raise NotFoundError("there is no such user", "'fullautoci user list' shows those there are")
    return dict(zip(("name", "role", "owner"), row, strict=True))


def _must_be_free(connection: sqlite3.Connection, name: str, own: int) -> None:
    if not NAME.fullmatch(name):
        raise UsageError(
            f"'{one_line(name, 80)}' is no user name", "letters, digits and . _ @ + -, 64 at most; the first is no sign"
        )
    taken = connection.execute(
        "SELECT 1 FROM users WHERE name = ? AND id <> ? AND removed_at IS NULL", [name, own]
    ).fetchone()
    if taken:
        raise ConflictError(f"there is a user '{name}' already", "'fullautoci user list' shows them")


def _assign(db: Database, identifier: int, repositories: Collection[int]) -> None:
    for repository in sorted(set(repositories)):
        there = (
            0 < repository < 2**63
            and db.execute("SELECT 1 FROM repositories WHERE id = ? AND removed_at IS NULL", [repository]).fetchone()
        )
        if not there:
            raise NotFoundError(f"there is no repository {repository}", "'fullautoci repo list' shows those there are")
        db.execute("INSERT INTO assignments (user_id, repository_id) VALUES (?, ?)", [identifier, repository])
