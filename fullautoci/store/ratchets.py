"""Ratchets as they are shown: the verdicts on jobs, and what is held at a commit."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from fullautoci.ratchet.rule import HIGHER, Rule, strictest
from fullautoci.ratchet.standing import Flag, Standing, Values
from fullautoci.store import hints, lineage, standings
from fullautoci.store import series as names
from fullautoci.store.standings import Series
from fullautoci.text import timestamp

View = dict[str, Any]

# How many first parents back it is looked for since when a floor stands.
SINCE_LIMIT = 500
_SERIES = "s.tool, s.project, s.variant, s.metric, s.per"
# As `next_floor` has it, but as it is written down; the parameter is the moment.
_NEXT_FLOOR = (
    "CASE WHEN json_extract(t.standing, '$.loan') IS NULL"
    " OR json_extract(t.standing, '$.loan.act.until') BETWEEN '0' AND ?"
    " THEN json_extract(t.standing, '$.floor') ELSE json_extract(t.standing, '$.loan.floor') END"
)
# From one known parent to the next, without the commit itself.
_FIRST_PARENTS = (
    "WITH RECURSIVE way (sha, step) AS (SELECT :sha, 0 UNION ALL SELECT l.ancestor, way.step + 1 FROM way"
    " JOIN lineage l ON l.repository_id = :repository AND l.sha = way.sha AND l.slot = 0 AND l.gap = 0"
    " JOIN commits c ON c.repository_id = :repository AND c.sha = l.ancestor WHERE way.step < :steps)"
    " SELECT sha FROM way WHERE step > 0 ORDER BY step"
)
_VERDICT = "t.verdict, t.value, t.floor, t.target, t.flags, t.blame, t.reason, t.failing, t.detail"


def verdicts(connection: sqlite3.Connection, job_ids: Collection[int]) -> Mapping[int, list[View]]:
    """The verdicts that are shown with jobs, probes among them."""
    marks = ",".join("?" * len(job_ids))
    rows = connection.execute(
        f"SELECT {_SERIES}, {_VERDICT}, t.job_id, s.repository_id, t.sha,"
        " json_extract(t.standing, '$.rule.tolerance') FROM standings t JOIN series s ON s.id = t.series_id"
        f" WHERE t.job_id IN ({marks}) AND t.verdict IS NOT NULL ORDER BY s.id",
        [*job_ids],
    ).fetchall()
    found: dict[int, list[View]] = {}
    failing = [(row[15], row[16], Series(*row[:5])) for row in rows if row[12]]
    why = hints.unheeded(connection, failing)
    for row in rows:
        series, (job, repository, sha, tolerance) = Series(*row[:5]), row[14:]
        shown = _verdict(series, row[5:14])
        if Flag.LOOSENED in shown["flags"]:
            rule = in_force(connection, repository, sha, series)
            tolerance = rule.tolerance if rule else tolerance
        hint = why.get((repository, sha, series), "")
        found.setdefault(job, []).append({**shown, "tolerance": tolerance, "hint": hint})
    return found


def _verdict(series: Series, row: Sequence[Any]) -> View:
    verdict, value, floor, target, flags, blame, reason, failing, detail = row
    return {
        "metric": series.metric, "per": series.per, "value": value, "floor": floor, "target": target,
        "verdict": verdict, "flags": json.loads(flags), "blame": blame, "reason": reason, "failing": bool(failing),
        "by_tool": None, "by_commit": None, **json.loads(detail),
    }  # fmt: skip


def in_force(connection: sqlite3.Connection, repository_id: int, sha: str, series: Series) -> Rule | None:
    """The rule by which a commit is judged: the stricter, point by point, of its own and its parents'."""
    own = standings.handed_on(connection, repository_id, [sha]).get(series, {}).get(sha)
    there = [*handed(connection, repository_id, sha, series), *([own] if own else [])]
    rules = [one.rule for one in there if one.rule is not None]
    found = rules[0] if rules else None
    for rule in rules[1:]:
        found = strictest(found or rule, rule)
    return found


def handed(connection: sqlite3.Connection, repository_id: int, sha: str, series: Series) -> list[Standing]:
    """What a commit was handed of a series, the first parent's first."""
    order = [one for slot in lineage.parents(connection, repository_id, sha) for one in slot]
    found = standings.handed_on(connection, repository_id, order).get(series, {}) if order else {}
    return [found[one] for one in dict.fromkeys(order) if one in found]


def listed(connection: sqlite3.Connection, repository_id: int, sha: str, only: Collection[Series] = ()) -> list[View]:
    """What is held at a commit, each with how it stands; `only` some series, or all.

    Returns:
        For each its names, rule and verdict, and: `next_floor`, what the next commit is held against; `since`, the
        commit since which that is so (`since_is_known` says whether it was found); `own_value`, what can be compared
        with that: other than `value` where the commit begins an epoch; `above`, how much better than `next_floor` that
        is; `left`, how much is left to the target; `measured_at`, the commit whose value was the last to count; and
        `waived`, by whom, why and until when.
    """
    rows = connection.execute(
        f"SELECT {_SERIES}, {_VERDICT}, t.job_id FROM series s JOIN standings t ON t.series_id = s.id AND t.sha = ?"
        " WHERE s.repository_id = ? ORDER BY s.project, s.tool, s.variant, s.metric, s.per",
        [sha, repository_id],
    ).fetchall()
    own = standings.handed_on(connection, repository_id, [sha])
    found = [(series, row[5:14], row[14]) for row in rows if (series := Series(*row[:5])) in only or not only]
    since = _since(connection, repository_id, sha, [series for series, _, _ in found])
    why = hints.unheeded(connection, [(repository_id, sha, series) for series, row, _ in found if row[7]])
    views = []
    for series, row, job in found:
        standing, shown = own[series][sha], _verdict(series, row)
        rule = standing.rule
        if rule is None or Flag.LOOSENED in shown["flags"]:
            rule = in_force(connection, repository_id, sha, series)
        view = {
            "name": names.name(series), **asdict(series), **shown, "job": job, "commit": sha,
            "held": standing.rule is not None, **_rule(rule), **_position(standing, rule, sha, shown["value"]),
            "measured_at": standing.commit, "waived": _waived(standing),
            "since": since[series][0], "since_is_known": since[series][1],
            "hint": why.get((repository_id, sha, series), ""),
        }  # fmt: skip
        views.append(view)
    return views


def _rule(rule: Rule | None) -> View:
    if rule is None:
        return {"direction": HIGHER, "tolerance": None, "slack": None}
    return {"direction": rule.direction, "target": rule.target, "tolerance": rule.tolerance, "slack": rule.slack}


def _position(standing: Standing, rule: Rule | None, sha: str, value: float | None) -> View:
    """Where a commit stands between what the next one is held against and the target, in the epoch that it hands on."""
    floor = next_floor(standing)
    own = sum(standing.last.values()) if value is not None and standing.commit == sha else value
    sign = -1 if rule is not None and rule.direction != HIGHER else 1
    target = rule.target if rule else None
    above = None if own is None or floor is None else round(sign * (own - floor), 6)
    left = None if own is None or target is None else max(0.0, round(sign * (target - own), 6))
    return {"own_value": own, "next_floor": floor, "above": above, "left": left}


def next_floor(standing: Standing) -> float | None:
    """What a commit that comes now is held against, as one number: of files, their sum."""
    lent = standing.loan is not None and standing.loan.act.active(timestamp())
    floor: Values = standing.loan.floor if standing.loan is not None and lent else standing.floor
    rule = standing.rule
    # What was reached beyond a target that is lower now is kept for the day when it is higher again.
    return sum(rule.capped(value) if rule else value for value in floor.values()) if floor else None


def _waived(standing: Standing) -> View | None:
    waiver = standing.waiver
    if waiver is None or not waiver.active(timestamp()):
        return None
    return {"until": waiver.until or None, "reason": waiver.reason, "actor": waiver.actor}


def first_parents(connection: sqlite3.Connection, repository_id: int, sha: str, limit: int) -> list[str]:
    """A commit and those before it, along the first parents as far as they are known."""
    found = [sha]
    while len(found) < limit:
        given = {"repository": repository_id, "sha": found[-1], "steps": limit - len(found)}
        found += [row[0] for row in connection.execute(_FIRST_PARENTS, given)]
        if len(found) >= limit:
            break
        slots = lineage.parents(connection, repository_id, found[-1])  # a parent that is not known may have known ones
        if not slots or not slots[0]:
            break
        found.append(slots[0][0])
    return found


def _since(
    connection: sqlite3.Connection, repository_id: int, sha: str, wanted: Sequence[Series]
) -> dict[Series, tuple[str, bool]]:
    """Since which commit what is handed on has been the same, and whether that is where it began."""
    way = first_parents(connection, repository_id, sha, SINCE_LIMIT)
    rows = connection.execute(
        f"SELECT {_SERIES}, t.sha, {_NEXT_FLOOR} FROM series s JOIN standings t"
        " ON t.series_id = s.id AND t.sha IN (SELECT value FROM json_each(?)) WHERE s.repository_id = ?",
        [timestamp(), json.dumps(way), repository_id],
    ).fetchall()
    floors: dict[Series, dict[str, str]] = {}
    for *said, one, floor in rows:
        floors.setdefault(Series(*said), {})[one] = floor
    found = {}
    for series in wanted:
        known, last = floors[series], sha
        for one in way:
            if known.get(one) != known[sha]:
                found[series] = (last, True)
                break
            last = one
        else:
            found[series] = (last, len(way) < SINCE_LIMIT)
    return found
