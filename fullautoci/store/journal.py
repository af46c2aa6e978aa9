"""What moved ratchets: what people did about them, and what happened by itself, in one list."""

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from fullautoci.errors import UsageError
from fullautoci.ratchet.standing import LOWERING, Flag, Standing
from fullautoci.store import ratchets, standings
from fullautoci.store import series as names
from fullautoci.store.standings import Series

View = dict[str, Any]
BY_ITSELF = "by itself"
PAGE_LIMIT = 500

# A reset is told of as what a person did.
_TOLD = tuple(flag for flag in LOWERING if flag != Flag.RESET)
# Each with a key, so that there is an order among what happened in the same moment.
_ACTS = (
    "SELECT at, 'a' || printf('%012d', id) AS key, kind, tool, project, variant, metric, '' AS per, sha, value, until,"
    " reason, actor, source, '[]' AS flags, floor_before, floor_after FROM acts a WHERE repository_id = :repository"
    # What a message proposes for something that is not held is no more than words.
    " AND (source <> 'trailer' OR EXISTS (SELECT 1 FROM series s WHERE s.repository_id = a.repository_id"
    " AND s.tool = a.tool AND s.metric = a.metric))"
)
_STANDINGS = (
    "SELECT coalesce(j.finished_at, (SELECT max(coalesce(finished_at, queued_at)) FROM runs WHERE"
    "  repository_id = s.repository_id AND sha = t.sha), '') AS at, 's' || s.id || ' ' || t.sha AS key, '' AS kind,"
    " s.tool, s.project, s.variant, s.metric, s.per, t.sha, t.value, NULL AS until, t.reason, :actor AS actor,"
    " 'verdict' AS source, t.flags, NULL, NULL FROM series s JOIN standings t ON t.series_id = s.id"
    " LEFT JOIN jobs j ON j.id = t.job_id WHERE s.repository_id = :repository AND t.flags <> '[]'"
    " AND EXISTS (SELECT 1 FROM json_each(t.flags) f WHERE f.value IN (SELECT value FROM json_each(:told)))"
)


def entries(
    connection: sqlite3.Connection, repository_id: int, *, before: str | None = None, limit: int = 50
) -> list[View]:
    """What moved ratchets, or nearly did, the newest first.

    Args:
        before: only what is older than the entry with that `cursor`.

    Raises:
        UsageError: that is no cursor.
    """
    at, _, key = (before or "~ ~").partition(" ")
    if not at or not key:
        raise UsageError("'before' is no cursor", "take one from an entry of the journal")
    rows = connection.execute(
        f"SELECT * FROM ({_ACTS} UNION ALL {_STANDINGS}) WHERE (at, key) < (:at, :key)"
        " ORDER BY at DESC, key DESC LIMIT :limit",
        {
            "repository": repository_id, "actor": BY_ITSELF, "told": json.dumps(_TOLD), "at": at, "key": key,
            "limit": min(limit, PAGE_LIMIT),
        },
    ).fetchall()  # fmt: skip
    return [_entry(connection, repository_id, row) for row in rows]


def _entry(connection: sqlite3.Connection, repository_id: int, row: Sequence[Any]) -> View:
    at, key, kind, tool, project, variant, metric, per, sha, value, until, reason, actor, source, flags, *found = row
    marked = json.loads(flags)
    own = standings.handed_on(connection, repository_id, [sha])
    concerned = [
        one
        for one in own
        if (one.tool, one.metric) == (tool, metric)
        and project in (None, one.project)
        and variant in (None, one.variant)
        and (source != "verdict" or one.per == per)
    ]
    series = concerned[0] if len(concerned) == 1 else None
    moves = series if kind not in ("waive", "end") else None
    before, after = found  # as it was when it was done: what was done there later does not change it
    if moves:
        before = _before(connection, repository_id, sha, moves) if before is None else before
        after = _floor(own[moves][sha]) if after is None else after
    subject = connection.execute(
        "SELECT subject FROM commits WHERE repository_id = ? AND sha = ?", [repository_id, sha]
    ).fetchone()
    return {
        "cursor": f"{at} {key}", "at": at, "name": names.name(series) if series else f"{tool}.{metric}", "tool": tool,
        "project": project, "variant": variant, "metric": metric, "per": series.per if series else per,
        "kind": kind or next(flag for flag in marked if flag in _TOLD), "flags": marked, "commit": sha,
        "subject": subject[0] if subject else "", "value": value, "until": until, "reason": reason, "actor": actor,
        "source": source, "before": before, "after": after,
    }  # fmt: skip


def _before(connection: sqlite3.Connection, repository_id: int, sha: str, series: Series) -> float | None:
    """The best floor that a commit was handed, of those that can be compared with its first parent's."""
    handed = [one for one in ratchets.handed(connection, repository_id, sha, series) if one.floor]
    if not handed:
        return None
    floors = [_floor(one) or 0.0 for one in handed if one.epoch == handed[0].epoch]
    rule = next((one.rule for one in handed if one.rule is not None), None)
    return rule.best(*floors) if rule else floors[0]


def _floor(standing: Standing) -> float | None:
    """What a standing hands on, as one number; a floor on loan stands for the real one."""
    found = standing.loan.floor if standing.loan is not None else standing.floor
    return sum(found.values()) if found else None
