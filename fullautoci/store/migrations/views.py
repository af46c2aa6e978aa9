"""What makes reading cheap: orders that listings have, counts that are kept, and words that are looked for."""

from sqlite_utils import Database

from fullautoci.store.migrations.steps import migrations

_WORDS = "tokenize = 'unicode61 remove_diacritics 2', prefix = '3'"


@migrations()
def m017_orders(db: Database) -> None:
    """The orders in which a repository's runs, jobs and events are listed; each ends with the row's number."""
    db.execute("CREATE INDEX runs_in_order ON runs (repository_id, id)")
    db.execute("CREATE INDEX runs_by_outcome ON runs (repository_id, outcome)")
    db.execute("CREATE INDEX runs_of_outcome ON runs (outcome, id)")  # of all repositories, in one order
    db.execute("CREATE INDEX runs_by_time ON runs (repository_id, queued_at)")
    db.execute("CREATE INDEX jobs_in_order ON jobs (repository_id, id)")
    db.execute("CREATE INDEX jobs_by_outcome ON jobs (repository_id, outcome)")
    db.execute("CREATE INDEX jobs_of_outcome ON jobs (outcome, id)")
    db.execute("CREATE INDEX jobs_by_time ON jobs (repository_id, queued_at)")
    db.execute("CREATE INDEX standings_flagged ON standings (series_id, sha) WHERE flags <> '[]'")
    db.execute("DROP INDEX events_by_repository")
    db.execute("CREATE INDEX events_in_order ON events (repository_id, accepted_at, id)")
    db.execute("CREATE INDEX events_by_time ON events (accepted_at, id)")
    db.execute("DROP INDEX findings_by_job")
    db.execute("CREATE INDEX findings_in_order ON findings (job_id, path, line, column)")
    # Of one repository there are many rows, which SQLite cannot know; whatever tells them apart better is to be taken
    # first (https://www.sqlite.org/fileformat2.html#stat1tab). The figures are a large database's: rows, then rows for
    # each value of the first column, and of the first two.
    db.execute("ANALYZE settings")
    db.conn.executemany(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
        [
            ["runs", "runs_in_order", "500000 20000 1"],
            ["runs", "runs_by_outcome", "500000 20000 5000"],
            ["runs", "runs_of_outcome", "500000 100000 1"],
            ["runs", "runs_by_time", "500000 20000 1"],
            ["runs", "runs_by_branch", "500000 20000 500 1"],
            ["runs", "sqlite_autoindex_runs_1", "500000 20000 2 1"],  # by commit
            ["jobs", "jobs_in_order", "1000000 40000 1"],
            ["jobs", "jobs_by_outcome", "1000000 40000 10000"],
            ["jobs", "jobs_of_outcome", "1000000 200000 1"],
            ["jobs", "jobs_by_time", "1000000 40000 4"],
            ["jobs", "jobs_by_tool", "1000000 40000 10000 1"],
            ["jobs", "sqlite_autoindex_jobs_1", "1000000 40000 4 4 3 1 1 1 1"],  # by commit
        ],
    )


@migrations()
def m018_tallies(db: Database) -> None:
    """How many findings and tests a job has, counted as they are written; and how each test went over time."""
    db.execute("""
        CREATE TABLE tallies (
            job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            findings INTEGER NOT NULL DEFAULT 0,
            tests INTEGER NOT NULL DEFAULT 0,
            failed INTEGER NOT NULL DEFAULT 0,
            skipped INTEGER NOT NULL DEFAULT 0
        ) STRICT""")
    db.execute("""
        CREATE TABLE test_histories (        -- of checks; a result that was reused is not counted again
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            tool TEXT NOT NULL,
            project TEXT NOT NULL,
            variant TEXT NOT NULL,
            times INTEGER NOT NULL,
            failed INTEGER NOT NULL,         -- and errored
            skipped INTEGER NOT NULL,
            last_job INTEGER NOT NULL,
            last_outcome TEXT NOT NULL,
            last_duration_s REAL NOT NULL,
            last_failed_job INTEGER,
            PRIMARY KEY (repository_id, name, tool, project, variant)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE INDEX test_histories_failing ON test_histories (repository_id, failed, name, tool, project, variant)
        WHERE failed > 0""")
    db.execute("""
        INSERT INTO tallies (job_id, findings, tests, failed, skipped)
        SELECT job_id, sum(findings), sum(tests), sum(failed), sum(skipped) FROM (
            SELECT job_id, count(*) AS findings, 0 AS tests, 0 AS failed, 0 AS skipped FROM findings GROUP BY job_id
            UNION ALL SELECT job_id, 0, count(*), sum(outcome IN ('failed', 'errored')), sum(outcome = 'skipped')
            FROM tests GROUP BY job_id) GROUP BY job_id""")
    # What belongs to the newest job is brought along behind its number, by which they are compared.
    db.execute("""
        INSERT INTO test_histories
        SELECT j.repository_id, t.name, j.tool, j.project, j.variant, count(*), sum(t.outcome IN ('failed', 'errored')),
            sum(t.outcome = 'skipped'), max(t.job_id), substr(max(printf('%020d', t.job_id) || t.outcome), 21),
            CAST(substr(max(printf('%020d', t.job_id) || t.duration_s), 21) AS REAL),
            max(CASE WHEN t.outcome IN ('failed', 'errored') THEN t.job_id END)
        FROM tests t JOIN jobs j ON j.id = t.job_id AND j.purpose = 'check'
        GROUP BY j.repository_id, t.name, j.tool, j.project, j.variant""")
    db.execute("""
        CREATE TRIGGER tests_counted AFTER INSERT ON tests BEGIN
            INSERT INTO tallies (job_id, tests, failed, skipped)
            VALUES (NEW.job_id, 1, NEW.outcome IN ('failed', 'errored'), NEW.outcome = 'skipped')
            ON CONFLICT (job_id) DO UPDATE SET tests = tests + 1, failed = failed + excluded.failed,
                skipped = skipped + excluded.skipped;
            INSERT INTO test_histories
            SELECT j.repository_id, NEW.name, j.tool, j.project, j.variant, 1, NEW.outcome IN ('failed', 'errored'),
                NEW.outcome = 'skipped', NEW.job_id, NEW.outcome, NEW.duration_s,
                CASE WHEN NEW.outcome IN ('failed', 'errored') THEN NEW.job_id END
            FROM jobs j WHERE j.id = NEW.job_id AND j.purpose = 'check'
            ON CONFLICT DO UPDATE SET times = times + 1, failed = failed + excluded.failed,
                skipped = skipped + excluded.skipped, last_job = excluded.last_job,
                last_outcome = excluded.last_outcome, last_duration_s = excluded.last_duration_s,
                last_failed_job = coalesce(excluded.last_failed_job, last_failed_job);
        END""")


@migrations()
def m019_words(db: Database) -> None:
    """What is looked for by its words: commits with their branches, by run; and what findings say, each once."""
    db.execute(f"CREATE VIRTUAL TABLE run_words USING fts5(repository, branch, author, message, {_WORDS})")
    of_run = (
        "INSERT INTO run_words (rowid, repository, branch, author, message)"
        " SELECT r.id, 'r' || r.repository_id, r.branch, c.author, c.message FROM {runs}"
        " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
    )
    db.execute(of_run.format(runs="runs r"))
    db.execute(f"""
        CREATE TRIGGER runs_worded AFTER INSERT ON runs BEGIN
            {of_run.format(runs="(SELECT NEW.id, NEW.repository_id, NEW.branch, NEW.sha) r")};
        END""")
    db.execute("""
        CREATE TRIGGER runs_unworded AFTER DELETE ON runs BEGIN
            DELETE FROM run_words WHERE rowid = OLD.id;
        END""")
    db.execute("""
        CREATE TABLE finding_texts (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            tool TEXT NOT NULL,
            rule TEXT NOT NULL,
            message TEXT NOT NULL,
            first_job INTEGER,
            last_job INTEGER,
            path TEXT NOT NULL,              -- where it was seen last
            UNIQUE (repository_id, tool, rule, message)
        ) STRICT""")
    db.execute(f"CREATE VIRTUAL TABLE finding_words USING fts5(repository, rule, message, {_WORDS})")
    db.execute("""
        CREATE TRIGGER finding_texts_worded AFTER INSERT ON finding_texts BEGIN
            INSERT INTO finding_words (rowid, repository, rule, message)
            VALUES (NEW.id, 'r' || NEW.repository_id, NEW.rule, NEW.message);
        END""")
    db.execute("""
        CREATE TRIGGER finding_texts_unworded AFTER DELETE ON finding_texts BEGIN
            DELETE FROM finding_words WHERE rowid = OLD.id;
        END""")
    db.execute("""
        INSERT INTO finding_texts (repository_id, tool, rule, message, first_job, last_job, path)
        SELECT j.repository_id, j.tool, f.rule, f.message, min(f.job_id), max(f.job_id),
            substr(max(printf('%020d', f.job_id) || f.path), 21)
        FROM findings f JOIN jobs j ON j.id = f.job_id AND j.purpose = 'check'
        GROUP BY j.repository_id, j.tool, f.rule, f.message""")
    db.execute("""
        CREATE TRIGGER findings_counted AFTER INSERT ON findings BEGIN
            INSERT INTO tallies (job_id, findings) VALUES (NEW.job_id, 1)
            ON CONFLICT (job_id) DO UPDATE SET findings = findings + 1;
            INSERT INTO finding_texts (repository_id, tool, rule, message, first_job, last_job, path)
            SELECT j.repository_id, j.tool, NEW.rule, NEW.message, NEW.job_id, NEW.job_id, NEW.path
            FROM jobs j WHERE j.id = NEW.job_id AND j.purpose = 'check'
            ON CONFLICT DO UPDATE SET last_job = excluded.last_job, path = excluded.path;
        END""")
