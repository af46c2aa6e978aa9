"""The one thread that writes: whoever wants something written hands it a function and waits.

What waits at the same time is committed together, so that a burst costs one sync of the disk and not one each.
"""

import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlite_utils import Database

from fullautoci import faults
from fullautoci.errors import DamagedError, StoreError
from fullautoci.store.database import is_damage
from fullautoci.text import timestamp

T = TypeVar("T")
Task = tuple[Callable[[Database], Any], "Future[Any]"]
Ending = Callable[[], None]

# How many calls share a transaction at most: none waits for more than these.
TOGETHER = 100
DISK_ERRORS = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class Writer:
    """Runs functions on the database, each as if in a transaction of its own, in the order they came.

    A function may run twice, where another's failure rolled it back: it must do nothing but write.

    Attributes:
        trouble: why the last write failed; empty: it did not.
        is_damaged: whether the database turned out to be damaged.

    Args:
        open_database: opens it; called again after an error of the disk, since what a failed sync left in the kernel's
            hands is not known to whoever holds the file open.
        damaged: called when the database turns out to be damaged.
    """

    def __init__(self, open_database: Callable[[], Database], damaged: Callable[[], object] = lambda: None) -> None:
        self._open = open_database
        self._damaged = damaged
        self._database: Database | None = open_database()
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer")
        self._closed = False
        self._door = threading.Lock()
        self.trouble = ""
        self.is_damaged = False
        self._thread.start()

    def mend(self) -> bool:
        """Where writing failed last, try again.

        Returns:
            Whether nothing is in the way.
        """
        if self.trouble:
            with contextlib.suppress(StoreError):
                self.call(touch)
        return not self.trouble

    def call(self, function: Callable[[Database], T]) -> T:
        """Run a function in a transaction, and return what it returned once that is committed.

        Raises:
            StoreError: the writer is closed, or the database cannot be written.
            Exception: whatever the function raised; what it wrote was rolled back.
        """
        return self._put(function).result()

    def post(self, function: Callable[[Database], object], failed: Callable[[BaseException], object]) -> None:
        """Run a function in a transaction, in its turn, and wait for nothing.

        Args:
            failed: told in the writer's thread why it could not be written.
        """

        def ended(future: "Future[object]") -> None:
            if (error := future.exception()) is not None:
                failed(error)

        try:
            self._put(function).add_done_callback(ended)
        except StoreError as error:
            failed(error)

    def _put(self, function: Callable[[Database], T]) -> "Future[T]":
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise StoreError("the daemon is stopping", "'fullautoci daemon start' starts it again")
            self._tasks.put((function, future))
        return future

    def close(self) -> None:
        """Finish what was handed in, close the database, and end the thread."""
        with self._door:
            self._closed = True
            self._tasks.put(None)
        self._thread.join()

    def _work(self) -> None:
        while batch := self._take():
            for end in self._write(batch):
                end()
        if self._database is not None:
            try:
                self._database.execute("PRAGMA optimize")
            except sqlite3.Error as error:  # a full disk: what it would have noted is worth nothing
                self.trouble = str(error)
            self._database.close()

    def _take(self) -> list[Task]:
        """The next task and those that wait with it; none: it is time to end."""
        batch: list[Task] = []
        task = self._tasks.get()
        while task is not None:
            batch.append(task)
            if len(batch) == TOGETHER or self._tasks.empty():
                return batch
            task = self._tasks.get()
        self._tasks.put(None)
        return batch

    def _write(self, batch: Sequence[Task]) -> list[Ending]:
        """Write tasks in one transaction; where that fails, each in its own, so that none suffers from another.

        Returns:
            What tells those who wait.
        """
        try:
            return self._transaction(batch)
        except sqlite3.DatabaseError as error:
            if len(batch) > 1 and not is_damage(error):
                self._drop_after(error)
                return [ending for task in batch for ending in self._write([task])]
            failure = self._failure(error)
            return [lambda future=future: future.set_exception(failure) for _, future in batch]  # type: ignore[misc]
        except BaseException as error:  # noqa: BLE001 - the database could not be opened again
            failed = error
            return [lambda future=future: future.set_exception(failed) for _, future in batch]  # type: ignore[misc]

    def _transaction(self, batch: Sequence[Task]) -> list[Ending]:
        if self._database is None:
            self._database = self._open()
        database = self._database
        try:
            before = database.conn.total_changes
            database.conn.execute("BEGIN IMMEDIATE")
            endings = [_within(database, function, future) for function, future in batch]
            changed = database.conn.total_changes != before
            if changed:
                faults.point("before-commit")
            database.conn.execute("COMMIT")
            if changed:
                faults.point("after-commit")
        except BaseException:
            if database.conn.in_transaction:
                with contextlib.suppress(sqlite3.Error):  # what it was rolled back for says more
                    database.conn.execute("ROLLBACK")
            raise
        self.trouble = ""
        return endings

    def _failure(self, error: sqlite3.DatabaseError) -> StoreError:
        words = f"the database could not be written: {error}"
        if is_damage(error):
            self.trouble, self.is_damaged = words, True
            self._damaged()
            return DamagedError(words, "it is moved aside, and the newest backup is taken")
        if self._drop_after(error):
            self.trouble = words
        return StoreError(words, "'fullautoci doctor' tells more")

    def _drop_after(self, error: sqlite3.DatabaseError) -> bool:
        """After an error of the disk, close the database: it is opened anew for the next write. Whether it was one."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in DISK_ERRORS:
            return False
        if self._database is not None:
            self._database.close()
        self._database = None
        return True


def touch(database: Database) -> None:
    """Write something, to see whether that can be done."""
    database.execute("INSERT OR REPLACE INTO settings (name, value) VALUES ('written_at', ?)", [timestamp()])


def _within(database: Database, function: Callable[[Database], Any], future: "Future[Any]") -> Ending:
    """Do one task within the transaction; what it raises undoes that task alone, unless the database itself fails."""
    database.conn.execute("SAVEPOINT task")
    try:
        result = function(database)
    except BaseException as error:
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.IntegrityError):
            raise
        database.conn.execute("ROLLBACK TO task")
        database.conn.execute("RELEASE task")
        failed = error
        return lambda: future.set_exception(failed)
    database.conn.execute("RELEASE task")
    return lambda: future.set_result(result)
