"""Where a run changes what is known of its branch."""

import sqlite3
from dataclasses import dataclass

from fullautoci.model import Outcome, Priority

# Outcomes that say something of the code or its test; the others are nobody's news.
TELLING = (Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED, Outcome.TIMED_OUT, Outcome.QUARANTINED)
_TELLING = ", ".join(f"'{outcome}'" for outcome in TELLING)


@dataclass(frozen=True)
class Change:
    """A run whose outcome is not that of the branch's run before it; `reasons` are those of its jobs."""

    repository: str
    branch: str
    sha: str
    subject: str
    outcome: str
    before: str
    reasons: tuple[str, ...]


def of(connection: sqlite3.Connection, run_id: int) -> Change | None:
    """The change that a run makes; None: it makes none, or is none to speak of (of the backfill, of no branch)."""
    run = connection.execute(
        "SELECT p.name, r.branch, r.sha, c.subject, r.outcome, r.repository_id, r.generation FROM runs r"
        " JOIN repositories p ON p.id = r.repository_id"
        " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        f" WHERE r.id = ? AND r.outcome IN ({_TELLING}) AND r.priority < ? AND r.dirty = 0 AND r.branch <> ''",
        [run_id, Priority.BACKFILL],
    ).fetchone()
    if run is None:
        return None
    before = connection.execute(
        f"SELECT outcome FROM runs WHERE repository_id = ? AND branch = ? AND id < ? AND dirty = 0 AND priority < ?"
        f" AND outcome IN ({_TELLING}) ORDER BY id DESC LIMIT 1",
        [run[5], run[1], run_id, Priority.BACKFILL],
    ).fetchone()
    # The first run of a branch is news where it is bad.
    earlier = before[0] if before else str(Outcome.PASSED)
    if earlier == run[4]:
        return None
    reasons = connection.execute(
        "SELECT tool, reason FROM jobs WHERE run_id = ? AND outcome = ? AND reason <> '' AND purpose = 'check'"
        " ORDER BY id LIMIT 3",
        [run_id, run[4]],
    ).fetchall()
    told = tuple(f"{tool}: {reason}" for tool, reason in reasons)
    return Change(run[0], run[1], run[2], run[3], run[4], earlier, told if run[4] != Outcome.PASSED else ())
