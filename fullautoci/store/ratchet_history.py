"""How a metric that is held went, from commit to commit."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from fullautoci.ratchet.standing import Act, Standing
from fullautoci.store import acts, ratchets, standings
from fullautoci.store.standings import Series

View = dict[str, Any]
PAGE_LIMIT = 500
_VERDICT = ("verdict", "value", "floor", "target", "flags", "blame", "reason", "failing")


def history(
    connection: sqlite3.Connection,
    repository_id: int,
    series: Series,
    sha: str,
    limit: int = 50,
    *,
    before: bool = False,
) -> tuple[list[View], str | None]:
    """A series along first parents, the newest first.

    Args:
        sha: the commit to begin at; with `before`, its first parent is.

    Returns:
        The commits, those without a verdict too, each with what people did at it; and the last of them, to go on
        before it, where there is more.
    """
    limit = min(limit, PAGE_LIMIT)
    way = ratchets.first_parents(connection, repository_id, sha, limit + before + 1)[before:]
    page = way[:limit]
    if not page:
        return [], None
    found = _rows(connection, repository_id, series, page)
    on = standings.handed_on(connection, repository_id, page).get(series, {})
    views = []
    for one in page:
        done = acts.about(acts.of_commit(connection, repository_id, one), series)
        views.append({**found[one], "next_floor": _floor(on.get(one)), "acts": [_act(act) for act in done]})
    return views, page[-1] if len(way) > limit else None


def _rows(
    connection: sqlite3.Connection, repository_id: int, series: Series, shas: Sequence[str]
) -> Mapping[str, View]:
    columns = ", ".join(f"t.{name}" for name in _VERDICT)
    rows = connection.execute(
        f"SELECT c.sha, c.subject, c.committed_at, {columns} FROM commits c"
        " LEFT JOIN standings t ON t.sha = c.sha AND t.series_id = (SELECT id FROM series WHERE"
        " repository_id = c.repository_id AND tool = ? AND project = ? AND variant = ? AND metric = ? AND per = ?)"
        " WHERE c.repository_id = ? AND c.sha IN (SELECT value FROM json_each(?))",
        [*series.group, series.metric, series.per, repository_id, json.dumps(shas)],
    ).fetchall()
    return {row[0]: _view(row) for row in rows}


def _view(row: Sequence[Any]) -> View:
    view = dict(zip(("commit", "subject", "when", *_VERDICT), row, strict=True))
    return view | {
        "flags": json.loads(view["flags"] or "[]"),
        "blame": view["blame"] or "",
        "reason": view["reason"] or "",
        "failing": bool(view["failing"]),
    }


def _floor(standing: Standing | None) -> float | None:
    return sum(standing.floor.values()) if standing is not None and standing.floor else None


def _act(act: Act) -> View:
    return {
        "id": act.id, "kind": act.kind, "reason": act.reason, "actor": act.actor, "value": act.value,
        "until": act.until or None,
    }  # fmt: skip
