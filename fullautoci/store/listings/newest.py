"""The newest result of each tool in a repository, as far as the newest runs have one."""

import sqlite3
from dataclasses import dataclass

from fullautoci.store.measurements import COMPLETE

# Among so many of the newest runs.
RUNS = 50


@dataclass(frozen=True, order=True)
class Newest:
    """A tool's newest job that passed or failed; its results are those of `origin`."""

    tool: str
    project: str
    variant: str
    job: int
    run: int
    commit: str
    origin: int


def newest(connection: sqlite3.Connection, repository_id: int, branch: str = "", tool: str = "") -> list[Newest]:
    """Of each tool, project and variant the newest job, in the order of their names.

    Args:
        branch: only of that branch; empty: whatever it is.
        tool: only that one's.
    """
    of_branch = " AND branch = ?" if branch else ""
    rows = connection.execute(
        "SELECT j.tool, j.project, j.variant, j.id, j.run_id, j.sha, coalesce(j.reused_from, j.id) FROM jobs j"
        " WHERE j.run_id IN (SELECT id FROM runs WHERE repository_id = ? AND dirty = 0"
        f"{of_branch} ORDER BY id DESC LIMIT {RUNS})"
        " AND j.purpose = 'check' AND coalesce(j.own_outcome, j.outcome) IN (?, ?) AND ? IN ('', j.tool)",
        [repository_id, *([branch] if branch else []), *COMPLETE, tool],
    )
    found: dict[tuple[str, str, str], Newest] = {}
    for row in rows:
        one = Newest(*row)
        group = (one.tool, one.project, one.variant)
        if group not in found or found[group].job < one.job:
            found[group] = one
    return sorted(found.values())
