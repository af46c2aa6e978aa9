"""Ratchets, sameness, findings over time, and what is configured in the database."""

from sqlite_utils import Database

from fullautoci.store.migrations.steps import migrations


@migrations()
def m009_lineage(db: Database) -> None:
    """Which commit descends from which: parents, and beyond parents that have no run the nearest that have one."""
    db.execute("""
        CREATE TABLE lineage (
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            slot INTEGER NOT NULL,           -- which parent, from 0
            ancestor TEXT NOT NULL,
            gap INTEGER NOT NULL DEFAULT 0,  -- 1: not the parent itself, but what is known beyond it
            PRIMARY KEY (repository_id, sha, slot, ancestor)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX lineage_down ON lineage (repository_id, ancestor, sha)")
    db.execute("""
        INSERT INTO lineage (repository_id, sha, slot, ancestor)
        SELECT repository_id, sha, parent.key, parent.value FROM commits, json_each(commits.parents) AS parent""")


@migrations()
def m010_ratchets(db: Database) -> None:
    """What is held, what each commit hands on to its children, and what people did about it."""
    db.execute("ALTER TABLE runs ADD COLUMN policy TEXT NOT NULL DEFAULT ''")  # JSON: which rules hold for which tool
    db.execute("ALTER TABLE jobs ADD COLUMN configuration TEXT NOT NULL DEFAULT ''")  # digest of the tool's own
    db.execute("ALTER TABLE jobs ADD COLUMN own_outcome TEXT")  # without verdicts; null while the job is not over
    db.execute("ALTER TABLE jobs ADD COLUMN own_reason TEXT NOT NULL DEFAULT ''")
    db.execute("UPDATE jobs SET own_outcome = outcome, own_reason = reason")
    db.execute("""
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            tool TEXT NOT NULL,
            project TEXT NOT NULL,
            variant TEXT NOT NULL,
            metric TEXT NOT NULL,
            per TEXT NOT NULL DEFAULT '',    -- 'file': each file is held
            UNIQUE (repository_id, tool, project, variant, metric, per)
        ) STRICT""")
    db.execute("""
        CREATE TABLE standings (
            series_id INTEGER NOT NULL REFERENCES series (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            standing TEXT NOT NULL,          -- JSON: what it hands on
            job_id INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            verdict TEXT,                    -- null: nothing was judged, it only hands on
            value REAL,
            floor REAL,
            target REAL,
            flags TEXT NOT NULL DEFAULT '[]',
            blame TEXT NOT NULL DEFAULT '',
            reason TEXT NOT NULL DEFAULT '',
            failing INTEGER NOT NULL DEFAULT 0,
            detail TEXT NOT NULL DEFAULT '{}',
            PRIMARY KEY (series_id, sha)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX standings_by_job ON standings (job_id)")
    db.execute("""
        CREATE TABLE parts (
            digest TEXT PRIMARY KEY,
            content TEXT NOT NULL            -- JSON: a number for each file
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE acts (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('waive', 'reset', 'raise')),
            tool TEXT NOT NULL,
            project TEXT,                    -- null: every one
            variant TEXT,
            metric TEXT NOT NULL,
            sha TEXT NOT NULL,
            value REAL,
            until TEXT,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            source TEXT NOT NULL,            -- 'cli', 'api', 'trailer'
            at TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX acts_by_commit ON acts (repository_id, sha)")
    db.execute("""
        CREATE TABLE settled (               -- commits whose standings were derived, be there any or not
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            PRIMARY KEY (repository_id, sha)
        ) STRICT, WITHOUT ROWID""")
    db.execute("""
        CREATE TABLE unsettled (             -- commits whose standings are to be derived anew
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            PRIMARY KEY (repository_id, sha)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m011_findings_over_time(db: Database) -> None:
    """By what a finding is known again, and how many are new."""
    db.execute("ALTER TABLE findings ADD COLUMN anchor TEXT NOT NULL DEFAULT ''")  # digest of its line's text
    db.execute("""
        CREATE TABLE deltas (
            job_id INTEGER PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE,
            against INTEGER REFERENCES jobs (id) ON DELETE SET NULL,  -- the parent's job; null: there is none
            new INTEGER NOT NULL,
            fixed INTEGER NOT NULL
        ) STRICT""")


@migrations()
def m012_sameness(db: Database) -> None:
    """Runs that measure anew, and what differed though nothing was different."""
    db.execute("ALTER TABLE runs ADD COLUMN fresh INTEGER NOT NULL DEFAULT 0")
    # Of what has been measured there is little for each identity, however often it was reused.
    db.execute("CREATE INDEX jobs_measured ON jobs (identity) WHERE identity <> '' AND reused_from IS NULL")
    db.execute("""
        CREATE TABLE flaky (
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            tool TEXT NOT NULL,
            project TEXT NOT NULL,
            variant TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('test', 'metric')),
            name TEXT NOT NULL,
            spread REAL NOT NULL DEFAULT 0,  -- of a metric: by how much it differed
            times INTEGER NOT NULL,          -- how often it was seen to differ
            first_job INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            last_job INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            seen_at TEXT NOT NULL,
            until TEXT NOT NULL,             -- when its quarantine ends
            PRIMARY KEY (repository_id, tool, project, variant, kind, name)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m013_overrides(db: Database) -> None:
    """What was configured by command, API or page: of the service, or of one repository."""
    db.execute("""
        CREATE TABLE overrides (
            repository_id INTEGER NOT NULL,  -- 0: the service's own
            key TEXT NOT NULL,               -- a path such as tools.pylint.args
            value TEXT NOT NULL,             -- JSON
            actor TEXT NOT NULL,
            set_at TEXT NOT NULL,
            PRIMARY KEY (repository_id, key)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m014_file_metrics(db: Database) -> None:
    """What is counted in files and is neither findings nor lines."""
    db.execute("""
        CREATE TABLE file_metrics (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            path TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (job_id, name, path)
        ) STRICT, WITHOUT ROWID""")


@migrations()
def m015_acts_as_they_were_done(db: Database) -> None:
    """Which floor an act found, and which it left; and that a waiver may be ended."""
    db.execute("""
        CREATE TABLE acts_anew (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            kind TEXT NOT NULL CHECK (kind IN ('waive', 'end', 'reset', 'raise')),
            tool TEXT NOT NULL,
            project TEXT,                    -- null: every one
            variant TEXT,
            metric TEXT NOT NULL,
            sha TEXT NOT NULL,
            value REAL,
            until TEXT,
            reason TEXT NOT NULL,
            actor TEXT NOT NULL,
            source TEXT NOT NULL,            -- 'cli', 'api', 'trailer'
            at TEXT NOT NULL,
            floor_before REAL,               -- null: not known, or of several ratchets
            floor_after REAL
        ) STRICT""")
    db.execute("INSERT INTO acts_anew SELECT *, NULL, NULL FROM acts")
    db.execute("DROP TABLE acts")
    db.execute("ALTER TABLE acts_anew RENAME TO acts")
    db.execute("CREATE INDEX acts_by_commit ON acts (repository_id, sha)")
