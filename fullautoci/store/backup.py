"""Backups of the database: whole, checked, and durable before anything relies on them."""

import contextlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NoReturn

from fullautoci.errors import DamagedError, StoreError
from fullautoci.text import timestamp

KEPT = 5
SUFFIX = ".db"
DAY_S = 86400.0


def make(database: sqlite3.Connection, folder: Path, why: str) -> Path:
    """Copy a database as it is now (https://www.sqlite.org/backup.html), check the copy, and sync it.

    Args:
        why: becomes part of the file's name.

    Raises:
        DamagedError: the database itself turns out to be damaged.
        StoreError: there is no room for it, or the copy is not sound.
    """
    # Numbered: the clock may leap, and the newest must stay the newest.
    number = max((int(one.name[:6]) for one in newest_first(folder)), default=0) + 1
    target = folder / f"{number:06}-{timestamp()[:19].replace(':', '')}-{why}{SUFFIX}"
    temporary = folder / f".{target.name}.new"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(temporary, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
        with closing(sqlite3.connect(temporary, isolation_level=None)) as copy:
            database.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        if found := damage(temporary):
            _blame(database, f"a backup of the database is not sound: {found}")
        _sync(temporary)
        temporary.replace(target)
        _sync(folder)
    except (sqlite3.Error, OSError) as error:
        if is_damage(error):
            _blame(database, f"the database cannot be backed up: {error}")
        raise StoreError(f"the database cannot be backed up: {error}", f"make room for it in {folder}") from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
    for old in list(newest_first(folder))[KEPT:]:
        old.unlink(missing_ok=True)
    return target


def _blame(database: sqlite3.Connection, words: str) -> NoReturn:
    """
    Raises:
        DamagedError: it is the database itself that is not sound.
        StoreError: it is only the copy.
    """
    try:
        own = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        own = str(error) if is_damage(error) else "ok"
    if own != "ok":
        raise DamagedError(f"the database is damaged: {own}", "'fullautoci daemon restart' takes the newest backup")
    raise StoreError(words, "'fullautoci doctor' tells more")


def make_daily(database: Path, folder: Path) -> Path | None:
    """Back a database up that others may write to meanwhile, unless there is a backup of the last day.

    Raises:
        StoreError: it cannot be backed up.
    """
    newest = next(newest_first(folder), None)
    if newest is not None and abs(time.time() - newest.stat().st_mtime) < DAY_S:
        return None
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            return make(connection, folder, "daily")
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be backed up: {error}", "'fullautoci doctor' tells more") from error


def sweep(folder: Path) -> None:
    """Remove what a kill left of a backup that was being made."""
    for part in folder.glob(".*.new*"):
        with contextlib.suppress(OSError):
            part.unlink()


def newest_first(folder: Path) -> Iterator[Path]:
    """The backups there are."""
    yield from sorted(folder.glob(f"{'[0-9]' * 6}-*{SUFFIX}"), key=lambda path: path.name, reverse=True)


def damage(path: Path) -> str:
    """What is wrong with a database file that nobody writes; empty: nothing.

    Raises:
        StoreError: it cannot be read, which says nothing of what is in it.
    """
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            answer = str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.Error as error:
        if not is_damage(error):
            raise StoreError(f"{path} cannot be read: {error}", "'fullautoci doctor' tells more") from error
        return str(error)
    if not path.stat().st_size:
        return "it is empty"
    return "" if answer == "ok" else answer


def is_damage(error: BaseException) -> bool:
    """Whether an error says that the file holds what SQLite did not write."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return isinstance(error, sqlite3.DatabaseError) and code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
