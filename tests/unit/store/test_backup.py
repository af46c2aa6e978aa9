"""Backups: whole, checked, numbered; and what is made of damage."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci.errors import DamagedError, StoreError
from fullautoci.store import backup, recovery
from fullautoci.store.database import open_for_writing, reading


def value(path: Path) -> str:
    with reading(path) as connection:
        return str(connection.execute("SELECT value FROM settings WHERE name = 'x'").fetchone()[0])


def put(db: Database, text: str) -> None:
    db.execute("INSERT OR REPLACE INTO settings VALUES ('x', ?)", [text])


def test_a_backup_holds_what_was_committed_and_is_private(db: Database, tmp_path: Path) -> None:
    put(db, "committed")
    made = backup.make(db.conn, tmp_path / "b", "daily")
    assert value(made) == "committed"
    assert backup.damage(made) == ""
    assert made.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in (tmp_path / "b").iterdir()] == [made.name]


def test_the_newest_stays_the_newest_whatever_the_clock_says_and_old_ones_go(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, year in enumerate([2026, 2036, 2025, 2024, 2023, 2022, 2021]):
        monkeypatch.setattr(backup, "timestamp", lambda year=year: f"{year}-01-01T00:00:00.000Z")
        put(db, str(number))
        backup.make(db.conn, tmp_path / "b", "daily")
    kept = [value(path) for path in backup.newest_first(tmp_path / "b")]
    assert kept == ["6", "5", "4", "3", "2"]


def test_a_backup_that_cannot_be_made_leaves_nothing(db: Database, tmp_path: Path) -> None:
    (tmp_path / "b").write_text("a file is in the way")
    with pytest.raises(StoreError, match="cannot be backed up"):
        backup.make(db.conn, tmp_path / "b", "daily")


@pytest.mark.parametrize("how", ["truncated", "flipped", "empty", "garbage"])
def test_damage_is_found_in_a_file(db: Database, tmp_path: Path, how: str) -> None:
    db.execute(
        "INSERT INTO settings SELECT hex(randomblob(9)), hex(randomblob(900)) FROM pragma_table_list, pragma_table_list"
    )
    made = backup.make(db.conn, tmp_path / "b", "daily")
    raw = bytearray(made.read_bytes())
    raw[len(raw) // 2 : len(raw) // 2 + 9000] = b"\xa5" * 9000
    content = {"truncated": bytes(raw[:9000]), "flipped": bytes(raw), "empty": b"", "garbage": b"garbage" * 999}
    made.write_bytes(content[how])
    assert backup.damage(made)


def test_the_newest_good_backup_takes_a_damaged_databases_place(tmp_path: Path) -> None:
    path, backups = tmp_path / "db", tmp_path / "backups"
    with closing(open_for_writing(path)) as db:
        put(db, "good")
        good = backup.make(db.conn, backups, "daily")
        put(db, "newer")
        backup.make(db.conn, backups, "daily").write_bytes(b"SQLite format 3\0 and nothing of it")
    path.write_bytes(b"no database at all" * 100)
    with pytest.raises(DamagedError):
        open_for_writing(path)
    path.with_name("db-wal").write_bytes(b"of another")  # with which the backup must not be read
    done = recovery.recover(path, backups, tmp_path / "damaged")
    assert done.taken == good
    assert (done.aside / "db").read_bytes() == b"no database at all" * 100
    assert (done.aside / "db-wal").exists()
    with closing(open_for_writing(path)):
        assert value(path) == "good"
    assert path.stat().st_mode & 0o777 == 0o600


def test_without_a_good_backup_there_is_a_new_database_and_nothing_is_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "db"
    path.write_bytes(b"x" * 5000)
    done = [recovery.recover(path, tmp_path / "none", tmp_path / "damaged") for _ in range(2)]
    assert [one.taken for one in done] == [None, None]
    assert (done[0].aside / "db").read_bytes() == b"x" * 5000
    assert not path.exists()


def test_a_schema_is_changed_after_a_backup_and_wholly_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(open_for_writing(path)) as db:
        put(db, "before")
        db.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m007_settings', 'm008_bringing')")
        db.execute("DROP TABLE bringing")  # so that m007 fails, whose table is there, and m008 would not
    with pytest.raises(StoreError, match="already exists"):
        open_for_writing(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'bringing'").fetchone() == (0,)
        connection.execute("ALTER TABLE settings RENAME TO mine")
        connection.commit()
    with closing(open_for_writing(path)) as db:
        assert "bringing" in db.table_names()
    newest = next(iter(backup.newest_first(tmp_path / "backups")))
    assert newest.name.endswith("-before-m007_settings.db")
    with closing(sqlite3.connect(newest)) as connection:
        assert connection.execute("SELECT value FROM mine").fetchone() == ("before",)


def test_no_room_for_the_backup_no_migration(tmp_path: Path) -> None:
    path = tmp_path / "db"
    with closing(open_for_writing(path)) as db:
        db.execute("DELETE FROM _sqlite_migrations WHERE name = 'm008_bringing'")
        db.execute("DROP TABLE bringing")
    (tmp_path / "backups").write_text("in the way")
    with pytest.raises(StoreError, match="cannot be backed up"):
        open_for_writing(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'bringing'").fetchone() == (0,)


def test_a_copy_that_cannot_be_read_says_nothing_against_the_database(db: Database, tmp_path: Path) -> None:
    """The folder takes the copy and then gives nothing back: a program beside us that may not open one more file."""
    script = f"""
import resource, sqlite3
from pathlib import Path
from fullautoci.errors import DamagedError, StoreError
from fullautoci.store import backup
copied = []
class Database(sqlite3.Connection):
    def backup(self, copy):
        super().backup(copy)
        resource.setrlimit(resource.RLIMIT_NOFILE, (3, 4096))
database = sqlite3.connect({str(tmp_path / "test.db")!r}, factory=Database)
try:
    backup.make(database, Path({str(tmp_path / "backups")!r}), "daily")
except StoreError as error:
    print(type(error).__name__)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.strip() == "StoreError", done


def test_a_backup_that_cannot_be_read_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        backup.damage(tmp_path / "missing.db")
