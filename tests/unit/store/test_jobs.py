"""Jobs: an attempt at a time, and no result twice."""

import math
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.model import EnvironmentIdentity, FileCoverage, Finding, Outcome, Result, State, TestCase
from fullautoci.store import jobs, retention, runs
from tests.unit.store.parts import COVERAGE, PYLINT, planned, readable, rows, sha, watch, wish

RESULT = Result(
    Outcome.FAILED, "bad\n\udcff", "hint", "3.1", EnvironmentIdentity("host", "f", "py"), "identity",
    {"score": 9.5}, (Finding("a.py", 1, 2, "rule", "error", "m"),), (TestCase("t", "failed", 0.5, "m"),),
    (FileCoverage("a.py", 4, 3, 2, 1, (4,)),), 1.5, {"tool_s": 1.0},
)  # fmt: skip


def start(db: Database) -> jobs.Due:
    due = jobs.start_next(db)
    assert due is not None
    return due


def counts(db: Database) -> dict[str, int]:
    tables = ("metrics", "findings", "tests", "files")
    return {table: rows(db, f"SELECT count(*) FROM {table}")[0][0] for table in tables}


def test_a_plan_survives_the_way_through_the_database(db: Database) -> None:
    number = watch(db)
    run = planned(db, number)
    first, second = start(db), start(db)
    assert (first.plan, second.plan) == (PYLINT, COVERAGE)
    assert (first.run_id, first.repository_id, first.sha, first.tree, first.attempt) == (
        run,
        number,
        sha(1),
        "t" * 40,
        1,
    )
    assert jobs.start_next(db) is None


def test_newest_commits_go_first_unless_less_urgent(db: Database) -> None:
    number = watch(db)
    for one in (1, 2, 3):
        planned(db, number, one, (PYLINT,))
    db.execute("UPDATE runs SET priority = 10 WHERE id = 3")
    assert [start(db).sha for _ in range(3)] == [sha(2), sha(1), sha(3)]


def test_planning_twice_makes_no_second_job_and_a_run_that_is_over_gets_none(db: Database) -> None:
    number = watch(db)
    run = planned(db, number)
    jobs.plan(db, runs.Unplanned(run, number, sha(1), 0, ()), {}, "digest", [(PYLINT, ""), (COVERAGE, "")])
    assert rows(db, "SELECT count(*) FROM jobs") == [(2,)]
    over = wish(db, number, 2)
    runs.end(db, over, Outcome.CANCELLED, "")
    jobs.plan(db, runs.Unplanned(over, number, sha(2), 0, ()), {}, "digest", [(PYLINT, "")])
    assert rows(db, "SELECT count(*) FROM jobs WHERE run_id = ?", over) == [(0,)]


def test_a_tool_that_does_not_apply_is_a_skipped_job_with_its_reason(db: Database) -> None:
    number = watch(db)
    run = wish(db, number)
    jobs.plan(db, runs.Unplanned(run, number, sha(1), 0, ()), {}, "d", [(PYLINT, ""), (COVERAGE, "no tests")])
    assert rows(db, "SELECT state, outcome, reason FROM jobs ORDER BY id") == [
        ("queued", None, ""), ("done", "skipped", "no tests"),
    ]  # fmt: skip
    due = start(db)
    assert jobs.record(db, due.id, 1, Result(Outcome.PASSED)) == Outcome.PASSED


def test_an_attempt_is_counted_before_anything_runs(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    assert rows(db, "SELECT state, attempt, log FROM jobs") == [("preparing", 1, f"{due.run_id}/{due.id}-1.log")]
    assert rows(db, "SELECT attempt, ended_at FROM attempts") == [(1, None)]
    assert rows(db, "SELECT state FROM runs") == [("running",)]
    with readable(db) as connection:
        assert jobs.unfinished(connection) == [(due.id, 1)]
        assert jobs.open_of_run(connection, due.run_id) == [due.id]


def test_a_result_is_recorded_once(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    assert jobs.record(db, due.id, 1, RESULT) == Outcome.FAILED
    once = counts(db)
    assert once == {"metrics": 1, "findings": 1, "tests": 1, "files": 1}
    assert jobs.record(db, due.id, 1, Result(Outcome.PASSED, metrics={"score": 10})) is None
    assert jobs.lose(db, due.id, 1, "late") is None
    assert counts(db) == once
    assert rows(db, "SELECT outcome, reason, duration_s FROM jobs") == [("failed", "bad \\xff", 1.5)]
    assert rows(db, "SELECT ending FROM attempts") == [("failed",)]


def test_a_result_of_a_lost_attempt_is_ignored(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    jobs.lose(db, due.id, 1, "killed")
    assert start(db).attempt == 2
    assert jobs.record(db, due.id, 1, RESULT) is None
    assert jobs.lose(db, due.id, 1, "again") is None
    jobs.progress(db, due.id, 1, State.RUNNING, "stale")
    assert counts(db) == {"metrics": 0, "findings": 0, "tests": 0, "files": 0}
    assert rows(db, "SELECT state, activity, losses FROM jobs") == [("preparing", "", 1)]
    assert jobs.record(db, due.id, 2, RESULT) == Outcome.FAILED


def test_the_third_loss_quarantines(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    told = [jobs.lose(db, (due := start(db)).id, due.attempt, f"killed {n}") for n in range(3)]
    assert told == [None, None, Outcome.QUARANTINED]
    assert jobs.start_next(db) is None
    expected = ("done", "quarantined", "lost 3 times, the last: killed 2")
    assert rows(db, "SELECT state, outcome, reason FROM jobs") == [expected]
    assert rows(db, "SELECT state, outcome, reason FROM runs") == [expected]
    assert [row[0] for row in rows(db, "SELECT ending FROM attempts")] == [f"lost: killed {n}" for n in range(3)]


def test_an_orderly_stop_spends_no_loss(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    for _ in range(5):
        due = start(db)
        assert jobs.lose(db, due.id, due.attempt, "the daemon stops", spent=False) is None
    assert rows(db, "SELECT state, losses, attempt FROM jobs") == [("queued", 0, 5)]
    assert {jobs.lose(db, (due := start(db)).id, due.attempt, "x") for _ in range(3)} == {None, Outcome.QUARANTINED}


def test_progress_is_shown_until_the_job_is_over(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    jobs.progress(db, due.id, 1, State.RUNNING, "line one\nline two\x1b[0m")
    assert rows(db, "SELECT state, activity FROM jobs") == [("running", "line one line two")]
    jobs.record(db, due.id, 1, RESULT)
    jobs.progress(db, due.id, 1, State.RUNNING, "late")
    assert rows(db, "SELECT state, activity FROM jobs") == [("done", "")]


@pytest.mark.parametrize(
    "fields",
    [
        {"metrics": {"score": math.inf}},
        {"tests": (TestCase("t", "passed", 1e300),)},
        {"findings": RESULT.findings * 999},
    ],
)
def test_large_results_are_kept(db: Database, fields: dict[str, Any]) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    assert jobs.record(db, due.id, 1, Result(Outcome.PASSED, **fields)) == Outcome.PASSED
    assert sum(counts(db).values()) == len(next(iter(fields.values())))


def test_a_job_that_nobody_has_is_ignored(db: Database) -> None:
    assert jobs.record(db, 99, 1, RESULT) is None
    assert jobs.lose(db, 99, 1, "x") is None
    assert counts(db)["metrics"] == 0


def test_a_loss_that_is_told_twice_counts_once(db: Database) -> None:
    planned(db, watch(db), plans=(PYLINT,))
    due = start(db)
    for _ in range(3):  # a write may have come through of which nobody knew
        assert jobs.lose(db, due.id, due.attempt, "the worker ended") is None
    assert rows(db, "SELECT state, losses, attempt FROM jobs") == [("queued", 1, 1)]


def test_what_counts_as_under_way_and_is_with_no_worker_is_queued_again_at_no_charge(db: Database) -> None:
    planned(db, watch(db))
    held, other = start(db), start(db)
    jobs.requeue_but(db, {held.id})
    assert dict(rows(db, "SELECT id, state FROM jobs")) == {held.id: "preparing", other.id: "queued"}
    assert rows(db, "SELECT sum(losses) FROM jobs") == [(0,)]
    assert start(db).id == other.id


def test_what_is_asked_all_the_time_costs_nothing_more_with_a_long_history(db: Database) -> None:
    """No such query looks at every row of a table that grows for ever."""
    number = watch(db)
    planned(db, number)
    asked: list[str] = []
    db.conn.set_trace_callback(lambda sql: asked.append(sql) if sql.startswith("SELECT") else None)
    jobs.start_next(db)
    jobs.unfinished(db.conn)
    runs.unplanned(db.conn, 20)
    runs.waiting_shas(db.conn, number)
    runs.overtake(db, runs.Unplanned(1, number, sha(1), 0, (), "main", "post-commit"))
    retention.under_way(db.conn)
    db.conn.set_trace_callback(None)
    assert len(asked) >= 6
    for sql in asked:
        plan = [row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        scans = [step for step in plan if step.startswith("SCAN") and "USING" not in step and "INDEX" not in step]
        assert not scans, f"{sql}: {plan}"
