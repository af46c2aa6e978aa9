"""What happened in a repository between two moments or two commits, for reports: bounded, however much there is."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.reporting.facts import Facts
from fullautoci.store import ratchets
from fullautoci.store import series as names
from fullautoci.store.measurements import COMPLETE
from fullautoci.store.standings import Series

View = dict[str, Any]

# So many runs are counted at most; of so many, the newest, is told what came of them; of so many, what tools took.
COUNTED, RUNS, SAMPLE = 5_000, 300, 150
# So many of what is told are read, of jobs with tests that failed, and of rows of tests.
ROWS, JOBS, TESTS = 200, 100, 10_000
# So far back, along first parents, the one of two commits is looked for.
WAY = 1_000
# Metrics are those of each tool's newest result among so many runs.
AROUND = 10


@dataclass(frozen=True)
class Span:
    """The runs that a report is on.

    Attributes:
        runs: their ids, newest first.
        since: the moment from which on what people did counts.
        until: the moment at which it counts no more.
        before: runs whose metrics are those at the beginning, the newest first; where there were none yet, the first of
            all. `last`: those at the end.
        commits: what people did counts at these, whenever that was; none: at all, between those moments.
    """

    runs: Sequence[int]
    since: str
    until: str
    before: Sequence[int]
    last: Sequence[int]
    commits: Sequence[str] = ()


def between_moments(connection: sqlite3.Connection, repository_id: int, since: str, until: str, branch: str) -> Span:
    """What was queued between two moments, the second excluded; metrics are those of a branch."""
    rows = connection.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND queued_at >= ? AND queued_at < ? AND dirty = 0"
        " ORDER BY queued_at DESC LIMIT ?",
        [repository_id, since, until, COUNTED],
    ).fetchall()
    runs = [row[0] for row in rows]
    before, last = (_upto(connection, repository_id, branch, moment) for moment in (since, until))
    before = before or _first(connection, repository_id, branch, last, since)
    return Span(runs, since, until, before, last)


def _upto(connection: sqlite3.Connection, repository_id: int, branch: str, moment: str) -> list[int]:
    """The newest runs of a branch that were queued before a moment."""
    edge = connection.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND queued_at < ? ORDER BY queued_at DESC LIMIT 1",
        [repository_id, moment],
    ).fetchone()
    rows = connection.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND branch = ? AND dirty = 0 AND id <= ? ORDER BY id DESC LIMIT ?",
        [repository_id, branch, edge[0] if edge else 0, AROUND],
    )
    return [row[0] for row in rows]


def _first(
    connection: sqlite3.Connection, repository_id: int, branch: str, last: Sequence[int], since: str
) -> list[int]:
    """The first run of a branch at or after a moment, where it has any run at all."""
    row = connection.execute(
        "SELECT id FROM runs WHERE repository_id = ? AND branch = ? AND dirty = 0 AND id >= coalesce((SELECT id"
        " FROM runs WHERE repository_id = ? AND queued_at >= ? ORDER BY queued_at LIMIT 1), 0) ORDER BY id LIMIT 1",
        [repository_id, branch, repository_id, since],
    ).fetchone()
    return [row[0]] if row and last else []


def between_commits(connection: sqlite3.Connection, repository_id: int, begin: str, end: str) -> Span | None:
    """What came after one commit up to another, along first parents; None: the one is not before the other.

    Args:
        begin, end: whole ids of commits that were tested.
    """
    way = ratchets.first_parents(connection, repository_id, end, WAY + 1)
    if begin not in way:
        return None
    commits = way[: way.index(begin)]
    runs = _newest(connection, repository_id, commits)
    before = _newest(connection, repository_id, [begin])
    rows = connection.execute(
        "SELECT min(queued_at), max(coalesce(finished_at, queued_at)) FROM runs WHERE id IN"
        " (SELECT value FROM json_each(?))",
        [json.dumps(runs)],
    ).fetchone()
    last = _newest(connection, repository_id, [end])
    return Span(runs, rows[0] or "~", rows[1] or "~", before, last, commits)


def _newest(connection: sqlite3.Connection, repository_id: int, shas: Sequence[str]) -> list[int]:
    rows = connection.execute(
        "SELECT max(r.id) AS run FROM json_each(?) one CROSS JOIN runs r ON r.repository_id = ? AND r.sha = one.value"
        " GROUP BY r.sha ORDER BY run DESC",
        [json.dumps([*shas]), repository_id],
    )
    return [row[0] for row in rows]


def facts(connection: sqlite3.Connection, repository_id: int, span: Span) -> Facts:
    """All that a report is made of."""
    every, runs, sample = (json.dumps(span.runs[:count]) for count in (COUNTED, RUNS, SAMPLE))
    told = connection.execute(
        "SELECT coalesce(outcome, state) AS word, count(*) FROM json_each(?) one CROSS JOIN runs r ON r.id = one.value"
        " GROUP BY word",
        [every],
    ).fetchall()
    (commits,) = connection.execute(
        "SELECT count(DISTINCT r.sha) FROM json_each(?) one CROSS JOIN runs r ON r.id = one.value", [every]
    ).fetchone()
    begin, end = (_metrics(connection, [*there]) for there in (span.before, span.last))
    return Facts(
        {row[0]: row[1] for row in told}, commits, RUNS, SAMPLE, _turns(connection, runs), _tools(connection, sample),
        _findings(connection, runs), _verdicts(connection, runs), _acts(connection, repository_id, span),
        _flaky(connection, repository_id, span), _tests(connection, runs), begin, end,
        _directions(connection, repository_id, span.last),
    )  # fmt: skip


def _turns(connection: sqlite3.Connection, runs: str) -> list[View]:
    rows = connection.execute(
        "SELECT j.tool, j.project, j.variant, j.sha AS 'commit', c.subject, j.run_id AS run,"
        " coalesce(j.finished_at, j.queued_at) AS at, j.outcome, a.outcome AS before, j.reason"
        " FROM json_each(?) one CROSS JOIN jobs j ON j.run_id = one.value CROSS JOIN deltas d ON d.job_id = j.id"
        " CROSS JOIN jobs a ON a.id = d.against"
        " CROSS JOIN commits c ON c.repository_id = j.repository_id AND c.sha = j.sha"
        " WHERE j.purpose = 'check' AND j.outcome IN (?, ?) AND a.outcome IN (?, ?) AND a.outcome <> j.outcome LIMIT ?",
        [runs, *COMPLETE, *COMPLETE, ROWS],
    )
    return [dict(row) for row in rows]


def _tools(connection: sqlite3.Connection, runs: str) -> list[View]:
    rows = connection.execute(
        "SELECT j.tool, j.project, j.variant, count(*) AS times, sum(j.outcome = 'failed') AS failed,"
        " sum(j.outcome IN ('errored', 'timed_out')) AS errored, count(j.reused_from) AS reused,"
        " sum(j.reused_from IS NULL AND j.duration_s IS NOT NULL) AS measured,"
        " coalesce(sum(CASE WHEN j.reused_from IS NULL THEN j.duration_s END), 0.0) AS total_s,"
        " max(CASE WHEN j.reused_from IS NULL THEN j.duration_s END) AS longest_s"
        " FROM json_each(?) one CROSS JOIN jobs j ON j.run_id = one.value"
        " WHERE j.purpose = 'check' AND j.state = 'done' GROUP BY j.tool, j.project, j.variant LIMIT ?",
        [runs, ROWS],
    )
    return [dict(row) for row in rows]


def _findings(connection: sqlite3.Connection, runs: str) -> Mapping[str, int]:
    """How many findings came and went, against the parents' jobs."""
    row = connection.execute(
        "SELECT coalesce(sum(d.new), 0), coalesce(sum(d.fixed), 0) FROM json_each(?) one"
        " CROSS JOIN jobs j ON j.run_id = one.value CROSS JOIN deltas d ON d.job_id = j.id AND d.against IS NOT NULL",
        [runs],
    ).fetchone()
    return {"new": row[0], "fixed": row[1]}


def _verdicts(connection: sqlite3.Connection, runs: str) -> list[View]:
    rows = connection.execute(
        "SELECT s.tool, s.project, s.variant, s.metric, s.per, t.sha, j.run_id, t.verdict, t.value, t.floor, t.flags,"
        " t.reason FROM json_each(?) one CROSS JOIN jobs j ON j.run_id = one.value"
        " CROSS JOIN standings t ON t.job_id = j.id CROSS JOIN series s ON s.id = t.series_id"
        " WHERE t.verdict IN ('improved', 'regressed', 'unjudged') LIMIT ?",
        [runs, 5 * ROWS],
    ).fetchall()
    return [
        {
            "name": names.name(Series(*row[:5])), "commit": row[5], "run": row[6], "verdict": row[7], "value": row[8],
            "floor": row[9], "flags": json.loads(row[10]), "reason": row[11],
        }
        for row in reversed(rows)
    ]  # fmt: skip


def _acts(connection: sqlite3.Connection, repository_id: int, span: Span) -> list[View]:
    where, values = "a.at >= ? AND a.at < ?", [span.since, span.until]
    if span.commits:
        where, values = "a.sha IN (SELECT value FROM json_each(?))", [json.dumps([*span.commits])]
    rows = connection.execute(
        "SELECT a.kind, a.tool, coalesce(a.project, '.') AS project, coalesce(a.variant, '') AS variant, a.metric,"
        " a.sha AS 'commit', c.subject, a.actor, a.reason, a.until, a.at FROM acts a"
        " LEFT JOIN commits c ON c.repository_id = a.repository_id AND c.sha = a.sha"
        f" WHERE a.repository_id = ? AND {where} AND (a.source <> 'trailer' OR EXISTS (SELECT 1 FROM"
        " series s WHERE s.repository_id = a.repository_id AND s.tool = a.tool AND s.metric = a.metric))"
        " ORDER BY a.id DESC LIMIT ?",
        [repository_id, *values, ROWS],
    )
    found = []
    for row in rows:
        view = dict(row)
        place = Series(*(view.pop(key) for key in ("tool", "project", "variant", "metric")))
        found.append({"name": names.name(place), **view})
    return found


def _flaky(connection: sqlite3.Connection, repository_id: int, span: Span) -> list[View]:
    rows = connection.execute(
        "SELECT name, kind, tool, project, variant, times, seen_at FROM flaky"
        " WHERE repository_id = ? AND seen_at >= ? AND seen_at < ? ORDER BY seen_at DESC, name LIMIT ?",
        [repository_id, span.since, span.until, ROWS],
    )
    return [dict(row) for row in rows]


def _tests(connection: sqlite3.Connection, runs: str) -> list[View]:
    """The tests that failed, those that failed most often first; of jobs with many tests only the newest are read."""
    tallied = connection.execute(
        "SELECT j.id, y.tests FROM json_each(?) one CROSS JOIN jobs j ON j.run_id = one.value"
        " CROSS JOIN tallies y ON y.job_id = j.id WHERE y.failed > 0 AND j.purpose = 'check' LIMIT ?",
        [runs, JOBS],
    ).fetchall()
    read, jobs = 0, list[int]()
    for job, tests in tallied:
        read += tests
        if jobs and read > TESTS:
            break
        jobs.append(job)
    rows = connection.execute(
        "SELECT t.name, j.tool, j.project, j.variant, count(*) AS times, max(j.run_id) AS run FROM json_each(?) one"
        " CROSS JOIN jobs j ON j.id = one.value CROSS JOIN tests t ON t.job_id = j.id"
        " WHERE t.outcome IN ('failed', 'errored') GROUP BY t.name, j.tool, j.project, j.variant"
        " ORDER BY times DESC, t.name LIMIT ?",
        [json.dumps(jobs), ROWS],
    )
    return [dict(row) for row in rows]


def _metrics(connection: sqlite3.Connection, runs: Sequence[int]) -> Mapping[str, float]:
    """The newest value of each metric in some runs, by the name of its series."""
    rows = connection.execute(
        "SELECT j.tool, j.project, j.variant, coalesce(j.reused_from, j.id) FROM json_each(?) one"
        " CROSS JOIN jobs j ON j.run_id = one.value WHERE j.purpose = 'check'"
        " AND coalesce(j.own_outcome, j.outcome) IN (?, ?) ORDER BY j.id",
        [json.dumps([*runs]), *COMPLETE],
    )
    origins = {(row[0], row[1], row[2]): row[3] for row in rows}
    groups = {origin: group for group, origin in origins.items()}
    values = connection.execute(
        "SELECT m.job_id, m.name, m.value FROM json_each(?) one CROSS JOIN metrics m ON m.job_id = one.value LIMIT ?",
        [json.dumps([*groups]), 5 * ROWS],
    )
    found = {names.name(Series(*groups[job], metric)): value for job, metric, value in values}
    return dict(sorted(found.items()))


def _directions(connection: sqlite3.Connection, repository_id: int, runs: Sequence[int]) -> Mapping[str, bool]:
    """Of what is held as a whole, whether higher is better."""
    rows = connection.execute(
        "SELECT s.tool, s.project, s.variant, s.metric, json_extract(t.standing, '$.rule.direction') AS direction"
        " FROM series s JOIN standings t ON t.series_id = s.id AND t.sha IN (SELECT sha FROM runs WHERE id IN"
        " (SELECT value FROM json_each(?))) WHERE s.repository_id = ? AND s.per = ''",
        [json.dumps([*runs]), repository_id],
    )
    return {names.name(Series(*row[:4])): row[4] == "higher" for row in rows if row[4]}


def counts(connection: sqlite3.Connection, repository_id: int, spans: Sequence[tuple[str, str]]) -> list[int]:
    """How many runs were queued between some moments each, the second ones excluded; at most as many as are read."""
    return [
        connection.execute(
            "SELECT count(*) FROM (SELECT 1 FROM runs WHERE repository_id = ? AND queued_at >= ? AND queued_at < ?"
            " LIMIT ?)",
            [repository_id, since, until, COUNTED],
        ).fetchone()[0]
        for since, until in spans
    ]
