"""Opening the database file: for the one writer, and for readers."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import quote

from sqlite_utils import Database

from fullautoci.errors import StoreError
from fullautoci.store.migrations import migrations

__all__ = ["Connection", "Database", "open_for_writing", "quick_check", "reading", "wal_is_sound"]

BUSY_MS = 5000


def open_for_writing(path: Path) -> Database:
    """The writer's connection: WAL, every commit synced, foreign keys on; the schema brought up to date.

    Raises:
        StoreError: the file is no database, is damaged, or its schema is newer than this program.
    """
    new = not path.exists() or path.stat().st_size == 0
    try:
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except sqlite3.OperationalError as error:
        raise StoreError(f"the database {path} cannot be opened: {error}", "'fullautoci doctor' tells more") from error
    try:
        if new:
            path.chmod(0o600)
            connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        database = Database(connection, execute_plugins=False)
        _refuse_newer(database)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        migrations.apply(database)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise StoreError(f"the database {path} cannot be opened: {error}", "'fullautoci doctor' tells more") from error
    except BaseException:
        connection.close()
        raise
    return database


def quick_check(database: Database) -> None:
    """Look for damage, as after an unclean stop.

    Raises:
        StoreError: the database is damaged.
    """
    try:
        answer = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise StoreError(f"the database is damaged: {answer}", "move it away and start the daemon anew")


def _refuse_newer(database: Database) -> None:
    known = {migration.name for migration in migrations._migrations}
    newer = [applied.name for applied in migrations.applied(database) if applied.name not in known]
    if newer:
        raise StoreError(
            f"the database was written by a newer version of this program (it has {newer[-1]})",
            "upgrade fullautoci; nothing was changed",
        )


@contextlib.contextmanager
def reading(path: Path) -> Iterator[Connection]:
    """A read-only connection that sees one consistent state.

    Raises:
        StoreError: there is no database yet, or it cannot be read.
    """
    try:
        connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise StoreError("nothing is watched yet", "'fullautoci init' in a repository begins") from error
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        connection.execute("BEGIN")
        yield connection
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the database cannot be read: {error}", "'fullautoci doctor' tells more") from error
    finally:
        connection.close()


def wal_is_sound() -> tuple[str, bool]:
    """SQLite's version, and whether it lacks the fault by which two connections that write can corrupt a WAL.

    Fixed in 3.51.3, 3.50.7 and 3.44.6 (https://www.sqlite.org/wal.html).
    """
    version = sqlite3.sqlite_version_info
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return sqlite3.sqlite_version, fixed
