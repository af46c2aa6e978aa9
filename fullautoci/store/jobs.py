"""Jobs: from the plan to the result, an attempt at a time."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Outcome, Priority, Result, State, ToolPlan
from fullautoci.store import acts, flaky, judging, outcomes
from fullautoci.store.runs import Unplanned
from fullautoci.text import one_line, storable, timestamp

LOSSES_TO_QUARANTINE = 3


@dataclass(frozen=True)
class Due:
    """A job that may start; `attempt` is the one that was counted for it."""

    id: int
    run_id: int
    repository_id: int
    sha: str
    tree: str
    attempt: int
    plan: ToolPlan
    fresh: bool = False


def plan(
    db: Database,
    run: Unplanned,
    config: Mapping[str, Any],
    digest: str,
    plans: Iterable[tuple[ToolPlan, str]],
    policy: Sequence[Mapping[str, Any]] = (),
    waivers: Sequence[acts.Wanted] = (),
) -> None:
    """Freeze a run's configuration and make its jobs; a plan with a reason why not is a job skipped for it.

    Args:
        policy: which rules hold for which tool, whether it is run or not.
        waivers: what the commit excuses itself from.
    """
    now = timestamp()
    changed = db.execute(
        "UPDATE runs SET config = ?, config_digest = ?, policy = ? WHERE id = ? AND state <> 'done'",
        [json.dumps(config), digest, json.dumps(list(policy)), run.id],
    )
    if not changed.rowcount:
        return  # cancelled or superseded meanwhile
    for one, why_not in plans:
        db.table("jobs").insert(
            {
                "run_id": run.id,
                "repository_id": run.repository_id,
                "sha": run.sha,
                "config_digest": digest,
                "generation": run.generation,
                "tool": one.tool,
                "project": one.project,
                "variant": one.variant,
                "plan": json.dumps(asdict(one)),
                "state": State.DONE if why_not else State.QUEUED,
                "outcome": Outcome.SKIPPED if why_not else None,
                "own_outcome": Outcome.SKIPPED if why_not else None,
                "reason": one_line(why_not),
                "own_reason": one_line(why_not),
                "queued_at": now,
                "finished_at": now if why_not else None,
            },
            ignore=True,
        )
    for waiver in waivers:
        acts.add(db, run.repository_id, waiver)
    judging.settle(db, run.repository_id, run.sha)
    outcomes.settle(db, run.id)


def start_next(db: Database, *, backfill: bool = True) -> Due | None:
    """Take the most urgent job: newest commits first. Its attempt is counted now, before anything runs.

    Args:
        backfill: whether what arrived in a batch may start too.
    """
    # "state <> 'done'" is what the partial indexes of open jobs and runs are made for: SQLite does not infer it.
    row = db.execute(
        "SELECT j.id, j.run_id, j.repository_id, j.sha, c.tree, j.attempt, j.plan, r.fresh FROM jobs j"
        " JOIN runs r ON r.id = j.run_id JOIN commits c ON c.repository_id = j.repository_id AND c.sha = j.sha"
        " WHERE j.state <> 'done' AND j.state = 'queued' AND r.priority <= ?"
        " ORDER BY r.priority, r.id DESC, j.id LIMIT 1",
        [Priority.BACKFILL if backfill else Priority.NOW],
    ).fetchone()
    if row is None:
        return None
    due = Due(row[0], row[1], row[2], row[3], row[4], row[5] + 1, ToolPlan(**_plan(row[6])), bool(row[7]))
    now = timestamp()
    db.execute(
        "UPDATE jobs SET state = 'preparing', attempt = ?, started_at = coalesce(started_at, ?), log = ?,"
        " activity = '', activity_since = ? WHERE id = ?",
        [due.attempt, now, f"{due.run_id}/{due.id}-{due.attempt}.log", now, due.id],
    )
    db.table("attempts").insert({"job_id": due.id, "attempt": due.attempt, "started_at": now})
    db.execute(
        "UPDATE runs SET state = 'running', started_at = coalesce(started_at, ?) WHERE id = ?", [now, due.run_id]
    )
    return due


def _plan(raw: str) -> dict[str, Any]:
    return {name: _tuples(value) for name, value in json.loads(raw).items()}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(one) for one in value) if isinstance(value, list) else value


def progress(db: Database, identifier: int, attempt: int, state: State, activity: str) -> None:
    """Remember how far an attempt is."""
    db.execute(
        "UPDATE jobs SET state = ?, activity = ?, activity_since = ? WHERE id = ? AND attempt = ? AND state <> 'done'",
        [state, one_line(activity), timestamp(), identifier, attempt],
    )


def record(
    db: Database, identifier: int, attempt: int, result: Result, quarantine_s: float | None = None
) -> Outcome | None:
    """Record an attempt's result and the verdicts on it, unless another attempt has taken over or the job is over.

    Args:
        quarantine_s: how long a test that turns out to be flaky fails nothing; None: it goes on failing.

    Returns:
        The run's outcome, when this was the last of its jobs.
    """
    row = db.execute(
        "SELECT j.run_id, j.state, j.attempt, j.repository_id, r.sha, j.tool, j.project, j.variant, r.queued_at"
        " FROM jobs j JOIN runs r ON r.id = j.run_id WHERE j.id = ?",
        [identifier],
    ).fetchone()
    if row is None or row[1] == State.DONE or row[2] != attempt:
        return None
    failed = [test.name for test in result.tests if test.outcome in ("failed", "errored")]
    outcome, reason = flaky.settled(result, flaky.excused(db.conn, row[3], row[5], row[6], row[7], failed, row[8]))
    reason = one_line(storable(reason), 500)
    environment = asdict(result.environment) if result.environment else {}
    db.execute(
        "UPDATE jobs SET state = 'done', outcome = ?, own_outcome = ?, reason = ?, own_reason = ?, hint = ?,"
        " tool_version = ?, environment = ?, identity = ?, configuration = ?, reused_from = ?, timings = ?,"
        " duration_s = ?, finished_at = ?, activity = '' WHERE id = ?",
        [
            outcome, outcome, reason, reason, storable(result.hint), result.tool_version, json.dumps(environment),
            result.identity, result.configuration, result.reused_from, json.dumps(dict(result.timings)),
            result.duration_s, timestamp(), identifier,
        ],
    )  # fmt: skip
    _end_attempt(db, identifier, attempt, result.outcome)
    _save(db, identifier, result)
    if result.reused_from is None:
        flaky.compare(db, identifier, quarantine_s)
    judging.settle(db, row[3], row[4])
    return outcomes.settle(db, row[0])


def _save(db: Database, identifier: int, result: Result) -> None:
    def rows(items: Iterable[Any]) -> list[dict[str, Any]]:
        return [{"job_id": identifier, **asdict(item)} for item in items]

    metrics = [{"job_id": identifier, "name": name, "value": value} for name, value in result.metrics.items()]
    db.table("metrics").insert_all(metrics, replace=True)
    db.table("findings").insert_all(rows(result.findings))
    db.table("tests").insert_all(rows(result.tests))
    files = [{**row, "missing": json.dumps(row["missing"])} for row in rows(result.files)]
    db.table("files").insert_all(files, replace=True)
    by_file = [
        [identifier, metric, path, value] for metric, values in result.by_file.items() for path, value in values.items()
    ]
    db.conn.executemany("INSERT OR REPLACE INTO file_metrics (job_id, name, path, value) VALUES (?, ?, ?, ?)", by_file)


def lose(db: Database, identifier: int, attempt: int, reason: str, *, spent: bool = True) -> Outcome | None:
    """An attempt ended without a result: queue the job again, or quarantine it after the third loss.

    Args:
        spent: whether it counts as a loss; a daemon that stops in order takes the blame itself.

    Returns:
        The run's outcome, when this ended the last of its jobs.
    """
    row = db.execute(
        "SELECT j.run_id, j.state, j.attempt, j.losses, j.repository_id, r.sha FROM jobs j"
        " JOIN runs r ON r.id = j.run_id WHERE j.id = ?",
        [identifier],
    ).fetchone()
    if row is None or row[1] not in (State.PREPARING, State.RUNNING) or row[2] != attempt:
        return None  # also where it was told before, by a write of which nobody knew that it had come through
    losses = row[3] + int(spent)
    _end_attempt(db, identifier, attempt, f"{'lost' if spent else 'requeued'}: {reason}")
    if losses < LOSSES_TO_QUARANTINE:
        db.execute(
            "UPDATE jobs SET state = 'queued', losses = ?, reason = ?, activity = '' WHERE id = ?",
            [losses, one_line(reason), identifier],
        )
        return None
    said = one_line(f"lost {losses} times, the last: {reason}")
    db.execute(
        "UPDATE jobs SET state = 'done', outcome = 'quarantined', own_outcome = 'quarantined', losses = ?, reason = ?,"
        " own_reason = ?, finished_at = ?, activity = '' WHERE id = ?",
        [losses, said, said, timestamp(), identifier],
    )
    judging.settle(db, row[4], row[5])
    return outcomes.settle(db, row[0])


def _end_attempt(db: Database, identifier: int, attempt: int, ending: str) -> None:
    db.execute(
        "UPDATE attempts SET ended_at = ?, ending = ? WHERE job_id = ? AND attempt = ? AND ended_at IS NULL",
        [timestamp(), one_line(ending), identifier, attempt],
    )


def requeue_but(db: Database, held: Collection[int]) -> None:
    """Queue jobs again that count as under way, but for these, and charge them nothing."""
    for job, attempt in unfinished(db.conn):
        if job not in held:
            lose(db, job, attempt, "it was not started", spent=False)


def unfinished(connection: sqlite3.Connection) -> list[tuple[int, int]]:
    """Jobs that were under way, each with its attempt."""
    rows = connection.execute(
        "SELECT id, attempt FROM jobs WHERE state <> 'done' AND state IN ('preparing', 'running')"
    )
    return [(row[0], row[1]) for row in rows]


def open_of_run(connection: sqlite3.Connection, run_id: int) -> list[int]:
    """A run's jobs that are under way."""
    rows = connection.execute("SELECT id FROM jobs WHERE run_id = ? AND state IN ('preparing', 'running')", [run_id])
    return [row[0] for row in rows]
