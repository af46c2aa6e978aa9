"""Events, and what became of each."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Event
from fullautoci.text import one_line, storable, timestamp


@dataclass(frozen=True)
class Acceptance:
    """What became of an event: `queued`, `coalesced`, `deferred`, `nothing_new`, `ignored`, `errored`; why; runs."""

    outcome: str
    reason: str = ""
    runs: tuple[int, ...] = ()


def accept(db: Database, event: Event, repository_id: int | None, acceptance: Acceptance) -> None:
    """Record an event's one outcome; a second delivery changes nothing."""
    db.table("events").insert(
        {
            "id": event.id,
            "repository_id": repository_id,
            "source": event.source,
            "path": storable(event.path),
            "updates": json.dumps([[storable(u.ref), u.old, u.new] for u in event.updates[:1000]]),
            "accepted_at": timestamp(),
            "outcome": acceptance.outcome,
            "reason": one_line(storable(acceptance.reason), 500),
            "runs": json.dumps(acceptance.runs),
        },
        ignore=True,
    )


def known(connection: sqlite3.Connection, identifier: str) -> bool:
    """Whether an event was accepted before."""
    return connection.execute("SELECT 1 FROM events WHERE id = ?", [identifier]).fetchone() is not None


def get(connection: sqlite3.Connection, identifier: str) -> dict[str, Any] | None:
    """One event as the API shows it."""
    row = connection.execute(
        "SELECT id, repository_id, source, accepted_at, outcome, reason, runs FROM events WHERE id = ?", [identifier]
    ).fetchone()
    return {**dict(row), "runs": json.loads(row["runs"])} if row else None
