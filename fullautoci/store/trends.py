"""How metrics went along a branch: from its tip back along first parents, be they held or not."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any

from fullautoci.store import choices, ratchets
from fullautoci.store import series as names
from fullautoci.store.listings.newest import newest
from fullautoci.store.measurements import COMPLETE
from fullautoci.store.standings import Series

View = dict[str, Any]
# By what jobs are alike: tool, project, variant.
Group = tuple[str, str, str]
# So many commits show how a metric goes.
GLANCE = 30
_JOBS = (
    "SELECT j.id, coalesce(j.reused_from, j.id) AS origin, j.run_id AS run, j.sha, j.tool, j.project, j.variant,"
    " j.configuration, j.tool_version AS version, json_extract(j.environment, '$.kind') AS environment"
    " FROM json_each(:shas) one CROSS JOIN jobs j ON j.repository_id = :repository AND j.sha = one.value"
    " WHERE j.purpose = 'check' AND coalesce(j.own_outcome, j.outcome)"
    f" IN ('{COMPLETE[0]}', '{COMPLETE[1]}') AND :tool IN ('', j.tool) ORDER BY j.id"
)
_STANDINGS = (
    "SELECT t.sha, t.verdict, t.value, t.floor, t.target, t.flags, t.blame, t.reason, t.failing,"
    " json_extract(t.standing, '$.direction') AS direction FROM series s JOIN standings t ON t.series_id = s.id"
    " AND t.sha IN (SELECT value FROM json_each(?)) WHERE s.repository_id = ? AND s.tool = ? AND s.project = ?"
    " AND s.variant = ? AND s.metric = ? AND s.per = ''"
)
_ACTS = (
    "SELECT a.sha, a.kind, a.reason, a.actor, a.value, a.until, a.at FROM json_each(?) one CROSS JOIN acts a"
    " ON a.repository_id = ? AND a.sha = one.value WHERE a.tool = ? AND coalesce(a.project, ?) = ?"
    " AND coalesce(a.variant, ?) = ? AND a.metric = ? ORDER BY a.id"
)


@dataclass(frozen=True, order=True)
class Line:
    """One metric of one tool."""

    tool: str
    project: str
    variant: str
    metric: str

    @property
    def name(self) -> str:
        """How it is called, as a ratchet would be: `pylint.score`, `services/api:coverage@3.13.percent_lines`."""
        return names.name(Series(self.tool, self.project, self.variant, self.metric))


def meant(connection: sqlite3.Connection, repository_id: int, said: str) -> Line:
    """The line that a name stands for, be it measured or not.

    Tools, variants and metrics may have points in their names: what was run tells which is which.
    """
    tools = [one for one in choices.tools(connection, repository_id) if said.startswith(f"{one}.")]
    if tools:
        tool = max(tools, key=len)
        return Line(tool, ".", "", said.removeprefix(f"{tool}."))
    for one in newest(connection, repository_id):
        start = Line(one.tool, one.project, one.variant, "").name
        if said.startswith(start) and len(said) > len(start):
            return Line(one.tool, one.project, one.variant, said.removeprefix(start))
    project, colon, rest = said.rpartition(":")
    tool, at, behind = rest.partition("@")
    if at:
        variant, _, metric = behind.rpartition(".")
    else:
        variant = ""
        tool, _, metric = rest.partition(".")
    return Line(tool, project if colon else ".", variant, metric)


def glance(connection: sqlite3.Connection, repository_id: int, tip: str, limit: int = GLANCE) -> list[View]:
    """Every metric that was measured lately: its `line`, the newest value with its commit and run, and those before.

    Args:
        tip: the commit to begin at.
        limit: how many commits are looked at.

    Returns:
        In the order of the tools; `values` are oldest first, `change` is the newest less the one before, and
        `direction` says which are better where the metric is held, as `held` says. `latest`: its tool's newest result
        has it; some metrics are only told where there is something to measure.
    """
    way = ratchets.first_parents(connection, repository_id, tip, limit)
    jobs = _newest(_jobs(connection, repository_id, way))
    values = _values(connection, {row["origin"] for row in jobs.values()})
    held = _held(connection, repository_id, way)
    shown: list[View] = []
    for group in sorted({group for _, group in jobs}):
        there = [jobs[sha, group] for sha in reversed(way) if (sha, group) in jobs]
        found: dict[Line, list[tuple[float, sqlite3.Row]]] = {}
        for row in there:
            for metric, value in values.get(row["origin"], {}).items():
                found.setdefault(Line(*group, metric), []).append((value, row))
        shown += [_glance(line, points, held.get(line), there[-1]) for line, points in found.items()]
    return shown


def _glance(
    line: Line, points: Sequence[tuple[float, sqlite3.Row]], held: View | None, newest_job: sqlite3.Row
) -> View:
    value, row = points[-1]
    return {
        "line": line, "value": value, "run": row["run"], "commit": row["sha"],
        "change": value - points[-2][0] if len(points) > 1 else 0.0, "values": [one for one, _ in points],
        "latest": row is newest_job, "held": held is not None,
        **(held or {"direction": "", "floor": None, "target": None}),
    }  # fmt: skip


def _held(connection: sqlite3.Connection, repository_id: int, way: Sequence[str]) -> Mapping[Line, View]:
    """Of what is held as a whole, the newest floor and target on the way."""
    rows = connection.execute(
        "SELECT s.tool, s.project, s.variant, s.metric, t.floor, t.target, t.sha,"
        " json_extract(t.standing, '$.direction') AS direction FROM series s JOIN standings t ON t.series_id = s.id"
        " AND t.sha IN (SELECT value FROM json_each(?)) WHERE s.repository_id = ? AND s.per = ''"
        " AND t.verdict IS NOT NULL",
        [json.dumps(way), repository_id],
    ).fetchall()
    place = {sha: number for number, sha in enumerate(way)}
    found: dict[Line, View] = {}
    for row in sorted(rows, key=lambda one: -place[one["sha"]]):
        found[Line(*row[:4])] = {"floor": row["floor"], "target": row["target"], "direction": row["direction"] or ""}
    return found


def points(
    connection: sqlite3.Connection, repository_id: int, line: Line, tip: str, limit: int, *, before: bool = False
) -> tuple[list[View], bool]:
    """The commits at which one metric was measured or judged, oldest first; and whether there are commits before them.

    Args:
        tip: the commit to begin at; with `before`, its first parent is.
        limit: how many commits are looked at.

    Returns:
        Of each its commit, subject, moment, run, `value`, verdict, floor and target; `epoch`, in words what is other
        than at the commit before, where values can therefore not be compared; and `acts`, what people did there.
    """
    whole = ratchets.first_parents(connection, repository_id, tip, limit + before + 1)[before:]
    way = whole[:limit]
    group = (line.tool, line.project, line.variant)
    jobs = {sha: row for (sha, own), row in _newest(_jobs(connection, repository_id, way, line.tool)).items()
            if own == group}  # fmt: skip
    values = _values(connection, {row["origin"] for row in jobs.values()}, line.metric)
    said = [json.dumps(way), repository_id, *astuple(line)]
    judged = {row["sha"]: row for row in connection.execute(_STANDINGS, said)}
    acts = _acts(connection, repository_id, line, way)
    commits = _commits(connection, repository_id, way)
    found: list[View] = []
    last: sqlite3.Row | None = None
    for sha in reversed(way):
        job, verdict = jobs.get(sha), judged.get(sha)
        value = values.get(job["origin"], {}).get(line.metric) if job is not None else None
        if sha not in commits or (value is None and (verdict is None or verdict["verdict"] is None)):
            continue
        epoch = _epoch(last, job) if last is not None and job is not None else ""
        last = job if job is not None else last
        view = {"commit": sha, **commits[sha], "run": job["run"] if job is not None else None, "value": value}
        found.append({**view, "epoch": epoch, "acts": acts.get(sha, []), **_verdict(verdict)})
    return found, len(whole) > limit


def _jobs(connection: sqlite3.Connection, repository_id: int, way: Sequence[str], tool: str = "") -> list[sqlite3.Row]:
    return connection.execute(_JOBS, {"shas": json.dumps(way), "repository": repository_id, "tool": tool}).fetchall()


def _newest(rows: Sequence[sqlite3.Row]) -> dict[tuple[str, Group], sqlite3.Row]:
    """Of each commit and group the job that was made last."""
    return {(row["sha"], (row["tool"], row["project"], row["variant"])): row for row in rows}


def _values(connection: sqlite3.Connection, origins: set[int], metric: str = "") -> Mapping[int, dict[str, float]]:
    only = " AND m.name = ?" if metric else ""
    rows = connection.execute(
        "SELECT m.job_id, m.name, m.value FROM json_each(?) one CROSS JOIN metrics m ON m.job_id = one.value"
        f"{only} ORDER BY m.rowid",
        [json.dumps([*origins]), *([metric] if metric else [])],
    )
    found: dict[int, dict[str, float]] = {}
    for job, name, value in rows:
        found.setdefault(job, {})[name] = value
    return found


def _commits(connection: sqlite3.Connection, repository_id: int, way: Sequence[str]) -> Mapping[str, View]:
    rows = connection.execute(
        "SELECT sha, subject, author, committed_at AS at FROM commits WHERE repository_id = ?"
        " AND sha IN (SELECT value FROM json_each(?))",
        [repository_id, json.dumps(way)],
    )
    return {row["sha"]: {"subject": row["subject"], "author": row["author"], "at": row["at"]} for row in rows}


def _acts(
    connection: sqlite3.Connection, repository_id: int, line: Line, way: Sequence[str]
) -> Mapping[str, list[View]]:
    rows = connection.execute(
        _ACTS,
        [
            json.dumps(way), repository_id, line.tool, line.project, line.project, line.variant, line.variant,
            line.metric,
        ],
    )  # fmt: skip
    found: dict[str, list[View]] = {}
    for row in rows:
        found.setdefault(row["sha"], []).append(dict(row))
    return found


def _verdict(row: sqlite3.Row | None) -> View:
    names = ("verdict", "floor", "target", "blame", "reason", "direction")
    if row is None:
        return {**dict.fromkeys(names), "flags": [], "failing": False}
    return {**{name: row[name] for name in names}, "flags": json.loads(row["flags"]), "failing": bool(row["failing"])}


def _epoch(before: sqlite3.Row, job: sqlite3.Row) -> str:
    """What a measurement cannot be compared with the one before for, in words; empty: it can."""
    said = []
    if before["version"] != job["version"]:
        said.append(f"{job['tool']} {before['version'] or '?'} → {job['version'] or '?'}")
    if before["environment"] != job["environment"]:
        said.append(f"environment {before['environment']} → {job['environment']}")
    if before["configuration"] != job["configuration"]:
        said.append("another configuration")
    return ", ".join(said)
