"""Repositories, commits, events, runs, jobs and what they yield."""

from sqlite_utils import Database

from fullautoci.store.migrations.steps import migrations


@migrations()
def m001_repositories(db: Database) -> None:
    """What we watch, and the refs as we last saw them."""
    db.execute("""
        CREATE TABLE repositories (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL,
            path TEXT NOT NULL UNIQUE,       -- the git folder, or a URL
            worktree TEXT,
            kind TEXT NOT NULL CHECK (kind IN ('working', 'bare', 'remote')),
            created_at TEXT NOT NULL,
            removed_at TEXT,
            scanned_at TEXT,
            problem TEXT NOT NULL DEFAULT '' -- why the last scan failed
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX repositories_name ON repositories (name) WHERE removed_at IS NULL")
    db.execute("""
        CREATE TABLE refs (
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            sha TEXT NOT NULL,
            PRIMARY KEY (repository_id, name)
        ) STRICT""")


@migrations()
def m002_commits_and_events(db: Database) -> None:
    """What there is to test, and what told us so."""
    db.execute("""
        CREATE TABLE commits (
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            tree TEXT NOT NULL,
            parents TEXT NOT NULL,           -- JSON list
            author TEXT NOT NULL,
            subject TEXT NOT NULL,
            message TEXT NOT NULL,
            committed_at TEXT NOT NULL,
            PRIMARY KEY (repository_id, sha)
        ) STRICT""")
    db.execute("CREATE INDEX commits_tree ON commits (repository_id, tree)")
    db.execute("""
        CREATE TABLE events (
            id TEXT PRIMARY KEY,
            repository_id INTEGER REFERENCES repositories (id) ON DELETE CASCADE,
            source TEXT NOT NULL,
            path TEXT NOT NULL,
            updates TEXT NOT NULL,           -- JSON list of [ref, old, new]
            accepted_at TEXT NOT NULL,
            outcome TEXT NOT NULL,           -- queued, coalesced, nothing_new, ignored, errored
            reason TEXT NOT NULL,
            runs TEXT NOT NULL               -- JSON list of run ids
        ) STRICT""")
    db.execute("CREATE INDEX events_by_repository ON events (repository_id, accepted_at)")


@migrations()
def m003_runs(db: Database) -> None:
    """One commit checked once."""
    db.execute("""
        CREATE TABLE runs (
            id INTEGER PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            sha TEXT NOT NULL,
            generation INTEGER NOT NULL DEFAULT 0,
            config_digest TEXT NOT NULL DEFAULT '',
            config TEXT NOT NULL DEFAULT '', -- JSON, frozen when the run is planned
            branch TEXT NOT NULL,
            source TEXT NOT NULL,
            dirty INTEGER NOT NULL DEFAULT 0,
            wanted TEXT NOT NULL DEFAULT '', -- JSON list of tools; empty: what the configuration says
            priority INTEGER NOT NULL,
            state TEXT NOT NULL,
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            hint TEXT NOT NULL DEFAULT '',
            queued_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT,
            UNIQUE (repository_id, sha, generation),
            FOREIGN KEY (repository_id, sha) REFERENCES commits (repository_id, sha),
            CHECK ((state = 'done') = (outcome IS NOT NULL))
        ) STRICT""")
    db.execute("CREATE INDEX runs_open ON runs (priority, id) WHERE state <> 'done'")
    db.execute("CREATE INDEX runs_by_branch ON runs (repository_id, branch, id)")


@migrations()
def m004_jobs(db: Database) -> None:
    """The tools of a run."""
    db.execute("""
        CREATE TABLE jobs (
            id INTEGER PRIMARY KEY,
            run_id INTEGER NOT NULL REFERENCES runs (id) ON DELETE CASCADE,
            repository_id INTEGER NOT NULL,
            sha TEXT NOT NULL,
            config_digest TEXT NOT NULL,
            generation INTEGER NOT NULL,
            tool TEXT NOT NULL,
            project TEXT NOT NULL DEFAULT '.',
            variant TEXT NOT NULL DEFAULT '',
            purpose TEXT NOT NULL DEFAULT 'check' CHECK (purpose IN ('check', 'probe')),
            plan TEXT NOT NULL,              -- JSON
            state TEXT NOT NULL,
            outcome TEXT,
            reason TEXT NOT NULL DEFAULT '',
            hint TEXT NOT NULL DEFAULT '',
            attempt INTEGER NOT NULL DEFAULT 0,
            losses INTEGER NOT NULL DEFAULT 0,
            activity TEXT NOT NULL DEFAULT '',  -- what is being prepared
            activity_since TEXT,
            log TEXT NOT NULL DEFAULT '',       -- path below the logs folder
            tool_version TEXT NOT NULL DEFAULT '',
            environment TEXT NOT NULL DEFAULT '{}',
            identity TEXT NOT NULL DEFAULT '',
            reused_from INTEGER REFERENCES jobs (id) ON DELETE SET NULL,
            timings TEXT NOT NULL DEFAULT '{}',
            duration_s REAL,
            queued_at TEXT NOT NULL,
            started_at TEXT,
            finished_at TEXT,
            UNIQUE (repository_id, sha, config_digest, generation, tool, project, variant, purpose),
            CHECK ((state = 'done') = (outcome IS NOT NULL))
        ) STRICT""")
    db.execute("CREATE INDEX jobs_by_run ON jobs (run_id)")
    db.execute("CREATE INDEX jobs_open ON jobs (state) WHERE state <> 'done'")
    db.execute("CREATE INDEX jobs_by_tool ON jobs (repository_id, tool, id)")
    db.execute("CREATE INDEX jobs_by_identity ON jobs (identity) WHERE identity <> ''")


@migrations()
def m005_attempts(db: Database) -> None:
    """The tries at a job."""
    db.execute("""
        CREATE TABLE attempts (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            attempt INTEGER NOT NULL,
            started_at TEXT NOT NULL,
            ended_at TEXT,
            ending TEXT NOT NULL DEFAULT '',  -- an outcome, or lost, or requeued, and why
            PRIMARY KEY (job_id, attempt)
        ) STRICT""")


@migrations()
def m006_results(db: Database) -> None:
    """What the jobs yielded."""
    db.execute("""
        CREATE TABLE metrics (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            value REAL NOT NULL,
            PRIMARY KEY (job_id, name)
        ) STRICT""")
    db.execute("""
        CREATE TABLE findings (
            id INTEGER PRIMARY KEY,
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            line INTEGER NOT NULL,
            column INTEGER NOT NULL,
            rule TEXT NOT NULL,
            severity TEXT NOT NULL,
            message TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX findings_by_job ON findings (job_id)")
    db.execute("""
        CREATE TABLE tests (
            id INTEGER PRIMARY KEY,
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            outcome TEXT NOT NULL,
            duration_s REAL NOT NULL,
            message TEXT NOT NULL
        ) STRICT""")
    db.execute("CREATE INDEX tests_by_job ON tests (job_id)")
    db.execute("""
        CREATE TABLE files (
            job_id INTEGER NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            statements INTEGER NOT NULL,
            covered INTEGER NOT NULL,
            branches INTEGER NOT NULL,
            covered_branches INTEGER NOT NULL,
            missing TEXT NOT NULL,           -- JSON list of lines
            PRIMARY KEY (job_id, path)
        ) STRICT""")


@migrations()
def m007_settings(db: Database) -> None:
    """What the service remembers about itself."""
    db.execute("CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT")


@migrations()
def m008_bringing(db: Database) -> None:
    """Files of working copies that jobs may be given."""
    db.execute("""
        CREATE TABLE bringing (
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            allowed_at TEXT NOT NULL,
            PRIMARY KEY (repository_id, path)
        ) STRICT""")
