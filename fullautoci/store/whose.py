"""In which repository a thing is: what decides who may see it."""

import sqlite3

from fullautoci.errors import NotFoundError

_QUERIES = {
    "repository": "SELECT id FROM repositories WHERE id = ? AND removed_at IS NULL",
    "run": "SELECT r.repository_id FROM runs r JOIN repositories p ON p.id = r.repository_id"
    " WHERE r.id = ? AND p.removed_at IS NULL",
    "job": "SELECT j.repository_id FROM jobs j JOIN repositories p ON p.id = j.repository_id"
    " WHERE j.id = ? AND p.removed_at IS NULL",
}
KINDS = tuple(_QUERIES)
HINTS = {
    "repository": "'fullautoci repo list' shows those there are",
    "run": "'fullautoci history' lists those there are",
    "job": "'fullautoci results' lists a run's jobs",
}


def repository_of(connection: sqlite3.Connection, kind: str, identifier: int) -> int | None:
    """The id of the repository of a thing; None where there is no such thing.

    Args:
        kind: one of `KINDS`.
    """
    if not 0 < identifier < 2**63:
        return None
    row = connection.execute(_QUERIES[kind], [identifier]).fetchone()
    return None if row is None else int(row[0])


def nothing(kind: str) -> NotFoundError:
    """What is said of a thing that is not there, and of one that may not be seen: the same."""
    return NotFoundError(f"there is no such {kind}", HINTS[kind])
