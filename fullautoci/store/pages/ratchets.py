"""What a repository's ratchets are shown at: which commit, and what is told of it in a line."""

import sqlite3
from typing import Any

from fullautoci.store import series

View = dict[str, Any]

# Among so many of the newest runs one is looked for whose commit was judged.
RUNS = 100
_JUDGED = (
    "SELECT r.sha FROM (SELECT id, sha FROM runs WHERE repository_id = :repository AND dirty = 0 ORDER BY id DESC"
    f" LIMIT {RUNS}) r WHERE EXISTS (SELECT 1 FROM series s CROSS JOIN standings t ON t.series_id = s.id"
    " AND t.sha = r.sha WHERE s.repository_id = :repository AND t.verdict IS NOT NULL) ORDER BY r.id DESC LIMIT 1"
)


def shown_at(connection: sqlite3.Connection, repository_id: int, said: str | None) -> View | None:
    """The commit at which ratchets are shown; None: nothing was judged lately.

    Args:
        said: its id, or how that begins; None: the newest on which there is a verdict.

    Returns:
        Its `commit`, `subject`, `branch`, and the newest `run` with its moment `at`.

    Raises:
        NotFoundError: no commit that was tested begins so.
        UsageError: several do.
    """
    if said is not None:
        sha = series.commit(connection, repository_id, said)
    else:
        row = connection.execute(_JUDGED, {"repository": repository_id}).fetchone()
        if row is None:
            return None
        sha = row[0]
    row = connection.execute(
        "SELECT r.sha AS 'commit', c.subject, r.branch, r.id AS run, coalesce(r.finished_at, r.queued_at) AS at"
        " FROM runs r JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.repository_id = ? AND r.sha = ? ORDER BY r.id DESC LIMIT 1",
        [repository_id, sha],
    ).fetchone()
    return dict(row)
