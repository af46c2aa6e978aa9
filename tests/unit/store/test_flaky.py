"""What is flaky, and what its quarantine does."""

from dataclasses import replace
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome, Result, TestCase
from fullautoci.store import flaky
from fullautoci.text import timestamp
from tests.unit.store.measuring import cases, measured, reused
from tests.unit.store.parts import COVERAGE, readable, rows, watch

DAY = 86400.0
OF_TOOL = ("coverage", ".", "")
LATER, EVER = "2031-02-03T04:05:06.789Z", "2000-01-01T00:00:00.000Z"


@pytest.fixture
def number(db: Database) -> int:
    return watch(db)


def marks(db: Database) -> list[tuple[Any, ...]]:
    return rows(db, "SELECT kind, name, spread, times FROM flaky ORDER BY kind, name")


def compared(db: Database, number: int, *tests: tuple[TestCase, ...], **fields: Any) -> list[int]:
    """Jobs that measured the same, one after the other."""
    return [
        measured(db, number, one, tests=found, quarantine_s=DAY, **fields) for one, found in enumerate(tests, start=1)
    ]


@pytest.mark.parametrize(
    ("before", "after", "flaked"),
    [
        ("passed", "failed", True),
        ("failed", "passed", True),
        ("errored", "passed", True),
        ("skipped", "failed", True),
        ("passed", "skipped", False),
        ("passed", "passed", False),
        ("failed", "errored", False),
    ],
)
def test_a_test_that_fails_only_now_and_then_is_flaky(
    db: Database, number: int, before: str, after: str, flaked: bool
) -> None:
    compared(db, number, cases(a=before, b="passed"), cases(a=after, b="passed"))
    assert marks(db) == ([("test", "a", 0.0, 1)] if flaked else [])


def test_a_test_that_was_not_there_is_not_flaky(db: Database, number: int) -> None:
    compared(db, number, cases(a="passed"), cases(b="failed"))
    assert [mark for mark in marks(db) if mark[0] == "test"] == []


def test_of_several_tests_of_a_name_one_that_failed_counts(db: Database, number: int) -> None:
    both = (*cases(a="passed"), *cases(a="failed"))
    compared(db, number, both, both)
    assert marks(db) == []
    compared(db, number, (*cases(a="passed"), *cases(a="passed")))
    assert marks(db) == [("test", "a", 0.0, 1)]


def test_metrics_that_differ_are_marked_with_how_far_but_for_times_and_what_follows(db: Database, number: int) -> None:
    one = {"percent_lines": 80.0, "score": 9.0, "wall_s": 1.0, "exit_code": 0.0}
    other = {"percent_lines": 80.5, "score": 9.0 + 1e-12, "wall_s": 2.0, "exit_code": 1.0}
    measured(db, number, 1, tests=cases(a="passed"), metrics=one)
    measured(db, number, 2, tests=cases(a="failed"), metrics=other, quarantine_s=DAY)
    assert marks(db) == [("metric", "percent_lines", 0.5, 1), ("test", "a", 0.0, 1)]
    with readable(db) as connection:
        assert flaky.spread(connection, number, *OF_TOOL, "percent_lines", timestamp()) == 0.5
        assert flaky.spread(connection, number, *OF_TOOL, "percent_lines", LATER) == 0.0
        assert flaky.spread(connection, number, *OF_TOOL, "score", timestamp()) == 0.0
        assert flaky.spread(connection, number, "pylint", ".", "", "percent_lines", timestamp()) == 0.0


def test_an_exit_code_that_no_test_explains_is_a_metric_like_others(db: Database, number: int) -> None:
    measured(db, number, 1, metrics={"exit_code": 0.0})
    measured(db, number, 2, Outcome.FAILED, metrics={"exit_code": 1.0})
    assert marks(db) == [("metric", "exit_code", 1.0, 1)]


def test_each_time_counts_and_the_largest_spread_is_kept(db: Database, number: int) -> None:
    made = [
        measured(db, number, one, metrics={"percent_lines": value}, quarantine_s=DAY)
        for one, value in enumerate((80.0, 83.0, 82.0, 82.0), start=1)
    ]
    assert marks(db) == [("metric", "percent_lines", 3.0, 2)]
    assert rows(db, "SELECT first_job, last_job FROM flaky") == [(made[0], made[2])]


def test_only_what_measured_the_same_here_and_came_to_a_result_is_compared(db: Database, number: int) -> None:
    job = measured(db, number, 1, tests=cases(a="passed"))
    measured(db, watch(db, "/s/.git", "s"), 1, tests=cases(a="passed"))
    measured(db, number, 2, tests=cases(a="passed"), identity="other")
    measured(db, number, 3, Outcome.ERRORED)
    reused(db, number, 4, job)
    db.execute("DELETE FROM jobs WHERE id = ?", [job])
    db.execute("UPDATE jobs SET reused_from = 2 WHERE sha LIKE '%4'")
    measured(db, number, 5, tests=cases(a="failed"))
    assert marks(db) == []


def test_what_was_reused_is_compared_with_nothing(db: Database, number: int) -> None:
    job = reused(db, number, 1, measured(db, number, 2, tests=cases(a="passed")))
    measured(db, number, 3, tests=cases(a="failed"))
    before = marks(db)
    flaky.compare(db, job, DAY)
    assert marks(db) == before == [("test", "a", 0.0, 1)]


def test_a_quarantine_ends_and_off_is_none(db: Database, number: int) -> None:
    compared(db, number, cases(a="passed", b="passed"), cases(a="failed", b="failed"))
    now = timestamp()
    with readable(db) as connection:
        until = flaky.excused(connection, number, *OF_TOOL, ["a", "c"], now)
        assert list(until) == ["a"]
        assert now < until["a"] < LATER
        assert flaky.excused(connection, number, *OF_TOOL, ["a"], until["a"]) == {}
        assert flaky.excused(connection, number, "coverage", "lib", "", ["a"], now) == {}
        assert flaky.excused(connection, number, "coverage", ".", "3.13", ["a"], now) == {}
    measured(db, number, 9, tests=cases(a="passed", b="failed"))
    with readable(db) as connection:
        assert list(flaky.excused(connection, number, *OF_TOOL, ["a", "b"], timestamp())) == ["b"]
    assert marks(db)[-2:] == [("test", "a", 0.0, 2), ("test", "b", 0.0, 1)]


def failed(tests: tuple[TestCase, ...], outcome: Outcome = Outcome.FAILED, **metrics: float) -> Result:
    bad = sum(test.outcome in ("failed", "errored") for test in tests)
    return Result(outcome, "why", tests=tests, metrics={"tests_failed": float(bad), **metrics})


QUARANTINED = {"a": LATER, "b": "2030-12-31T23:59:59.999Z", "never": LATER}


def test_a_failure_of_tests_in_quarantine_alone_passes_and_says_so() -> None:
    reason = "1 flaky test failed, in quarantine until 2031-02-03: a"
    assert flaky.settled(failed(cases(a="failed", c="passed")), QUARANTINED) == (Outcome.PASSED, reason)
    both = "2 flaky tests failed, in quarantine until 2030-12-31: a, b"
    assert flaky.settled(failed(cases(b="errored", a="failed"), exit_code=1.0), QUARANTINED) == (Outcome.PASSED, both)


@pytest.mark.parametrize(
    "result",
    [
        failed(cases(a="failed", c="failed")),
        failed(cases(a="failed"), Outcome.ERRORED),
        failed(cases(a="failed"), Outcome.TIMED_OUT),
        failed(cases(a="passed")),
        failed(()),
        failed(cases(a="failed"), exit_code=2.0),
        Result(Outcome.FAILED, "why", tests=cases(a="errored")),
        Result(Outcome.FAILED, "why", tests=cases(a="failed"), metrics={"tests_failed": 2.0}),
    ],
    ids="another,errored,timed_out,none,no_tests,status,interrupted,more".split(","),
)
def test_what_else_failed_is_not_excused(result: Result) -> None:
    assert flaky.settled(result, QUARANTINED) == (result.outcome, "why")


def test_what_passes_stays_as_it_is() -> None:
    assert flaky.settled(failed(cases(a="passed"), Outcome.PASSED), QUARANTINED) == (Outcome.PASSED, "why")


def test_the_marks_of_a_repository_are_listed(db: Database, number: int) -> None:
    _, second = compared(db, number, cases(a="passed"), cases(a="failed"), plan=COVERAGE)
    db.execute("UPDATE flaky SET until = ?", [EVER])
    with readable(db) as connection:
        (mark,) = flaky.listed(connection, number)
        assert flaky.listed(connection, number + 1) == []
    assert (mark["tool"], mark["kind"], mark["name"], mark["times"], mark["quarantined"]) == (
        "coverage", "test", "a", 1, False,
    )  # fmt: skip
    assert (mark["last_job"], mark["last_run"], mark["last_commit"]) == (second, 2, f"{2:040x}")


def test_what_is_forgiven_is_in_quarantine_no_more_and_stays_marked(db: Database, number: int) -> None:
    for plan in (COVERAGE, replace(COVERAGE, tool="other")):
        for outcome in ("passed", "failed"):
            measured(
                db,
                number,
                identity=f"of {plan.tool}",
                tests=cases(a=outcome, b=outcome),
                quarantine_s=1000.0,
                plan=plan,
            )
    assert flaky.forgive(db, number, "none") == 0
    assert flaky.forgive(db, number, "a", "none") == 0
    assert flaky.forgive(db, number + 1, "a") == 0
    assert flaky.forgive(db, number, "a", "other") == 1
    assert flaky.forgive(db, number, "a", "other") == 0, "it is over already"
    assert flaky.forgive(db, number, "a") == 1
    with readable(db) as connection:
        found = {(one["tool"], one["name"]): one["quarantined"] for one in flaky.listed(connection, number)}
    assert found == {
        (COVERAGE.tool, "a"): False, ("other", "a"): False, (COVERAGE.tool, "b"): True, ("other", "b"): True
    }  # fmt: skip
