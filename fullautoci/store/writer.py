"""The one thread that writes: whoever wants something written hands it a function and waits."""

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlite_utils import Database

from fullautoci.errors import StoreError

T = TypeVar("T")
Task = tuple[Callable[[Database], Any], "Future[Any]"]


class Writer:
    """Runs functions on the database, each in a transaction of its own, in the order they came.

    Args:
        database: used by this writer's thread alone from now on; closed with it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer")
        self._closed = False
        self._door = threading.Lock()
        self._thread.start()

    def call(self, function: Callable[[Database], T]) -> T:
        """Run a function in a transaction, and return what it returned once that is committed.

        Raises:
            StoreError: the writer is closed.
            Exception: whatever the function raised; its transaction was rolled back.
        """
        future: Future[T] = Future()
        with self._door:
            if self._closed:
                raise StoreError("the daemon is stopping", "'fullautoci daemon start' starts it again")
            self._tasks.put((function, future))
        return future.result()

    def close(self) -> None:
        """Finish what was handed in, close the database, and end the thread."""
        with self._door:
            self._closed = True
            self._tasks.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            function, future = task
            try:
                result = self._transaction(function)
            except BaseException as error:  # noqa: BLE001 - handed to whoever waits
                future.set_exception(error)
            else:
                future.set_result(result)
        self._database.execute("PRAGMA optimize")
        self._database.close()

    def _transaction(self, function: Callable[[Database], T]) -> T:
        connection = self._database.conn
        try:
            connection.execute("BEGIN IMMEDIATE")
            result = function(self._database)
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            self._roll_back()
            raise StoreError(f"the database could not be written: {error}", "'fullautoci doctor' tells more") from error
        except BaseException:
            self._roll_back()
            raise
        return result

    def _roll_back(self) -> None:
        if self._database.conn.in_transaction:
            self._database.conn.execute("ROLLBACK")
