"""Which jobs are to be compared with their parents' once one of them has a result."""

import sqlite3

from fullautoci.store import deltas, lineage

# How many commits down from a result are looked at that have none of their own.
REACH = 1000


def affected(connection: sqlite3.Connection, job_id: int) -> list[int]:
    """A job, and the jobs of the nearest tested commits below its own that did the same."""
    row = connection.execute(
        "SELECT repository_id, sha, tool, project, variant, purpose FROM jobs WHERE id = ?", [job_id]
    ).fetchone()
    if row is None or row[5] != "check":
        return []
    repository, group = row[0], tuple(row[2:5])
    found, seen, level = [job_id], {row[1]}, [row[1]]
    while level and len(seen) < REACH:
        below = dict.fromkeys(child for sha in level for child in lineage.children(connection, repository, sha))
        level = []
        for sha in below:
            if sha in seen:
                continue
            seen.add(sha)
            job = deltas.tested(connection, repository, sha, group)
            if job is None:
                level.append(sha)
            else:
                found.append(job)
    return found
