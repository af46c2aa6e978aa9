"""Opening the database file: for the one writer, and for readers."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import quote

from sqlite_utils import Database

from fullautoci import faults
from fullautoci.errors import DamagedError, StoreError
from fullautoci.store import backup
from fullautoci.store.backup import is_damage
from fullautoci.store.migrations import migrations

__all__ = [
    "Connection",
    "Database",
    "check",
    "is_damage",
    "open_for_writing",
    "readable",
    "reading",
    "wal_is_sound",
]

BUSY_MS = 5000


def open_for_writing(path: Path, backups: Path | None = None) -> Database:
    """The writer's connection: WAL, every commit synced, foreign keys on; the schema brought up to date.

    Args:
        backups: where the database is backed up before its schema is changed; beside it, if None.

    Raises:
        DamagedError: the file is no database, or is damaged.
        StoreError: it cannot be opened, its schema is newer than this program, or there is no room for the backup.
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
        _migrate(database, None if new else backups or path.with_name("backups"))
    except sqlite3.DatabaseError as error:
        connection.close()
        kind = DamagedError if is_damage(error) else StoreError
        raise kind(f"the database {path} cannot be opened: {error}", "'fullautoci doctor' tells more") from error
    except BaseException:
        connection.close()
        raise
    return database


def _migrate(database: Database, backups: Path | None) -> None:
    """Bring the schema up to date: all steps or none, after a backup of what is there."""
    pending = migrations.pending(database)
    if not pending:
        return
    if backups is not None:
        backup.make(database.conn, backups, f"before-{pending[0].name}")
        faults.point("after-backup")
    with database.atomic():
        migrations.apply(database)
        faults.point("before-migrated")


def check(database: Database, *, thorough: bool = False) -> None:
    """Look for damage, as after an unclean stop; thoroughly (indexes too) where there is a reason to suspect some.

    Raises:
        DamagedError: the database is damaged.
    """
    try:
        answer = database.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise DamagedError(f"the database is damaged: {answer}", "'fullautoci daemon restart' takes the newest backup")


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
        kind = DamagedError if is_damage(error) else StoreError
        raise kind(f"the database cannot be read: {error}", "'fullautoci doctor' tells more") from error
    finally:
        connection.close()


@contextlib.contextmanager
def readable(path: Path) -> Iterator[None]:
    """Keep the database readable for as long as this lasts, also where its disk is full.

    Whoever opens it needs the index of its log in shared memory, a file that goes with the last connection; on a full
    disk there would be no room for a new one. So here is a connection that does nothing.

    Raises:
        StoreError: it cannot be read now.
    """
    with reading(path) as connection:
        connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        connection.execute("COMMIT")
        yield


def wal_is_sound() -> tuple[str, bool]:
    """SQLite's version, and whether it lacks the fault by which two connections that write can corrupt a WAL.

    Fixed in 3.51.3, 3.50.7 and 3.44.6 (https://www.sqlite.org/wal.html).
    """
    version = sqlite3.sqlite_version_info
    fixed = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    return sqlite3.sqlite_version, fixed
