"""Judging: from what was measured of a commit and what its ancestors hand on to verdicts, outcomes and probes.

What a commit hands on is a function of what was measured of it and of its ancestors. So a result that comes late has
its descendants judged anew, until nothing changes; in which order results come makes no difference.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from fullautoci.model import Outcome, State
from fullautoci.ratchet.judge import judge
from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Act, Judgement, Measured, Standing, Subject
from fullautoci.store import acts, flaky, lineage, measurements, outcomes, probes, standings
from fullautoci.store.measurements import UNTESTED, Measurement
from fullautoci.store.standings import Series

# How far back commits are looked at that were never judged; what lies beyond is as if it were not there.
DEPTH = 5000


def settle(db: Database, repository_id: int, sha: str) -> None:
    """Judge a commit anew, and before it what it descends from and was never judged.

    Where what it hands on changes by that, its children are to be judged anew by `work`.
    """
    for one in _unsettled_ancestors(db.conn, repository_id, sha):
        _settle(db, repository_id, one)
    _settle(db, repository_id, sha)


def work(db: Database, limit: int) -> bool:
    """Judge some of the commits anew that are waiting for it.

    Returns:
        Whether there are more: also those which that concerns.
    """
    for repository_id, sha in db.execute("SELECT repository_id, sha FROM unsettled LIMIT ?", [limit]).fetchall():
        settle(db, repository_id, sha)
    return db.execute("SELECT 1 FROM unsettled LIMIT 1").fetchone() is not None


def _unsettled_ancestors(connection: sqlite3.Connection, repository_id: int, sha: str) -> list[str]:
    """Ancestors of a commit that were never judged, each after its own parents."""
    order: list[str] = []
    seen = {sha}
    waiting = [(sha, False)]
    while waiting and len(seen) < DEPTH:
        one, ready = waiting.pop()
        if ready:
            order.append(one)
            continue
        if one != sha:
            waiting.append((one, True))
        for slot in lineage.parents(connection, repository_id, one):
            for parent in slot:
                if parent not in seen and not _is_settled(connection, repository_id, parent):
                    seen.add(parent)
                    waiting.append((parent, False))
    return order


def _is_settled(connection: sqlite3.Connection, repository_id: int, sha: str) -> bool:
    row = connection.execute("SELECT 1 FROM settled WHERE repository_id = ? AND sha = ?", [repository_id, sha])
    return row.fetchone() is not None


@dataclass(frozen=True)
class _Commit:
    """A commit with all that its verdicts hang on, but for its parents'.

    Attributes:
        run: its newest run; None: it has none.
        live: whether that was not called off.
        rules: by series; None: its policy is not known.
        jobs: its checks, by tool, project and variant.
    """

    repository_id: int
    sha: str
    run: int | None
    live: bool
    moment: str
    dirty: bool
    rules: dict[Series, Rule] | None
    jobs: dict[tuple[str, str, str], Measurement]
    values: dict[int, dict[str, float]]
    acts: Sequence[tuple[sqlite3.Row, Act]]
    parents: tuple[str, ...]


def _settle(db: Database, repository_id: int, sha: str) -> None:
    commit = _commit(db.conn, repository_id, sha)
    parents = _parents(db.conn, repository_id, sha)
    kept, changed = [], False
    for series in dict.fromkeys([*(commit.rules or ()), *parents]):
        found, job = _judged(db, commit, series, parents.get(series, ()))
        if found.verdict is None and not found.needs and found.standing == Standing(found.standing.rule):
            continue  # nothing was ever measured
        kept.append(series)
        changed = standings.save(db, repository_id, sha, series, found, job) or changed
    gone = standings.drop(db, repository_id, sha, kept)
    db.execute("DELETE FROM unsettled WHERE repository_id = ? AND sha = ?", [repository_id, sha])
    db.execute("INSERT OR IGNORE INTO settled (repository_id, sha) VALUES (?, ?)", [repository_id, sha])
    if commit.run is not None:
        outcomes.apply(db, commit.run)
    if changed or gone:
        acts.unsettle(db, repository_id, lineage.children(db.conn, repository_id, sha))


def _judged(db: Database, commit: _Commit, series: Series, parents: Sequence[Standing]) -> tuple[Judgement, int | None]:
    """The verdict on a series, and the job that it is shown with; measurements that it needs are ordered."""
    subject, job = _subject(db.conn, commit, series)
    if commit.run is None:
        return judge(subject, parents, lambda _: None), None
    found = judge(subject, parents, probes.finder(db.conn, commit.repository_id, commit.run, series))
    for probe in found.needs:
        probes.make(db, commit.repository_id, commit.run, series, probe)
    if job is None and found.verdict is not None:
        return found, probes.of_commit(db.conn, commit.run, series, commit.sha)
    return found, job


def _subject(connection: sqlite3.Connection, commit: _Commit, series: Series) -> tuple[Subject, int | None]:
    job = commit.jobs.get(series.group)
    rule = commit.rules.get(series) if commit.rules is not None else None
    off = commit.rules is not None and commit.live and job is None and rule is None
    tested = off or (job is not None and job.state == State.DONE and job.outcome not in (None, *UNTESTED))
    measured, why = _measured(connection, commit, series, job) if job is not None and tested else (None, "")
    spread = flaky.spread(connection, commit.repository_id, *series.group, series.metric, commit.moment)
    subject = Subject(
        commit.sha, commit.moment, rule, commit.rules is not None, tested, measured, why, not commit.dirty,
        acts.about(commit.acts, series), spread, commit.parents, _is_repeated(connection, commit, series, job, rule),
    )  # fmt: skip
    return subject, job.id if job is not None else None


def _is_repeated(
    connection: sqlite3.Connection, commit: _Commit, series: Series, job: Measurement | None, rule: Rule | None
) -> bool:
    """Whether a commit had a better value before it was measured again; by file nobody looks at that."""
    if job is None or rule is None or not job.complete or series.per:
        return False
    now = _values(connection, commit, job.origin).get(series.metric)
    before = [_values(connection, commit, origin).get(series.metric) for origin in job.earlier]
    return now is not None and any(value is not None and rule.worse(now, value) for value in before)


def _values(connection: sqlite3.Connection, commit: _Commit, origin: int) -> dict[str, float]:
    if origin not in commit.values:
        commit.values[origin] = measurements.metrics(connection, origin)
    return commit.values[origin]


def _measured(
    connection: sqlite3.Connection, commit: _Commit, series: Series, job: Measurement
) -> tuple[Measured | None, str]:
    """What a job measured, or why nothing."""
    if not job.complete:
        said = {Outcome.TIMED_OUT: "timed out"}.get(Outcome(job.outcome or ""), job.outcome)
        return None, f"{series.tool} {said}: {job.reason}" if job.reason else f"{series.tool} {said}"
    return measurements.measured(connection, commit.sha, series, job, _values(connection, commit, job.origin)), ""


def _commit(connection: sqlite3.Connection, repository_id: int, sha: str) -> _Commit:
    rows = connection.execute(
        "SELECT id, queued_at, dirty, policy, outcome FROM runs WHERE repository_id = ? AND sha = ?"
        " ORDER BY generation DESC",
        [repository_id, sha],
    ).fetchall()
    known = connection.execute(
        "SELECT parents FROM commits WHERE repository_id = ? AND sha = ?", [repository_id, sha]
    ).fetchone()
    newest = rows[0] if rows else (None, "", 0, "", None)
    policy = next((row[3] for row in rows if row[3]), "")
    live = any(row[3] and row[4] not in UNTESTED for row in rows)
    return _Commit(
        repository_id, sha, newest[0], live, newest[1], bool(newest[2]), _rules(policy) if policy else None,
        measurements.of_commit(connection, repository_id, sha), {}, acts.of_commit(connection, repository_id, sha),
        tuple(json.loads(known[0])) if known is not None else (),
    )  # fmt: skip


def _rules(policy: str) -> dict[Series, Rule]:
    found = {}
    for one in json.loads(policy):
        for said in one["rules"]:
            rule = Rule(**said)
            found[Series(one["tool"], one["project"], one["variant"], rule.metric, rule.per)] = rule
    return found


def _parents(connection: sqlite3.Connection, repository_id: int, sha: str) -> dict[Series, list[Standing]]:
    """What each of the nearest known ancestors hands on, by series, the first parent's first."""
    order = [ancestor for slot in lineage.parents(connection, repository_id, sha) for ancestor in slot]
    if not order:
        return {}
    found = standings.handed_on(connection, repository_id, order)
    return {series: [by[one] for one in dict.fromkeys(order) if one in by] for series, by in found.items()}
