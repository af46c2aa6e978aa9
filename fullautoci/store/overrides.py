"""What is configured in the database: by the command, the API or the page, for the service or for one repository."""

import json
import sqlite3

from sqlite_utils import Database

from fullautoci.config.overrides import Overrides, Setting, covers
from fullautoci.text import timestamp

# Who the service's own settings belong to: no repository has this number.
SERVICE = 0


def set_value(db: Database, repository_id: int, setting: Setting) -> None:
    """Have a key say something; what was said of its parts is over.

    Args:
        repository_id: whose; `SERVICE` for the service's own.
    """
    _remove(db, repository_id, setting.key)
    values = [repository_id, setting.key, json.dumps(setting.value), setting.actor, setting.set_at or timestamp()]
    db.execute("INSERT INTO overrides (repository_id, key, value, actor, set_at) VALUES (?, ?, ?, ?, ?)", values)


def unset(db: Database, repository_id: int, key: str) -> int:
    """Have a key and its parts say nothing any more; how many of them said something."""
    return _remove(db, repository_id, key)


def _remove(db: Database, repository_id: int, key: str) -> int:
    rows = db.execute("SELECT key FROM overrides WHERE repository_id = ?", [repository_id]).fetchall()
    gone = [row[0] for row in rows if covers(key, row[0])]
    for one in gone:
        db.execute("DELETE FROM overrides WHERE repository_id = ? AND key = ?", [repository_id, one])
    return len(gone)


def settings(connection: sqlite3.Connection, repository_id: int = SERVICE) -> tuple[Setting, ...]:
    """What is set for a repository or, without one, for the service; by key."""
    rows = connection.execute(
        "SELECT key, value, actor, set_at FROM overrides WHERE repository_id = ? ORDER BY key", [repository_id]
    )
    service = repository_id == SERVICE
    return tuple(Setting(row[0], json.loads(row[1]), row[2], row[3], service) for row in rows)


def of(connection: sqlite3.Connection, repository_id: int) -> Overrides:
    """All that is set in the database and counts for a repository."""
    row = connection.execute("SELECT name FROM repositories WHERE id = ?", [repository_id]).fetchone()
    name = str(row[0]) if row else ""
    return Overrides(name, settings(connection), settings(connection, repository_id))
