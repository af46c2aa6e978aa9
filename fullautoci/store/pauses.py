"""The pause: a person's word that no more jobs are to start for now, kept over restarts."""

import json
import sqlite3
from dataclasses import asdict, dataclass

from sqlite_utils import Database

from fullautoci.text import timestamp

NAME = "pause"
EVERYTHING, BACKFILL = "everything", "backfill"


@dataclass(frozen=True)
class Pause:
    """What is paused (`everything` or `backfill`), since when, and until when (ISO 8601; None: until `resume`)."""

    what: str
    since: str
    until: str | None = None


def set_pause(db: Database, what: str, until: str | None) -> None:
    """Start no more jobs, or none of the backfill."""
    value = json.dumps(asdict(Pause(what, timestamp(), until)))
    db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", [NAME, value])


def lift(db: Database) -> None:
    """Start jobs again."""
    db.execute("DELETE FROM settings WHERE name = ?", [NAME])


def current(connection: sqlite3.Connection) -> Pause | None:
    """The pause that is in force."""
    row = connection.execute("SELECT value FROM settings WHERE name = ?", [NAME]).fetchone()
    found = Pause(**json.loads(row[0])) if row else None
    return found if found is None or found.until is None or found.until > timestamp() else None
