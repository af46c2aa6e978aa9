"""What the database knows of what is kept in files."""

import sqlite3


def runs_with_logs(connection: sqlite3.Connection) -> dict[int, tuple[int, bool]]:
    """Every run's repository, and whether it is over."""
    rows = connection.execute("SELECT id, repository_id, state = 'done' FROM runs")
    return {row[0]: (row[1], bool(row[2])) for row in rows}


def under_way(connection: sqlite3.Connection) -> set[int]:
    """The repositories of the jobs that are with workers."""
    rows = connection.execute("SELECT DISTINCT repository_id FROM jobs WHERE state <> 'done' AND state <> 'queued'")
    return {row[0] for row in rows}


def abandoned(connection: sqlite3.Connection) -> list[int]:
    """Repositories that are watched no more, and of which nothing waits."""
    rows = connection.execute(
        "SELECT id FROM repositories p WHERE removed_at IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.repository_id = p.id AND r.state <> 'done')"
    )
    return [row[0] for row in rows]
