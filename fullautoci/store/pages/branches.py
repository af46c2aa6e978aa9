"""Branches, those with the newest runs first, and how far each is ahead of the repository's own."""

import json
import sqlite3
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from fullautoci.store import choices
from fullautoci.store.pages import rows
from fullautoci.store.paging import LARGEST, LIMIT, Order, Page, cursor, place

View = dict[str, Any]
ORDER = Order("branches", (LARGEST, "~"))
HEADS = "refs/heads/"
# So many steps from commits to parents are looked at for how far branches are ahead.
STEPS = 2_000
# The run that tells of a branch is that of its tip, else the newest that was made for it.
_ROWS = (
    "SELECT * FROM (SELECT substr(f.name, 12) AS branch, f.sha AS tip, coalesce((SELECT r.id FROM runs r"
    "  WHERE r.repository_id = f.repository_id AND r.sha = f.sha ORDER BY r.generation DESC LIMIT 1),"
    "  (SELECT max(r.id) FROM runs r WHERE r.repository_id = f.repository_id AND r.branch = substr(f.name, 12)"
    "   AND r.dirty = 0), 0) AS run FROM refs f WHERE f.repository_id = :repository"
    f"  AND f.name > '{HEADS}' AND f.name < 'refs/heads0' AND instr(lower(substr(f.name, 12)), lower(:text)))"
    " WHERE (run, branch) < (:run, :branch) ORDER BY run DESC, branch DESC LIMIT :limit"
)
_UP = (
    "WITH RECURSIVE up (sha, ancestor) AS (SELECT value, value FROM json_each(:tips) UNION"
    " SELECT l.sha, l.ancestor FROM up JOIN lineage l ON l.repository_id = :repository AND l.sha = up.ancestor"
    f" AND l.gap = 0 LIMIT {STEPS}) SELECT sha, ancestor FROM up WHERE sha <> ancestor"
)


def page(
    connection: sqlite3.Connection, repository_id: int, *, text: str = "", said: str = "", limit: int = 50
) -> Page:
    """Branches that are there, each with its `tip`, its newest run (`rows.Run`) or None, and by how much it is `ahead`.

    Args:
        text: only those whose name has it.
        said: the cursor at which the part begins.

    Returns:
        Of each also whether it is the repository's own (`is_trunk`); `ahead` counts commits, None: that is not known.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    run, branch = place(ORDER, said)
    limit = max(1, min(limit, LIMIT - 1))
    given = {"repository": repository_id, "text": text, "run": run, "branch": branch, "limit": limit + 1}
    there = connection.execute(_ROWS, given).fetchall()
    shown = there[:limit]
    runs = rows.by_ids(connection, [row["run"] for row in shown if row["run"]])
    trunk = choices.trunk(connection, repository_id)
    base = choices.tip(connection, repository_id, trunk)
    ahead = _ahead(connection, repository_id, base, [row["tip"] for row in shown])
    found = [
        {
            "branch": row["branch"], "tip": row["tip"], "run": runs.get(row["run"]), "ahead": ahead.get(row["tip"]),
            "is_trunk": row["branch"] == trunk,
        }
        for row in shown
    ]  # fmt: skip
    more = len(there) > limit
    return Page(found, cursor(ORDER, (shown[-1]["run"], shown[-1]["branch"])) if more else "")


def _ahead(connection: sqlite3.Connection, repository_id: int, base: str, tips: Sequence[str]) -> Mapping[str, int]:
    """How many commits each tip has that the base has not, of those of which that can be told."""
    wanted = list(dict.fromkeys([base, *tips]))
    parents: dict[str, list[str]] = {one: [] for one in wanted}
    for row in connection.execute(_UP, {"tips": json.dumps(wanted), "repository": repository_id}):
        parents.setdefault(row[0], []).append(row[1])
    beyond = _reached(parents, base, set())
    found = {}
    for one in tips:
        own = _reached(parents, one, beyond)
        if all(parents.get(sha) for sha in own):  # else it ends where nothing is known, and not at the base
            found[one] = len(own)
    return found if base else {}


def _reached(parents: Mapping[str, Sequence[str]], begin: str, without: set[str]) -> set[str]:
    """A commit and its ancestors, as far as they are not among others."""
    seen, waiting = set(), deque([begin])
    while waiting:
        one = waiting.popleft()
        if one not in seen and one not in without:
            seen.add(one)
            waiting.extend(parents.get(one, ()))
    return seen
