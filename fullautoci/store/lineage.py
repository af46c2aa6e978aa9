"""Which commit descends from which, as far as commits are known here.

A row names a commit's parent, known or not (`gap` 0), or, for a parent that is not known, a known commit beyond it
(`gap` 1). A parent that becomes known later takes the place of what lay beyond it.
"""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence

from sqlite_utils import Database

FRONTIER_LIMIT = 50
# A slot: a commit, which of its parents, and that parent.
Slot = tuple[str, int, str]

_IS_KNOWN = "EXISTS (SELECT 1 FROM commits k WHERE k.repository_id = {0}.repository_id AND k.sha = {0}.ancestor)"
_OF_SLOT = "SELECT ancestor FROM lineage WHERE repository_id = ? AND sha = ? AND slot = ? AND gap = ?"


def known(connection: sqlite3.Connection, repository_id: int, shas: Collection[str]) -> set[str]:
    """Of these commits those that are known."""
    rows = connection.execute(
        "SELECT sha FROM commits WHERE repository_id = ? AND sha IN (SELECT value FROM json_each(?))",
        [repository_id, json.dumps(list(shas))],
    )
    return {row[0] for row in rows}


def parents(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[list[str]]:
    """For each parent of a commit: the parent where it is known, else the nearest known commits beyond it."""
    rows = connection.execute(
        f"SELECT l.slot, l.gap, l.ancestor, {_IS_KNOWN.format('l')} FROM lineage l"
        " WHERE l.repository_id = ? AND l.sha = ? ORDER BY l.slot, l.gap, l.ancestor",
        [repository_id, sha],
    )
    direct: dict[int, list[str]] = {}
    beyond: dict[int, list[str]] = {}
    for slot, gap, ancestor, is_known in rows:
        (beyond if gap else direct).setdefault(slot, []).extend([ancestor] if is_known else [])
    return [one or beyond.get(slot, []) for slot, one in direct.items()]


def children(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[str]:
    """The commits among whose `parents` this one is."""
    rows = connection.execute(
        "SELECT DISTINCT l.sha FROM lineage l INDEXED BY lineage_down"
        " WHERE l.repository_id = ? AND l.ancestor = ? AND (l.gap = 0 OR NOT EXISTS"
        " (SELECT 1 FROM lineage p WHERE p.repository_id = l.repository_id AND p.sha = l.sha AND p.slot = l.slot"
        f" AND p.gap = 0 AND {_IS_KNOWN.format('p')})) ORDER BY l.sha",
        [repository_id, sha],
    )
    return [row[0] for row in rows]


def frontier(connection: sqlite3.Connection, repository_id: int, limit: int = FRONTIER_LIMIT) -> list[Slot]:
    """Parents of known commits that are not known, those of the commits that came last first."""
    rows = connection.execute(
        "SELECT l.sha, l.slot, l.ancestor FROM lineage l"
        " JOIN commits o ON o.repository_id = l.repository_id AND o.sha = l.sha"
        f" WHERE l.repository_id = ? AND l.gap = 0 AND NOT {_IS_KNOWN.format('l')}"
        " ORDER BY o.rowid DESC, l.slot LIMIT ?",
        [repository_id, limit],
    )
    return [(row[0], row[1], row[2]) for row in rows]


def unknown_parents(connection: sqlite3.Connection, repository_id: int, shas: Iterable[str]) -> list[Slot]:
    """Parents of these commits that are not known."""
    rows = connection.execute(
        "SELECT l.sha, l.slot, l.ancestor FROM json_each(?) one"
        " CROSS JOIN lineage l ON l.repository_id = ? AND l.sha = one.value"
        f" WHERE l.gap = 0 AND NOT {_IS_KNOWN.format('l')} ORDER BY one.key, l.slot",
        [json.dumps(list(shas)), repository_id],
    )
    return [(row[0], row[1], row[2]) for row in rows]


def filled(connection: sqlite3.Connection, repository_id: int) -> list[Slot]:
    """Parents that are known by now, though something beyond them still stands in their place."""
    rows = connection.execute(
        "SELECT DISTINCT p.sha, p.slot, p.ancestor FROM lineage g JOIN lineage p"
        " ON p.repository_id = g.repository_id AND p.sha = g.sha AND p.slot = g.slot AND p.gap = 0"
        f" WHERE g.repository_id = ? AND g.gap = 1 AND {_IS_KNOWN.format('p')}",
        [repository_id],
    )
    return [(row[0], row[1], row[2]) for row in rows]


def link(db: Database, repository_id: int, sha: str, slot: int, ancestors: Sequence[str]) -> bool:
    """Say which known commits are the nearest beyond a commit's parent; what hangs on that is unsettled then.

    Args:
        ancestors: all of them; those that are not known are left out.

    Returns:
        Whether that is other than it was.
    """
    parent, old = ({row[0] for row in db.execute(_OF_SLOT, [repository_id, sha, slot, gap])} for gap in (0, 1))
    new = known(db.conn, repository_id, ancestors) - parent
    if new == old:
        return False
    db.execute(
        "DELETE FROM lineage WHERE repository_id = ? AND sha = ? AND slot = ? AND gap = 1", [repository_id, sha, slot]
    )
    for one in sorted(new):
        db.execute("INSERT OR IGNORE INTO lineage VALUES (?, ?, ?, ?, 1)", [repository_id, sha, slot, one])
    db.execute("INSERT OR IGNORE INTO unsettled VALUES (?, ?)", [repository_id, sha])
    return True


def newest(connection: sqlite3.Connection) -> int:
    """A number that every commit that becomes known raises; see `doubtful`."""
    return int(connection.execute("SELECT coalesce(max(rowid), 0) FROM commits").fetchone()[0])


def doubtful(connection: sqlite3.Connection, since: int) -> set[int]:
    """The repositories in which a commit that became known since then may lie between others that were known before.

    What was just made here lies between none. Nor does what descends from a commit that was known before, where nothing
    was known beyond any commit's unknown parent: else that one would have been.
    """
    rows = connection.execute(
        "SELECT c.repository_id, max(NOT EXISTS (SELECT 1 FROM lineage l WHERE l.repository_id = c.repository_id"
        f" AND l.sha = c.sha AND l.gap = 0 AND {_IS_KNOWN.format('l')})) FROM commits c WHERE c.rowid > ?"
        " AND NOT EXISTS (SELECT 1 FROM runs r"
        " WHERE r.repository_id = c.repository_id AND r.sha = c.sha AND r.source = 'post-commit')"
        " GROUP BY c.repository_id",
        [since],
    ).fetchall()
    return {row[0] for row in rows if row[1] or _has_gaps(connection, row[0])}


def _has_gaps(connection: sqlite3.Connection, repository_id: int) -> bool:
    found = connection.execute("SELECT 1 FROM lineage WHERE repository_id = ? AND gap = 1 LIMIT 1", [repository_id])
    return found.fetchone() is not None


def several(connection: sqlite3.Connection, repository_id: int) -> bool:
    """Whether more than one commit is known of a repository."""
    rows = connection.execute("SELECT 1 FROM commits WHERE repository_id = ? LIMIT 2", [repository_id])
    return len(rows.fetchall()) == 2
