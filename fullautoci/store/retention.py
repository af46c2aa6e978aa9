"""What the database knows of what is kept in files."""

import sqlite3


def runs_with_logs(connection: sqlite3.Connection) -> dict[int, tuple[int, bool, int]]:
    """Every run's repository, whether it is over, and the newest run that shows logs of it: mostly itself.

    A job whose result is another's shows that one's log.
    """
    rows = connection.execute(
        "SELECT r.id, r.repository_id, r.state = 'done', max(r.id, coalesce(u.newest, 0)) FROM runs r LEFT JOIN"
        " (SELECT o.run_id AS origin, max(j.run_id) AS newest FROM jobs j JOIN jobs o ON o.id = j.reused_from"
        " WHERE j.reused_from IS NOT NULL GROUP BY o.run_id) u ON u.origin = r.id"
    )
    return {row[0]: (row[1], bool(row[2]), row[3]) for row in rows}


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
