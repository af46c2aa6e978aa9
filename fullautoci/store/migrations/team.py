"""Who may do what, what they did, and with which credentials."""

import os
import pwd

from sqlite_utils import Database

from fullautoci.store.migrations.steps import migrations
from fullautoci.text import timestamp


@migrations()
def m016_team(db: Database) -> None:
    """Users with roles and repositories, keys, sessions, badges, the audit trail, and answers that may be repeated."""
    db.execute("""
        CREATE TABLE users (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL COLLATE NOCASE,
            role TEXT NOT NULL CHECK (role IN ('admin', 'user', 'read-only')),
            owner INTEGER NOT NULL DEFAULT 0, -- whoever runs the daemon
            epoch INTEGER NOT NULL DEFAULT 1, -- sessions of an earlier one are over
            created_at TEXT NOT NULL,
            removed_at TEXT
        ) STRICT""")
    db.execute("CREATE UNIQUE INDEX users_name ON users (name) WHERE removed_at IS NULL")
    db.execute(
        "INSERT INTO users (id, name, role, owner, created_at) VALUES (1, ?, 'admin', 1, ?)", [_owner(), timestamp()]
    )
    db.execute("""
        CREATE TABLE assignments (
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            PRIMARY KEY (user_id, repository_id)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX assignments_by_repository ON assignments (repository_id)")
    db.execute("""
        CREATE TABLE keys (
            id INTEGER PRIMARY KEY,
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            public TEXT NOT NULL UNIQUE,     -- the part by which it is found
            digest TEXT NOT NULL,            -- SHA-256 of the secret part, which is kept nowhere
            label TEXT NOT NULL,
            made_by INTEGER REFERENCES users (id) ON DELETE SET NULL, -- who knows it, too
            created_at TEXT NOT NULL,
            expires_at TEXT,
            last_used_at TEXT,
            revoked_at TEXT
        ) STRICT""")
    db.execute("CREATE INDEX keys_by_user ON keys (user_id)")
    db.execute("CREATE INDEX keys_by_maker ON keys (made_by)")
    db.execute("""
        CREATE TABLE sessions (
            digest TEXT PRIMARY KEY,         -- SHA-256 of what the cookie holds
            user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            epoch INTEGER NOT NULL,
            key_id INTEGER REFERENCES keys (id) ON DELETE CASCADE, -- by which it was opened; null: by a link
            created_at TEXT NOT NULL,
            expires_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX sessions_by_user ON sessions (user_id)")
    db.execute("CREATE INDEX sessions_by_key ON sessions (key_id)")
    db.execute("""
        CREATE TABLE badge_tokens (
            digest TEXT PRIMARY KEY,
            repository_id INTEGER NOT NULL REFERENCES repositories (id) ON DELETE CASCADE,
            created_at TEXT NOT NULL,
            revoked_at TEXT
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX badge_tokens_by_repository ON badge_tokens (repository_id)")
    db.execute("""
        CREATE TABLE audit (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            actor TEXT NOT NULL,             -- a name, which outlives its user
            user_id INTEGER,
            via TEXT NOT NULL,               -- socket, key, session, or the service itself
            origin TEXT NOT NULL,            -- the address, or the user id at the other end of the socket
            action TEXT NOT NULL,
            target TEXT NOT NULL,
            repository_id INTEGER,
            detail TEXT NOT NULL,            -- JSON
            done INTEGER NOT NULL            -- 0: it was begun, and what came of it is not known
        ) STRICT""")
    db.execute("CREATE INDEX audit_by_repository ON audit (repository_id, id)")
    db.execute("CREATE INDEX audit_by_actor ON audit (actor, id)")
    db.execute("CREATE INDEX audit_by_action ON audit (action, id)")
    db.execute("""
        CREATE TABLE answers (               -- to requests that may come again (Idempotency-Key)
            caller TEXT NOT NULL,
            key TEXT NOT NULL,
            request TEXT NOT NULL,           -- SHA-256 of method, path and body
            status INTEGER NOT NULL,
            body TEXT NOT NULL,
            at TEXT NOT NULL,
            PRIMARY KEY (caller, key)
        ) STRICT, WITHOUT ROWID""")
    db.execute("CREATE INDEX answers_by_age ON answers (at)")


def _owner() -> str:
    """The name of whoever runs this, as the system has it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return "owner"
