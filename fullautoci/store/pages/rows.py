"""Runs as lists of commits show them: in few words, for many at once."""

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

from fullautoci.store.job_views import IS_RESULT
from fullautoci.store.listings import runs as listed

# The figure by which a tool's result is known, the first that it has.
FIGURES = ("score", "percent_lines")
_RUNS = (
    "SELECT r.id, r.repository_id, r.sha, c.subject, c.author, r.branch, r.dirty, r.state, r.outcome,"
    " coalesce(r.finished_at, r.queued_at) AS at FROM json_each(?) one CROSS JOIN runs r ON r.id = one.value"
    " CROSS JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
)
_JOBS = (
    "SELECT j.id, j.run_id, j.tool, j.project, j.variant, j.purpose, coalesce(j.outcome, j.state) AS outcome, j.reason,"
    " coalesce((SELECT 'score ' || value FROM metrics m WHERE m.job_id = coalesce(j.reused_from, j.id)"
    f"  AND m.name = '{FIGURES[0]}'), (SELECT 'percent_lines ' || value FROM metrics m"
    f"  WHERE m.job_id = coalesce(j.reused_from, j.id) AND m.name = '{FIGURES[1]}'), '') AS figure,"
    " coalesce(d.new, 0) AS new, coalesce(d.fixed, 0) AS fixed FROM json_each(?) one CROSS JOIN jobs j"
    " ON j.run_id = one.value LEFT JOIN deltas d ON d.job_id = j.id AND d.against IS NOT NULL"
    f" WHERE {IS_RESULT} ORDER BY j.id"
)
_VERDICTS = (
    "SELECT t.job_id, s.metric, s.per, t.verdict, t.flags, t.failing FROM json_each(?) one CROSS JOIN standings t"
    " ON t.job_id = one.value CROSS JOIN series s ON s.id = t.series_id WHERE t.verdict IS NOT NULL"
    " ORDER BY s.metric, s.per"
)


class Verdict(NamedTuple):
    """What a ratchet says of a job's metric."""

    metric: str
    per: str
    verdict: str
    flags: tuple[str, ...]
    failing: bool


class Job(NamedTuple):
    """One tool of a run.

    Attributes:
        outcome: or its state, while it has none.
        figure: one of `FIGURES` and its value; empty: it has none.
    """

    id: int
    tool: str
    project: str
    variant: str
    purpose: str
    outcome: str
    reason: str
    figure: str
    new: int
    fixed: int
    verdicts: tuple[Verdict, ...]


class Run(NamedTuple):
    """A commit's run; `at` is when it ended, or else when it was queued."""

    id: int
    repository_id: int
    sha: str
    subject: str
    author: str
    branch: str
    dirty: bool
    outcome: str
    at: str
    jobs: tuple[Job, ...]


def commits(
    connection: sqlite3.Connection, wanted: listed.Wanted, visible: Collection[int] | None, cursor: str, limit: int
) -> tuple[list[Run], str]:
    """The newest run of each commit, newest first, and the cursor at which the next part begins.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    newest = replace(wanted, newest_of_commit=True)
    found, following = listed.numbers(connection, newest, visible, cursor=cursor, limit=limit)
    shown = by_ids(connection, found)
    return [shown[one] for one in found], following


def by_ids(connection: sqlite3.Connection, identifiers: Collection[int]) -> Mapping[int, Run]:
    """Runs by their ids, each with its jobs."""
    wanted = json.dumps([*identifiers])
    jobs = _jobs(connection, wanted)
    return {
        row["id"]: Run(
            row["id"], row["repository_id"], row["sha"], row["subject"], row["author"], row["branch"],
            bool(row["dirty"]), row["outcome"] or row["state"], row["at"], tuple(jobs.get(row["id"], ())),
        )
        for row in connection.execute(_RUNS, [wanted])
    }  # fmt: skip


def _jobs(connection: sqlite3.Connection, runs: str) -> Mapping[int, list[Job]]:
    rows = connection.execute(_JOBS, [runs]).fetchall()
    verdicts: dict[int, list[Verdict]] = {}
    for job, metric, per, verdict, flags, failing in connection.execute(
        _VERDICTS, [json.dumps([row[0] for row in rows])]
    ):
        told = () if flags == "[]" else tuple(json.loads(flags))
        verdicts.setdefault(job, []).append(Verdict(metric, per, verdict, told, bool(failing)))
    found: dict[int, list[Job]] = {}
    for row in rows:
        job = Job._make([row[0], *row[2:], tuple(verdicts.get(row[0], ()))])
        found.setdefault(row[1], []).append(job)
    return found
