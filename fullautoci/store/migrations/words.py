"""Tests by their names: one of a job's, and what names of a repository's are made of."""

from sqlite_utils import Database

from fullautoci.store.migrations.steps import migrations

_WORDS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '3'"


@migrations()
def m020_test_names(db: Database) -> None:
    """How one test went over time is looked for in each job; by words, each name is looked for once."""
    db.execute("CREATE INDEX tests_by_name ON tests (job_id, name)")
    db.execute("""
        CREATE TABLE test_names (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            UNIQUE (repository_id, name)
        ) STRICT""")
    db.execute(f"CREATE VIRTUAL TABLE test_words USING fts5(repository, name, {_WORDS})")
    db.execute("""
        CREATE TRIGGER test_names_worded AFTER INSERT ON test_names BEGIN
            INSERT INTO test_words (rowid, repository, name) VALUES (NEW.id, 'r' || NEW.repository_id, NEW.name);
        END""")
    db.execute("""
        CREATE TRIGGER test_names_unworded AFTER DELETE ON test_names BEGIN
            DELETE FROM test_words WHERE rowid = OLD.id;
        END""")
    db.execute("INSERT INTO test_names (repository_id, name) SELECT DISTINCT repository_id, name FROM test_histories")
    # Only what is new comes here: of a test that is known its row is changed.
    db.execute("""
        CREATE TRIGGER test_histories_named AFTER INSERT ON test_histories BEGIN
            INSERT INTO test_names (repository_id, name) SELECT NEW.repository_id, NEW.name
            WHERE NOT EXISTS (SELECT 1 FROM test_names WHERE repository_id = NEW.repository_id AND name = NEW.name);
        END""")
