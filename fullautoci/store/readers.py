"""Readers that are kept: opening the database costs more than most of what is read from it.

What opening costs is the schema, which each connection reads, and statements that are prepared anew.
"""

import contextlib
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fullautoci.errors import DamagedError, StoreError
from fullautoci.store.database import BUSY_MS, is_damage

# So many are kept while nobody reads; more are opened where more read at once.
KEPT = 4
# What each keeps of the database in memory, in KiB; the system keeps the rest.
CACHE_KIB = 512
# Which file it is: device and number, as the system has them.
_File = tuple[int, int]


class _Reader(sqlite3.Connection):
    """Knows what is still being read: a query that nobody reads to its end would hold its state for good."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._cursors: weakref.WeakSet[sqlite3.Cursor] = weakref.WeakSet()

    def execute(self, *args: Any) -> sqlite3.Cursor:
        """Run a query."""
        cursor = super().execute(*args)
        self._cursors.add(cursor)
        return cursor

    def let_go(self) -> None:
        """End what is being read, and the state that was seen."""
        for cursor in list(self._cursors):
            cursor.close()
        self._cursors.clear()
        if self.in_transaction:
            super().execute("ROLLBACK")


class Readers:
    """Read-only connections to one database file, each lent to one thread at a time.

    A file that takes the place of the one that was there, as after a recovery, is noticed: its readers are opened anew.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._door = threading.Lock()
        self._idle: list[tuple[_File, _Reader]] = []
        self._closed = False
        self._watch = threading.Lock()
        self._watcher: tuple[_File, _Reader] | None = None
        self._watchers = 0

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A read-only connection that sees one consistent state.

        Raises:
            DamagedError: the database is damaged.
            StoreError: there is no database yet, or it cannot be read.
        """
        file, connection = self._taken()
        sound = False
        try:
            connection.execute("BEGIN")
            yield connection
            sound = True
        except sqlite3.DatabaseError as error:
            raise _told(error) from error
        except BaseException:
            sound = True  # what went wrong did not go wrong here
            raise
        finally:
            self._give_back(file, connection, sound)

    def state(self) -> str:
        """A text that is another one after each change, and where another file has taken the place of the one before.

        By https://www.sqlite.org/pragma.html#pragma_data_version, whose number is one connection's: so this keeps one.

        Raises:
            DamagedError: the database is damaged.
            StoreError: there is no database yet, or it cannot be read.
        """
        with self._watch:
            if self._watcher is None or self._watcher[0] != self._file():
                if self._watcher is not None:
                    self._watcher[1].close()
                self._watcher = (self._file(), self._opened())
                self._watchers += 1
            try:
                version = self._watcher[1].execute("PRAGMA data_version").fetchone()[0]
            except sqlite3.DatabaseError as error:
                raise _told(error) from error
            return f"{self._watchers}.{version}"

    def close(self) -> None:
        """Close those that nobody uses now; those that are used are closed afterwards."""
        with self._door:
            self._closed = True
            idle, self._idle = self._idle, []
        with self._watch:
            watcher, self._watcher = self._watcher, None
        for _, connection in [*idle, *([watcher] if watcher else [])]:
            connection.close()

    def _file(self) -> _File:
        try:
            status = self._path.stat()
        except OSError as error:
            raise StoreError("nothing is watched yet", "'fullautoci init' in a repository begins") from error
        return status.st_dev, status.st_ino

    def _taken(self) -> tuple[_File, _Reader]:
        file = self._file()
        others: list[_Reader] = []
        found: _Reader | None = None
        with self._door:
            while self._idle and found is None:
                known, connection = self._idle.pop()
                if known == file:
                    found = connection
                else:
                    others.append(connection)
        for connection in others:
            connection.close()
        return file, found or self._opened()

    def _opened(self) -> _Reader:
        try:
            connection = sqlite3.connect(
                f"file:{quote(str(self._path))}?mode=ro", uri=True, isolation_level=None, check_same_thread=False,
                factory=_Reader,
            )  # fmt: skip
        except sqlite3.OperationalError as error:
            raise StoreError("nothing is watched yet", "'fullautoci init' in a repository begins") from error
        connection.row_factory = sqlite3.Row
        try:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        except sqlite3.DatabaseError as error:
            connection.close()
            raise _told(error) from error
        return connection

    def _give_back(self, file: _File, connection: _Reader, sound: bool) -> None:
        try:
            if sound:
                connection.let_go()  # a state that is held would keep the log from being emptied
        except sqlite3.Error:
            sound = False
        with self._door:
            kept = sound and not self._closed and len(self._idle) < KEPT
            if kept:
                self._idle.append((file, connection))
        if not kept:
            connection.close()


def _told(error: sqlite3.DatabaseError) -> StoreError:
    kind = DamagedError if is_damage(error) else StoreError
    return kind(f"the database cannot be read: {error}", "'fullautoci doctor' tells more")
