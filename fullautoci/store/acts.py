"""The journal: what people did about ratchets, and why."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from fullautoci.ratchet.standing import Act
from fullautoci.store import ratchets, standings
from fullautoci.store.standings import Series
from fullautoci.text import one_line, storable, timestamp

KINDS = ("waive", "end", "reset", "raise")
# What a person says of a floor; the others say what excuses a value.
MOVING = ("reset", "raise")
# Of commits with the same tree so many are looked at, and so far back for where their histories meet.
MOST_TWINS = 20
DEPTH = 50
_DONE = "(SELECT 1 FROM acts a WHERE a.repository_id = o.repository_id AND a.sha = o.sha)"


@dataclass(frozen=True)
class Wanted:
    """What a person wants done at a commit.

    Attributes:
        project: None: in every project; so with `variant`.
        value: of the floor, for a reset or a raise; None: what the commit has.
        until: the moment at which it ends (ISO 8601, UTC); None: never.
        source: `cli`, `api` or `trailer`.
    """

    kind: str
    tool: str
    metric: str
    sha: str
    reason: str
    actor: str
    source: str
    project: str | None = None
    variant: str | None = None
    value: float | None = None
    until: str | None = None


def add(db: Database, repository_id: int, wanted: Wanted) -> int:
    """Write it down, and have the commit judged anew; what was said last already is not written twice.

    Returns:
        Its number in the journal.
    """
    reason, actor = storable(one_line(wanted.reason, 500)), storable(one_line(wanted.actor, 100))
    said = db.execute(
        "SELECT id, source, kind, value, until, reason, actor FROM acts WHERE repository_id = ? AND sha = ?"
        " AND tool = ? AND metric = ? AND project IS ? AND variant IS ? ORDER BY id DESC",
        [repository_id, wanted.sha, wanted.tool, wanted.metric, wanted.project, wanted.variant],
    ).fetchall()
    whole = (wanted.source, wanted.kind, wanted.value, wanted.until, reason, actor)
    # A run that is planned again proposes again what a person may have ended since.
    for number, *one in said if wanted.source == "trailer" else said[:1]:
        if tuple(one) == whole:
            return int(number)
    made = db.execute(
        "INSERT INTO acts (repository_id, kind, tool, project, variant, metric, sha, value, until, reason, actor,"
        " source, at, floor_before) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            repository_id, wanted.kind, wanted.tool, wanted.project, wanted.variant, wanted.metric, wanted.sha,
            wanted.value, wanted.until, reason, actor, wanted.source, timestamp(), _floor(db, repository_id, wanted),
        ],
    )  # fmt: skip
    unsettle(db, repository_id, [wanted.sha, *_twins(db.conn, repository_id, wanted.sha)])
    return int(made.lastrowid or 0)


def conclude(db: Database, repository_id: int, number: int, wanted: Wanted) -> None:
    """Write down which floor an act left, once its commit was judged anew: later acts there do not change that."""
    db.execute(
        "UPDATE acts SET floor_after = ? WHERE id = ? AND floor_after IS NULL",
        [_floor(db, repository_id, wanted), number],
    )


def _floor(db: Database, repository_id: int, wanted: Wanted) -> float | None:
    """The floor at a commit; None: there is none, or there are several, or the commit is still being measured."""
    judged = db.execute(
        "SELECT s.tool, s.project, s.variant, s.metric, s.per FROM series s JOIN standings t ON t.series_id = s.id"
        " WHERE s.repository_id = ? AND t.sha = ? AND s.tool = ? AND s.metric = ? AND t.verdict IS NOT NULL"
        " AND coalesce(?, s.project) = s.project AND coalesce(?, s.variant) = s.variant",
        [repository_id, wanted.sha, wanted.tool, wanted.metric, wanted.project, wanted.variant],
    ).fetchall()
    if len(judged) != 1 or wanted.kind not in MOVING:
        return None
    return ratchets.next_floor(
        standings.handed_on(db.conn, repository_id, [wanted.sha])[Series(*judged[0])][wanted.sha]
    )


def unsettle(db: Database, repository_id: int, shas: Sequence[str]) -> None:
    """Have these commits judged anew."""
    for sha in shas:
        db.execute("INSERT OR IGNORE INTO unsettled (repository_id, sha) VALUES (?, ?)", [repository_id, sha])


def of_commit(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[tuple[sqlite3.Row, Act]]:
    """What was done at a commit, or at one whose place it took, in the order in which it was done.

    What a message proposes counts for its own commit only: without that line it was not meant any more.
    """
    rows = connection.execute(
        "SELECT tool, project, variant, metric, kind, reason, CASE source WHEN 'trailer'"
        " THEN substr(sha, 1, 10) || ' itself' ELSE actor END, value, until, id FROM acts WHERE repository_id = ?"
        " AND (sha = ? OR source <> 'trailer' AND sha IN (SELECT value FROM json_each(?))) ORDER BY id",
        [repository_id, sha, json.dumps(_twins(connection, repository_id, sha, "EXISTS " + _DONE))],
    )
    return [(row, Act(row[4], row[5], row[6], row[7], row[8] or "", row[9])) for row in rows.fetchall()]


def _twins(connection: sqlite3.Connection, repository_id: int, sha: str, which: str = "1") -> list[str]:
    """Commits that say the same in other words: amended, reworded, or on top of such; `which` (SQL) narrows them."""
    rows = connection.execute(
        "SELECT o.sha, o.parents, c.parents FROM commits c JOIN commits o ON o.repository_id = c.repository_id"
        f" AND o.tree = c.tree AND o.sha <> c.sha AND {which}"
        " WHERE c.repository_id = ? AND c.sha = ? ORDER BY o.rowid DESC LIMIT ?",
        [repository_id, sha, MOST_TWINS],
    ).fetchall()
    return [one for one, *parents in rows if _same(connection, repository_id, *map(json.loads, parents))]


def _same(connection: sqlite3.Connection, repository_id: int, ours: list[str], theirs: list[str]) -> bool:
    """Whether two commits of the same tree have the same history but for its words, as far as that is looked at.

    A commit that brings a tree back that was there before is none: its history is longer.
    """
    for _ in range(DEPTH):
        if ours == theirs:
            return True
        if len(ours) != 1 or len(theirs) != 1:
            return False
        found = connection.execute(
            "SELECT a.parents, b.parents FROM commits a JOIN commits b ON b.repository_id = a.repository_id"
            " AND b.tree = a.tree WHERE a.repository_id = ? AND a.sha = ? AND b.sha = ?",
            [repository_id, *ours, *theirs],
        ).fetchone()
        if found is None:
            return False
        ours, theirs = json.loads(found[0]), json.loads(found[1])
    return False


def about(acts: Sequence[tuple[sqlite3.Row, Act]], series: Series) -> tuple[Act, ...]:
    """Those of some acts that concern a series."""
    return tuple(
        act
        for row, act in acts
        if (row[0], row[3]) == (series.tool, series.metric)
        and row[1] in (None, series.project)
        and row[2] in (None, series.variant)
    )
