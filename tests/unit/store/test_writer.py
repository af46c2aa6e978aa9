"""The one thread that writes."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci.errors import DamagedError, StoreError
from fullautoci.store.database import open_for_writing, reading
from fullautoci.store.writer import Writer
from tests.support.patience import until
from tests.unit.store.parts import rows


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "db"


@pytest.fixture
def writer(path: Path) -> Iterator[Writer]:
    made = Writer(lambda: open_for_writing(path))
    yield made
    made.close()


def names(path: Path) -> list[str]:
    with reading(path) as connection:
        return [row[0] for row in connection.execute("SELECT name FROM settings ORDER BY rowid")]


def put(db: Database, name: str) -> None:
    db.table("settings").insert({"name": name, "value": "x"})


def test_what_was_called_for_is_committed_when_the_call_returns(writer: Writer, path: Path) -> None:
    assert writer.call(lambda db: (put(db, "a"), 5)[1]) == 5
    assert names(path) == ["a"]


@pytest.mark.parametrize("error", [KeyError("x"), KeyboardInterrupt(), SystemExit(3)])
def test_an_exception_rolls_everything_back_and_the_writer_goes_on(
    writer: Writer, path: Path, error: BaseException
) -> None:
    def fail(db: Database) -> None:
        put(db, "a")
        db.table("settings").insert_all([{"name": "b", "value": ""}, {"name": "c", "value": ""}])
        db.execute("INSERT INTO settings VALUES ('d', '')")
        raise error

    with pytest.raises(type(error)):
        writer.call(fail)
    writer.call(lambda db: put(db, "e"))
    assert names(path) == ["e"]


def test_a_statement_that_fails_rolls_its_whole_transaction_back(writer: Writer, path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        writer.call(lambda db: (put(db, "a"), put(db, "a")))
    with pytest.raises(StoreError, match="could not be written: no such table"):
        writer.call(lambda db: (put(db, "b"), db.execute("INSERT INTO missing VALUES (1)")))
    assert names(path) == []


def test_calls_of_one_thread_keep_their_order_and_no_call_of_many_is_lost(writer: Writer, path: Path) -> None:
    def call_all(thread: int) -> None:
        for number in range(50):
            writer.call(lambda db, n=number: put(db, f"{thread}-{n:02}"))

    threads = [threading.Thread(target=call_all, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = names(path)
    assert len(found) == 200
    for number in range(4):
        mine = [name for name in found if name.startswith(f"{number}-")]
        assert mine == sorted(mine)


def test_everything_happens_on_one_thread_in_a_transaction(writer: Writer) -> None:
    seen = {writer.call(lambda db: (threading.get_ident(), db.conn.in_transaction)) for _ in range(3)}
    assert len(seen) == 1
    assert seen != {(threading.get_ident(), True)}
    assert next(iter(seen))[1] is True


def test_a_closed_writer_takes_nothing_and_has_finished_what_it_took(path: Path) -> None:
    writer = Writer(lambda: open_for_writing(path))
    begun, go = threading.Event(), threading.Event()

    def slow(db: Database) -> None:
        begun.set()
        go.wait(20)
        put(db, "slow")

    first = threading.Thread(target=writer.call, args=(slow,))
    first.start()
    assert begun.wait(20)
    closing_thread = threading.Thread(target=writer.close)
    closing_thread.start()
    go.set()
    for thread in (first, closing_thread):
        thread.join(20)
    with pytest.raises(StoreError, match="stopping"):
        writer.call(lambda db: put(db, "late"))
    writer.close()
    assert names(path) == ["slow"]


def test_a_database_that_is_locked_by_another_is_a_store_error(path: Path) -> None:
    database = open_for_writing(path)
    database.execute("PRAGMA busy_timeout = 0")
    writer = Writer(lambda: database)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StoreError, match="locked"):
                writer.call(lambda db: put(db, "a"))
            other.execute("ROLLBACK")
        writer.call(lambda db: put(db, "b"))
        assert writer.call(lambda db: rows(db, "SELECT name FROM settings")) == [("b",)]
    finally:
        writer.close()


def test_what_waits_together_is_committed_together_and_none_suffers_from_another(path: Path) -> None:
    commits: list[int] = []

    def opened() -> Database:
        database = open_for_writing(path)
        database.conn.set_trace_callback(lambda sql: commits.append(1) if sql == "COMMIT" else None)
        return database

    writer = Writer(opened)
    commits.clear()
    begun, go = threading.Event(), threading.Event()
    blocker = threading.Thread(target=writer.call, args=(lambda db: (begun.set(), go.wait(20)),))
    blocker.start()
    assert begun.wait(20)
    failed: list[BaseException] = []

    def call(number: int) -> None:
        def work(db: Database) -> None:
            put(db, f"{number}")
            if number == 3:
                raise KeyError("mine")

        try:
            writer.call(work)
        except KeyError as error:
            failed.append(error)

    threads = [threading.Thread(target=call, args=(n,)) for n in range(10)]
    for thread in threads:
        thread.start()
    until(lambda: writer._tasks.qsize() == 10, 20)
    go.set()
    for thread in [*threads, blocker]:
        thread.join(20)
    writer.close()
    assert sorted(names(path)) == sorted(str(n) for n in range(10) if n != 3)
    assert len(failed) == 1
    assert len(commits) == 2


def test_a_statement_that_fails_in_company_fails_alone(writer: Writer, path: Path) -> None:
    begun, go = threading.Event(), threading.Event()
    threads = [threading.Thread(target=writer.call, args=(lambda db: (begun.set(), go.wait(20)),))]
    threads[0].start()
    assert begun.wait(20)
    errors: list[str] = []

    def wrong() -> None:
        with pytest.raises(StoreError, match="no such table") as caught:
            writer.call(lambda db: db.execute("INSERT INTO missing VALUES (1)"))
        errors.append(caught.value.message)

    threads += [threading.Thread(target=writer.call, args=(lambda db: put(db, "a"),)), threading.Thread(target=wrong)]
    for thread in threads[1:]:
        thread.start()
    until(lambda: writer._tasks.qsize() == 2, 20)
    go.set()
    for thread in threads:
        thread.join(20)
    assert names(path) == ["a"]
    assert len(errors) == 1
    assert not writer.trouble


def test_damage_is_told_of(path: Path) -> None:
    told: list[int] = []
    writer = Writer(lambda: open_for_writing(path), lambda: told.append(1))
    writer.call(lambda db: db.execute("INSERT INTO settings SELECT hex(randomblob(9)), hex(randomblob(900))"
                                      " FROM pragma_table_list, pragma_table_list"))  # fmt: skip
    writer.close()
    with closing(sqlite3.connect(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'settings'").fetchone()[0]
    raw = bytearray(path.read_bytes())
    raw[(root - 1) * 4096 : root * 4096] = b"\xa5" * 4096
    path.write_bytes(raw)
    writer = Writer(lambda: open_for_writing(path), lambda: told.append(1))
    with pytest.raises(DamagedError, match="malformed"):
        writer.call(lambda db: put(db, "b"))
    writer.close()
    assert told == [1]
    assert writer.is_damaged


def test_what_is_posted_is_written_in_its_turn_and_nobody_waits(writer: Writer, path: Path) -> None:
    held, failures = threading.Event(), []
    writer.post(lambda db: (held.wait(30), put(db, "first")), failures.append)
    writer.post(lambda db: put(db, "second"), failures.append)
    assert names(path) == []
    held.set()
    writer.call(lambda db: put(db, "third"))
    assert names(path) == ["first", "second", "third"]
    assert failures == []


def test_why_something_posted_was_not_written_is_told(path: Path) -> None:
    failures: list[BaseException] = []
    writer = Writer(lambda: open_for_writing(path))
    writer.post(lambda db: put(db, "one"), failures.append)
    writer.post(lambda db: put(db, "one"), failures.append)
    writer.post(lambda _: 1 / 0, failures.append)
    writer.post(lambda db: put(db, "two"), failures.append)
    writer.close()
    writer.post(lambda db: put(db, "three"), failures.append)
    assert names(path) == ["one", "two"]
    assert [type(error).__name__ for error in failures] == ["IntegrityError", "ZeroDivisionError", "StoreError"]
