"""Opening the database: its pragmas, its schema, and what is refused."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci.errors import StoreError
from fullautoci.store.database import check, open_for_writing, readable, reading
from fullautoci.store.migrations import migrations

INCREMENTAL, FULL = 2, 2


def pragma(database: Database, name: str) -> object:
    return database.execute(f"PRAGMA {name}").fetchone()[0]


@pytest.mark.parametrize("file", ["missing", "empty"])
def test_a_new_database_is_private_and_durable(tmp_path: Path, file: str) -> None:
    path = tmp_path / "a %?#.db"
    if file == "empty":  # such as a crash leaves between making the file and its first page
        path.touch(0o600)
    with closing(open_for_writing(path)) as database:
        assert pragma(database, "auto_vacuum") == INCREMENTAL
        assert pragma(database, "foreign_keys") == 1
        assert pragma(database, "journal_mode") == "wal"
        assert pragma(database, "synchronous") == FULL
        assert pragma(database, "integrity_check") == "ok"
        assert {"repositories", "runs", "jobs", "attempts", "metrics", "settings"} <= set(database.table_names())
    assert path.stat().st_mode & 0o777 == 0o600


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    def schema() -> list[object]:
        with closing(open_for_writing(tmp_path / "db")) as database:
            rows = database.execute("SELECT sql FROM sqlite_master UNION ALL SELECT name FROM _sqlite_migrations")
            return [row[0] for row in rows.fetchall()]

    assert schema() == schema()


def test_no_reference_leads_nowhere_and_a_repository_takes_its_own_along(db: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("INSERT INTO refs VALUES (99, 'refs/heads/main', 'x')")
    db.execute("INSERT INTO repositories (id, name, path, kind, created_at) VALUES (1, 'r', '/r', 'bare', '')")
    db.execute("INSERT INTO refs VALUES (1, 'refs/heads/main', 'x')")
    db.execute("DELETE FROM repositories")
    assert db.execute("SELECT count(*) FROM refs").fetchone()[0] == 0


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(open_for_writing(path)) as database:
        database.execute("INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, ?, '')",
                         ["fullautoci", "m999_from_the_future"])  # fmt: skip
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"newer version .* m999_from_the_future"):
        open_for_writing(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"garbage " * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_what_is_no_database_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "db"
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be opened"):
        open_for_writing(path)
    assert path.read_bytes() == content
    with pytest.raises(StoreError, match="cannot be read"), reading(path) as connection:
        connection.execute("SELECT * FROM runs").fetchall()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        open_for_writing(tmp_path)


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(open_for_writing(path)) as database:
        check(database)
        database.execute("CREATE TABLE big (x TEXT)")
        database.execute("INSERT INTO big SELECT hex(randomblob(900)) FROM pragma_table_list, pragma_table_list")
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 20_000] = b"\xab" * 20_000
    path.write_bytes(raw)
    with closing(open_for_writing(path)) as database, pytest.raises(StoreError, match="damaged"):
        check(database)


def test_a_failing_migration_leaves_the_schema_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("CREATE TABLE settings (mine TEXT)")
    with pytest.raises(StoreError, match="already exists"):
        open_for_writing(path)
    with closing(Database(str(path))) as database:
        applied = [one.name for one in migrations.applied(database)]
        assert "m007_settings" not in applied
        assert ("runs" in database.table_names()) is ("m003_runs" in applied)


def test_readers_write_nothing_and_see_one_state(db: Database, tmp_path: Path) -> None:
    with reading(tmp_path / "test.db") as connection:
        before = connection.execute("SELECT count(*) FROM settings").fetchone()[0]
        db.execute("INSERT INTO settings VALUES ('a', 'b')")
        assert connection.execute("SELECT count(*) FROM settings").fetchone()[0] == before
    with pytest.raises(StoreError, match="readonly"), reading(tmp_path / "test.db") as connection:
        connection.execute("INSERT INTO settings VALUES ('c', 'd')")


def test_without_a_database_readers_say_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="nothing is watched yet"), reading(tmp_path / "missing"):
        pass
    assert not (tmp_path / "missing").exists()


def test_what_keeps_it_readable_keeps_the_index_that_readers_need(tmp_path: Path) -> None:
    path = tmp_path / "db"
    index = path.with_name("db-shm")
    database = open_for_writing(path)
    with readable(path):
        database.execute("INSERT INTO settings VALUES ('a', 'b')")
        database.close()  # as after an error of the disk
        assert index.exists()
        with closing(open_for_writing(path)) as again, reading(path) as connection:
            again.execute("UPDATE settings SET value = 'c'")
            assert again.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0, "it holds nothing up"
            assert connection.execute("SELECT value FROM settings").fetchone()[0] == "c"
    with closing(open_for_writing(path)):
        pass
    assert not index.exists()
