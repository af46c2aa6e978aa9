"""One commit's state at a glance: for the shell's prompt, which cannot wait for more than the standard library."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from fullautoci.errors import StoreError


@dataclass(frozen=True)
class Glance:
    """A commit's newest run.

    Attributes:
        state: the run's; empty: the commit has none.
        bad: the tools whose outcome is the run's, where it is no pass.
        over: how many of its jobs are over, of how many.
    """

    state: str = ""
    outcome: str = ""
    bad: tuple[str, ...] = ()
    over: int = 0
    jobs: int = 0


def at(database: Path, git_dir: str, sha: str) -> Glance | None:
    """How a commit stands; None: its repository is not watched.

    Raises:
        StoreError: the database cannot be read.
    """
    if not database.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=0.2)) as connection:
            return _glance(connection, git_dir, sha)
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be read: {error}") from error


def _glance(connection: sqlite3.Connection, git_dir: str, sha: str) -> Glance | None:
    watched = connection.execute(
        "SELECT id FROM repositories WHERE path = ? AND removed_at IS NULL", [git_dir]
    ).fetchone()
    if watched is None:
        return None
    run = connection.execute(
        "SELECT id, state, outcome FROM runs WHERE repository_id = ? AND sha = ? ORDER BY generation DESC LIMIT 1",
        [watched[0], sha],
    ).fetchone()
    if run is None:
        return Glance()
    jobs = connection.execute(
        "SELECT tool, state, outcome FROM jobs WHERE run_id = ? AND purpose = 'check' ORDER BY id", [run[0]]
    )
    found = jobs.fetchall()
    bad = tuple(tool for tool, _, outcome in found if outcome and outcome == run[2])
    return Glance(run[1], run[2] or "", bad, sum(state == "done" for _, state, _ in found), len(found))
