"""Runs: wished for, settled, superseded."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome, Priority, Result, ToolPlan
from fullautoci.store import jobs, outcomes, runs
from tests.unit.store.measuring import asking, probe
from tests.unit.store.parts import COMMIT, planned, readable, rows, sha, watch, wish


def wanted(priority: int = Priority.NOW, source: str = "post-commit", *, fresh: bool = False) -> runs.Wish:
    return runs.Wish(replace(COMMIT, sha=sha(1)), "main", source, priority, fresh=fresh)


def test_a_commit_that_is_wished_for_again_has_one_run(db: Database) -> None:
    number = watch(db)
    first = runs.wish(db, number, wanted())
    assert first == (1, True)
    assert [runs.wish(db, number, wanted()) for _ in range(100)] == [(1, False)] * 100
    assert rows(db, "SELECT sha, generation, state, source, branch FROM runs") == [
        (sha(1), 0, "queued", "post-commit", "main")
    ]


def test_a_more_urgent_wish_makes_a_waiting_run_urgent_and_a_less_urgent_one_does_not_slow_it(db: Database) -> None:
    number = watch(db)
    runs.wish(db, number, wanted(Priority.BACKFILL, "scan"))
    runs.wish(db, number, wanted(Priority.NOW, "api"))
    runs.wish(db, number, wanted(Priority.BACKFILL, "scan"))
    assert rows(db, "SELECT priority, source FROM runs") == [(Priority.NOW, "api")]


def test_a_finished_run_keeps_saying_what_triggered_it(db: Database) -> None:
    number = watch(db)
    runs.wish(db, number, wanted(Priority.BACKFILL, "scan"))
    runs.end(db, 1, Outcome.PASSED, "")
    assert runs.wish(db, number, wanted(Priority.NOW, "api")) == (1, False)
    assert rows(db, "SELECT source FROM runs") == [("scan",)]


def test_a_better_reason_takes_the_place_of_the_worse_alone(db: Database) -> None:
    number = watch(db)
    for one in (1, 2, 3):
        wish(db, number, one)
    runs.supersede(db, number, {sha(1): "nobody knows", sha(2): "replaced"})
    runs.explain(db, number, {sha(1): "rewritten", sha(2): "rewritten", sha(3): "rewritten"}, "nobody knows")
    assert rows(db, "SELECT reason FROM runs ORDER BY id") == [("rewritten",), ("replaced",), ("",)]


def test_a_hook_that_comes_after_the_scan_names_the_trigger(db: Database) -> None:
    number = watch(db)
    runs.wish(db, number, wanted(Priority.NOW, "scan"))
    runs.end(db, 1, Outcome.PASSED, "")
    runs.wish(db, number, wanted(Priority.NOW, "post-commit"))
    assert rows(db, "SELECT source FROM runs") == [("post-commit",)]
    runs.wish(db, number, wanted(Priority.NOW, "post-merge"))
    assert rows(db, "SELECT source FROM runs") == [("post-commit",)], "what told of it first keeps its name"
    db.execute("UPDATE runs SET source = 'scan', queued_at = '2026-01-01T00:00:00.000Z'")
    runs.wish(db, number, wanted(Priority.NOW, "post-commit"))
    assert rows(db, "SELECT source FROM runs") == [("scan",)], "a hook much later tells of something else"


def test_a_superseded_commit_that_comes_back_and_a_fresh_wish_get_a_new_generation(db: Database) -> None:
    number = watch(db)
    wish(db, number)
    runs.supersede(db, number, {sha(1): "by something \x1b[31m"})
    assert rows(db, "SELECT state, outcome, reason FROM runs") == [("done", "superseded", "by something ")]
    assert runs.wish(db, number, wanted()) == (2, True)
    assert runs.wish(db, number, wanted(fresh=True)) == (3, True)
    assert rows(db, "SELECT generation FROM runs ORDER BY id") == [(0,), (1,), (2,)]
    with readable(db) as connection:
        assert runs.latest(connection, number, sha(1)) == 3
        assert runs.latest(connection, number, sha(9)) is None


def test_only_runs_that_have_not_begun_are_superseded(db: Database) -> None:
    number = watch(db)
    planned(db, number, 1)
    planned(db, number, 2)
    assert jobs.start_next(db) is not None  # of the newest
    runs.supersede(db, number, dict.fromkeys([sha(1), sha(2), sha(3)], "overtaken"))
    assert rows(db, "SELECT sha, state, outcome FROM runs ORDER BY id") == [
        (sha(1), "done", "superseded"), (sha(2), "running", None),
    ]  # fmt: skip
    assert rows(db, "SELECT DISTINCT state, outcome, reason FROM jobs WHERE run_id = 1") == [
        ("done", "superseded", "overtaken")
    ]


def test_other_repositories_runs_of_the_same_commit_are_left_alone(db: Database) -> None:
    first, second = watch(db), watch(db, "/s/.git", "s")
    wish(db, first)
    wish(db, second)
    runs.supersede(db, second, {sha(1): "x"})
    assert rows(db, "SELECT repository_id, state FROM runs ORDER BY id") == [(first, "queued"), (second, "done")]


@pytest.mark.parametrize(
    ("endings", "expected", "reason"),
    [
        (("passed", "passed"), "passed", ""),
        (("failed", "passed"), "failed", "why failed"),
        (("passed", "errored"), "errored", "why errored"),
        (("skipped", "passed"), "passed", ""),
        (("skipped", "skipped"), "skipped", "why skipped"),
    ],
)
def test_a_run_is_over_with_the_last_of_its_jobs(
    db: Database, endings: tuple[str, str], expected: str, reason: str
) -> None:
    run = planned(db, watch(db))
    told = []
    for outcome in endings:
        due = jobs.start_next(db)
        assert due is not None
        assert outcomes.settle(db, run) is None
        why = "" if outcome == "passed" else f"why {outcome}"
        told.append(jobs.record(db, due.id, due.attempt, Result(Outcome(outcome), why)))
    assert told == [None, expected]
    assert rows(db, "SELECT state, outcome, reason FROM runs") == [("done", expected, reason)]
    assert outcomes.settle(db, run) is None  # it is told once


def test_a_run_without_jobs_is_skipped(db: Database) -> None:
    run = wish(db, watch(db))
    jobs.plan(db, runs.Unplanned(run, 1, sha(1), 0, ()), {}, "d", [])
    assert rows(db, "SELECT state, outcome FROM runs") == [("done", "skipped")]


def test_a_run_that_ended_as_a_whole_stays_so(db: Database) -> None:
    run = planned(db, watch(db))
    due = jobs.start_next(db)
    assert due is not None
    runs.end(db, run, Outcome.CANCELLED, "by Ada")
    assert jobs.record(db, due.id, due.attempt, Result(Outcome.PASSED)) is None
    runs.end(db, run, Outcome.ERRORED, "later")
    assert rows(db, "SELECT DISTINCT r.outcome, r.reason, j.outcome FROM runs r JOIN jobs j") == [
        ("cancelled", "by Ada", "cancelled")
    ]
    assert rows(db, "SELECT count(*) FROM attempts WHERE ended_at IS NULL") == [(0,)]


def test_runs_wait_for_their_plan_most_urgent_and_newest_first(db: Database) -> None:
    number = watch(db)
    for one in (1, 2):
        wish(db, number, one, tools=("pylint",))
    slow = runs.Wish(replace(COMMIT, sha=sha(3)), "main", "scan", Priority.BACKFILL)
    runs.wish(db, number, slow)
    planned(db, number, 4, (ToolPlan("pylint"),))
    with readable(db) as connection:
        found = runs.unplanned(connection, 10)
        assert [one.sha for one in found] == [sha(2), sha(1), sha(3)]
        assert found[0].tools == ("pylint",)
        assert len(runs.unplanned(connection, 1)) == 1
        assert set(runs.waiting_shas(connection, number)) == {sha(n) for n in range(1, 5)}


def test_pins_are_free_once_every_run_of_their_commit_is_over(db: Database) -> None:
    number = watch(db)
    wish(db, number, 1)
    wish(db, number, 2)
    runs.end(db, 1, Outcome.PASSED, "")
    with readable(db) as connection:
        assert runs.finished(connection, number, [sha(1), sha(2), sha(3)]) == [sha(1)]
    runs.wish(db, number, wanted(fresh=True))
    with readable(db) as connection:
        assert runs.finished(connection, number, [sha(1), sha(2), sha(3)]) == []


def on(db: Database, repository: int, number: int, branch: str = "main", source: str = "post-commit") -> runs.Unplanned:
    made = runs.Wish(replace(COMMIT, sha=sha(number)), branch, source, Priority.NOW)
    return runs.Unplanned(runs.wish(db, repository, made)[0], repository, sha(number), 0, (), branch, source)


def test_the_latest_commit_of_a_branch_overtakes_what_waits_and_no_more(db: Database) -> None:
    number = watch(db)
    running = on(db, number, 1)
    jobs.plan(db, running, {}, "digest", [(ToolPlan("pylint"), "")])
    jobs.start_next(db)
    waiting, elsewhere, asked = on(db, number, 2), on(db, number, 3, "other"), on(db, number, 4, source="api")
    newest = on(db, number, 5)
    assert runs.overtake(db, newest) is False
    assert runs.overtake(db, asked) is False
    ended = rows(db, "SELECT id, outcome, reason FROM runs WHERE state = 'done'")
    assert ended == [(waiting.id, "superseded", f"overtaken by {sha(5)[:10]} on main (policy: latest)")]
    late = replace(elsewhere, branch="other")
    on(db, number, 6, "other")
    assert runs.overtake(db, late) is True


def test_a_superseded_commit_that_is_wanted_again_says_so_until_it_has_more_to_say(db: Database) -> None:
    number = watch(db)
    wish(db, number)
    runs.supersede(db, number, {sha(1): "no branch reaches it"})
    again, fresh = runs.wish(db, number, wanted())
    assert fresh
    why = "wanted again; it was superseded: no branch reaches it"
    assert rows(db, "SELECT generation, state, reason FROM runs WHERE id = ?", again) == [(1, "queued", why)]
    jobs.plan(db, runs.Unplanned(again, number, sha(1), 1, ()), {}, "digest", [(ToolPlan("pylint"), "")])
    due = jobs.start_next(db)
    assert due is not None
    jobs.record(db, due.id, due.attempt, Result(Outcome.PASSED))
    assert rows(db, "SELECT outcome, reason FROM runs WHERE id = ?", again) == [("passed", why)]


def test_another_run_measures_anew_only_where_that_was_asked_for(db: Database) -> None:
    number = watch(db)
    assert not asking(db, number, 1).fresh
    assert not asking(db, number, 1).fresh
    fresh = asking(db, number, 1, fresh=True)
    assert fresh.fresh
    jobs.lose(db, fresh.id, fresh.attempt, "killed")
    again = jobs.start_next(db)
    assert again is not None
    assert again.fresh, "an attempt that was lost takes nothing from what was asked for"
    assert rows(db, "SELECT generation, fresh FROM runs ORDER BY id") == [(0, 0), (1, 0), (2, 1)]


def test_a_run_waits_for_its_probes_and_is_not_judged_by_them(db: Database) -> None:
    number = watch(db)
    run = planned(db, number)
    check, other = jobs.start_next(db), jobs.start_next(db)
    assert check is not None
    assert other is not None
    probe(db, other.id)
    assert jobs.record(db, check.id, 1, Result(Outcome.PASSED, "fine")) is None
    assert jobs.record(db, other.id, 1, Result(Outcome.ERRORED, "not to be measured")) == Outcome.PASSED
    assert rows(db, "SELECT outcome, reason FROM runs WHERE id = ?", run) == [("passed", "fine")]
