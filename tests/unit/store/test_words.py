"""What is counted and worded as it is written: the same after a migration, a backup, and the end of a repository."""

from contextlib import closing
from pathlib import Path

from sqlite_utils import Database

from fullautoci.store import backup
from fullautoci.store.database import check, open_for_writing, reading
from fullautoci.store.listings import search
from fullautoci.store.migrations import migrations
from tests.unit.store.listings.conftest import MINE, THEIRS, add, fill
from tests.unit.store.parts import rows

KEPT = {
    "tallies": "SELECT * FROM tallies ORDER BY job_id",
    "histories": "SELECT * FROM test_histories ORDER BY repository_id, name, tool",
    "texts": "SELECT repository_id, tool, rule, message, first_job, last_job, path FROM finding_texts"
    " ORDER BY repository_id, rule, message",
    "words": "SELECT rowid, repository, branch, author, message FROM run_words ORDER BY rowid",
    "test names": "SELECT repository_id, name FROM test_names ORDER BY repository_id, name",
    "test words": "SELECT repository, name FROM test_words ORDER BY repository, name",
    "finding words": "SELECT repository, rule, message FROM finding_words ORDER BY repository, rule, message",
}


def kept(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with reading(path) as connection:
        return {name: [tuple(row) for row in connection.execute(query)] for name, query in KEPT.items()}


def found(path: Path, text: str) -> list[str]:
    with reading(path) as connection:
        return [item["kind"] for item in search.page(connection, text, None).items]


def test_what_was_there_before_is_counted_as_what_comes_after(db: Database, tmp_path: Path) -> None:
    fill(db)
    add(db, MINE, 6)
    as_written = kept(tmp_path / "test.db")
    assert all(as_written.values())
    # As it was before: without what these steps made, and without their being noted.
    names = rows(
        db,
        "SELECT type, name FROM sqlite_master WHERE name IN ('tallies', 'test_histories', 'run_words', 'finding_texts',"
        " 'finding_words', 'tests_counted', 'findings_counted', 'runs_worded', 'runs_unworded', 'test_words',"
        " 'test_names', 'tests_by_name')"
        " ORDER BY type DESC",
    )
    for kind, name in names:
        db.execute(f"DROP {kind} {name}")
    db.execute("DELETE FROM _sqlite_migrations WHERE name IN ('m018_tallies', 'm019_words', 'm020_test_names')")
    db.close()
    with closing(open_for_writing(tmp_path / "test.db")) as migrated:
        assert not migrations.pending(migrated)
        check(migrated, thorough=True)
    assert kept(tmp_path / "test.db") == as_written


def test_a_backup_finds_the_same(db: Database, tmp_path: Path) -> None:
    fill(db)
    copy = backup.make(db.conn, tmp_path / "backups", "test")
    assert backup.damage(copy) == ""
    copy.rename(tmp_path / "copy.db")
    with closing(open_for_writing(tmp_path / "copy.db")) as other:
        check(other, thorough=True)
        add(other, MINE, 77)
    assert kept(tmp_path / "test.db").keys() == KEPT.keys()
    assert found(tmp_path / "copy.db", "wombat3") == found(tmp_path / "test.db", "wombat3") == ["commit"]
    assert (found(tmp_path / "copy.db", "wombat77"), found(tmp_path / "test.db", "wombat77")) == (["commit"], [])
    assert found(tmp_path / "copy.db", "unused") == ["finding", "finding"]


def test_what_a_repository_had_goes_with_it(db: Database, tmp_path: Path) -> None:
    fill(db)
    before = kept(tmp_path / "test.db")
    db.execute("DELETE FROM repositories WHERE id = ?", [THEIRS])
    after = kept(tmp_path / "test.db")
    theirs = {
        "words": f"r{THEIRS}", "finding words": f"r{THEIRS}", "histories": THEIRS, "texts": THEIRS,
        "test names": THEIRS, "test words": f"r{THEIRS}",
    }  # fmt: skip
    for name, mark in theirs.items():
        assert [row for row in before[name] if mark not in row[:2]] == after[name]
    assert 0 < len(after["tallies"]) < len(before["tallies"])
    db.execute("INSERT INTO run_words (run_words) VALUES ('integrity-check')")
    db.execute("INSERT INTO finding_words (finding_words) VALUES ('integrity-check')")
    db.execute("INSERT INTO test_words (test_words) VALUES ('integrity-check')")
    check(db, thorough=True)


def test_words_are_undone_with_what_they_are_of(db: Database, tmp_path: Path) -> None:
    fill(db)
    db.conn.execute("BEGIN IMMEDIATE")
    run = add(db, MINE, 50, done=False)
    assert rows(db, "SELECT 1 FROM run_words WHERE rowid = ?", run)
    db.conn.execute("ROLLBACK")
    assert found(tmp_path / "test.db", "wombat50") == []
