"""Readers that are kept: one consistent state each, one thread at a time, and the file that is there now."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci.errors import DamagedError, StoreError
from fullautoci.store.database import open_for_writing
from fullautoci.store.readers import KEPT, Readers
from tests.unit.store.parts import rows


@pytest.fixture
def readers(db: Database, tmp_path: Path) -> Iterator[Readers]:
    made = Readers(tmp_path / "test.db")
    yield made
    made.close()


def value(connection: sqlite3.Connection) -> str | None:
    row = connection.execute("SELECT value FROM settings WHERE name = 'a'").fetchone()
    return row["value"] if row else None


def test_each_reading_sees_one_state_and_the_next_the_newest(db: Database, readers: Readers) -> None:
    with readers.reading() as connection:
        assert value(connection) is None
        db.execute("INSERT INTO settings VALUES ('a', 'b')")
        assert value(connection) is None
    with readers.reading() as again:
        assert again is connection
        assert value(again) == "b"


def test_what_is_not_read_to_its_end_holds_nothing_up(db: Database, readers: Readers) -> None:
    db.execute("INSERT INTO settings VALUES ('a', 'b'), ('c', 'd')")
    with readers.reading() as connection:
        cursor = connection.execute("SELECT name FROM settings")
        assert cursor.fetchone()[0] == "a"
    db.execute("UPDATE settings SET value = 'z'")
    assert rows(db, "PRAGMA wal_checkpoint(TRUNCATE)") == [(0, 0, 0)]
    with readers.reading() as again:
        assert value(again) == "z"


def test_nothing_can_be_written(readers: Readers) -> None:
    with pytest.raises(StoreError, match="readonly"), readers.reading() as connection:
        connection.execute("INSERT INTO settings VALUES ('c', 'd')")
    with readers.reading() as connection:
        assert value(connection) is None


def test_an_error_of_the_caller_is_the_callers(readers: Readers) -> None:
    with pytest.raises(ZeroDivisionError), readers.reading():
        _ = 1 / 0
    with readers.reading() as connection:
        assert value(connection) is None


def test_those_who_read_at_once_have_a_connection_each(db: Database, readers: Readers) -> None:
    db.execute("INSERT INTO settings VALUES ('a', '0')")
    together, wrong = threading.Barrier(3 * KEPT), []

    def read() -> None:
        together.wait(30)
        for _ in range(20):
            with readers.reading() as connection:
                first = value(connection)
                if value(connection) != first:
                    wrong.append(first)

    threads = [threading.Thread(target=read) for _ in range(3 * KEPT)]
    for thread in threads:
        thread.start()
    for number in range(50):
        db.execute("UPDATE settings SET value = ?", [str(number)])
    for thread in threads:
        thread.join(30)
    assert not wrong
    assert 1 <= len(readers._idle) <= KEPT


def test_a_file_in_the_place_of_the_other_is_read(db: Database, readers: Readers, tmp_path: Path) -> None:
    with readers.reading() as connection:
        assert value(connection) is None
    db.close()
    for file in tmp_path.glob("test.db*"):
        file.rename(tmp_path / f"aside-{file.name}")
    with pytest.raises(StoreError, match="nothing is watched yet"), readers.reading():
        pass
    other = open_for_writing(tmp_path / "test.db")
    other.execute("INSERT INTO settings VALUES ('a', 'other')")
    with readers.reading() as connection:
        assert value(connection) == "other"
    other.close()


def test_damage_is_told_and_not_kept(db: Database, readers: Readers, tmp_path: Path) -> None:
    with readers.reading() as connection:
        assert value(connection) is None
    readers.close()
    db.close()
    raw = (tmp_path / "test.db").read_bytes()
    (tmp_path / "test.db").write_bytes(raw[:100] + b"\xab" * 8000 + raw[8100:])
    damaged = Readers(tmp_path / "test.db")
    with pytest.raises(DamagedError), damaged.reading() as connection:
        value(connection)
    assert damaged._idle == []
    damaged.close()


def test_what_is_lent_when_it_ends_is_closed_afterwards(readers: Readers) -> None:
    with readers.reading() as connection:
        readers.close()
        assert value(connection) is None
    with pytest.raises(sqlite3.ProgrammingError):
        connection.execute("SELECT 1")


def test_the_state_is_another_after_each_change_and_only_then(db: Database, readers: Readers, tmp_path: Path) -> None:
    states = [readers.state()]
    with readers.reading() as connection:
        assert value(connection) is None
        assert readers.state() == states[0]
        db.execute("INSERT INTO settings VALUES ('a', 'b')")
        states.append(readers.state())
        assert value(connection) is None
    assert readers.state() == states[1]
    db.execute("UPDATE settings SET value = 'c'")
    states.append(readers.state())
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("UPDATE settings SET value = 'd'")
    states.append(readers.state())
    db.close()
    for file in tmp_path.glob("test.db*"):
        file.rename(tmp_path / f"aside-{file.name}")
    other = open_for_writing(tmp_path / "test.db")
    states.append(readers.state())
    other.close()
    assert len(set(states)) == len(states) == 5
