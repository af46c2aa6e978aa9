"""Which result stands for another."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome
from fullautoci.sharing import Known
from fullautoci.store import sameness
from fullautoci.text import iso
from tests.unit.store.measuring import IDENTITY, asking, cases, measured, probe, reused
from tests.unit.store.parts import PYLINT, readable, watch

HOUR = 3600.0


@pytest.fixture
def number(db: Database) -> int:
    return watch(db)


def asked(
    db: Database, number: int, expires: float | None = None, identity: str = IDENTITY, **wished: bool
) -> int | None:
    """The job that would stand for a new one of another commit."""
    due = asking(db, number, 99, **wished)
    with readable(db) as connection:
        found = sameness.known(connection, due.id, identity, expires)
    db.execute("UPDATE jobs SET state = 'done', outcome = 'cancelled' WHERE id = ?", [due.id])
    return found.job_id if found else None


def aged(db: Database, job: int, seconds: float) -> None:
    moment = iso(datetime.now(UTC) - timedelta(seconds=seconds))
    db.execute("UPDATE jobs SET finished_at = ? WHERE id = ?", [moment, job])


def test_what_passed_stands_for_the_same_and_says_what_it_came_to(db: Database, number: int) -> None:
    job = measured(db, number, reason="fine", hint="look")
    due = asking(db, number, 2)
    with readable(db) as connection:
        assert sameness.known(connection, due.id, IDENTITY) == Known(job, Outcome.PASSED, "fine", "look", "7.1")
        assert sameness.known(connection, due.id, "another") is None
        assert sameness.known(connection, due.id, "") is None
        assert sameness.known(connection, 10**6, IDENTITY) is None


def test_of_another_repository_nothing_is_known(db: Database, number: int) -> None:
    measured(db, number)
    assert asked(db, watch(db, "/s/.git", "s")) is None


def test_the_origin_stands_for_all_however_often_it_did(db: Database, number: int) -> None:
    job = measured(db, number)
    for one in range(2, 9):
        reused(db, number, one, job)
    assert asked(db, number) == job


def test_the_newest_of_several_stands_for_the_next(db: Database, number: int) -> None:
    measured(db, number)
    newest = measured(db, number, 2)
    assert asked(db, number) == newest


@pytest.mark.parametrize("outcome", [Outcome.ERRORED, Outcome.TIMED_OUT, Outcome.SKIPPED])
def test_what_came_to_no_result_stands_for_nothing_and_casts_doubt_on_what_was_before(
    db: Database, number: int, outcome: Outcome
) -> None:
    measured(db, number, 1, outcome)
    assert asked(db, number) is None
    measured(db, number, 2)
    assert asked(db, number) is not None
    measured(db, number, 3, outcome)
    assert asked(db, number) is None
    again = measured(db, number, 4)
    assert asked(db, number) == again


@pytest.mark.parametrize("outcome", [Outcome.CANCELLED, Outcome.QUARANTINED])
def test_what_did_not_come_to_an_end_is_passed_over(db: Database, number: int, outcome: Outcome) -> None:
    measured(db, number, 1, outcome)
    assert asked(db, number) is None
    job = measured(db, number, 2)
    measured(db, number, 3, outcome)
    assert asked(db, number) == job


def test_a_failure_stands_once_it_was_confirmed(db: Database, number: int) -> None:
    measured(db, number, 1, tests=cases(a="passed", b="failed"))
    assert asked(db, number) is None
    second = measured(db, number, 2, tests=cases(a="passed", b="failed"))
    assert asked(db, number) == second


def test_a_failure_that_was_reused_confirms_nothing(db: Database, number: int) -> None:
    job = measured(db, number, 1, tests=cases(b="failed"))
    reused(db, number, 2, job)
    assert asked(db, number) is None


@pytest.mark.parametrize(
    ("tests", "metrics"),
    [
        ({"a": "failed", "b": "failed"}, {}),
        ({"a": "passed", "new": "failed"}, {}),
        ({"a": "passed", "b": "failed"}, {"percent_lines": 79.0}),
    ],
)
def test_a_failure_in_another_way_confirms_nothing(
    db: Database, number: int, tests: dict[str, str], metrics: dict[str, float]
) -> None:
    measured(db, number, 1, tests=cases(a="passed", b="failed"), metrics={"percent_lines": 80.0, "wall_s": 1.0})
    measured(db, number, 2, tests=cases(**tests), metrics={"percent_lines": 80.0, "wall_s": 2.0, **metrics})
    db.execute("DELETE FROM flaky")
    assert asked(db, number) is None


def test_how_long_it_took_is_no_other_way_to_fail(db: Database, number: int) -> None:
    measured(db, number, 1, Outcome.FAILED, metrics={"exit_code": 1.0, "wall_s": 1.0})
    second = measured(db, number, 2, Outcome.FAILED, metrics={"exit_code": 1.0, "wall_s": 2.0})
    assert asked(db, number) == second


def test_one_that_passed_and_failed_is_measured_until_the_last_few_agree(db: Database, number: int) -> None:
    for _ in range(2):
        measured(db, number, 1, Outcome.PASSED)
    for _ in range(sameness.LAST - 1):
        measured(db, number, 2, Outcome.FAILED)
        assert asked(db, number) is None
    last = measured(db, number, 2, Outcome.FAILED)
    assert asked(db, number) == last


def test_repeats_that_disagree_in_what_is_flaky_are_measured(db: Database, number: int) -> None:
    measured(db, number, 1, metrics={"percent_lines": 80.0})
    job = measured(db, number, 2, metrics={"percent_lines": 81.0})
    assert asked(db, number) is None
    db.execute("DELETE FROM flaky")
    assert asked(db, number) == job


def test_a_mark_elsewhere_takes_nothing_from_repeats_that_agree(db: Database, number: int) -> None:
    for outcome in ("passed", "failed"):
        measured(db, number, 1, tests=cases(a=outcome), identity="other", quarantine_s=HOUR)
    measured(db, number, 2, tests=cases(a="passed"))
    job = measured(db, number, 3, tests=cases(a="passed"))
    assert asked(db, number) == job


def test_what_passed_by_a_quarantine_stands_for_nothing(db: Database, number: int) -> None:
    job = measured(db, number, 1, tests=cases(a="failed"))
    db.execute("UPDATE jobs SET outcome = 'passed', own_outcome = 'passed' WHERE id = ?", [job])
    assert asked(db, number) is None


def test_a_confirmed_failure_that_a_quarantine_would_excuse_is_measured(db: Database, number: int) -> None:
    for one in (1, 2):
        job = measured(db, number, one, tests=cases(a="failed"))
    assert asked(db, number) == job
    for outcome in ("passed", "failed"):
        measured(db, number, 3, tests=cases(a=outcome), identity="other", quarantine_s=HOUR)
    assert asked(db, number) is None
    db.execute("UPDATE flaky SET until = seen_at")
    assert asked(db, number) == job


def test_a_verdict_is_not_reused_with_the_measurement(db: Database, number: int) -> None:
    job = measured(db, number)
    db.execute("UPDATE jobs SET own_outcome = 'passed', outcome = 'failed', reason = 'regressed' WHERE id = ?", [job])
    due = asking(db, number, 2)
    with readable(db) as connection:
        assert sameness.known(connection, due.id, IDENTITY) == Known(job, Outcome.PASSED, "", "", "7.1")


def test_a_commit_takes_nothing_from_a_working_copy_which_takes_from_both(db: Database, number: int) -> None:
    job = measured(db, number, 1, dirty=True)
    assert asked(db, number) is None
    assert asked(db, number, dirty=True) == job
    clean = measured(db, number, 2)
    assert asked(db, number) == asked(db, number, dirty=True) == clean


def test_a_check_takes_nothing_from_a_probe_which_takes_from_both(db: Database, number: int) -> None:
    job = measured(db, number, 1)
    probe(db, job)
    assert asked(db, number) is None
    due = asking(db, number, 2, PYLINT)
    probe(db, due.id)
    with readable(db) as connection:
        found = sameness.known(connection, due.id, IDENTITY)
    assert found is not None
    assert found.job_id == job


def test_what_is_too_old_or_of_the_future_is_measured(db: Database, number: int) -> None:
    job = measured(db, number)
    assert asked(db, number, HOUR) == job
    for seconds in (HOUR + 60, -HOUR):
        aged(db, job, seconds)
        assert asked(db, number, HOUR) is None
        assert asked(db, number) == job


def test_it_is_found_by_an_index_that_holds_only_what_was_measured(db: Database) -> None:
    with readable(db) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sameness.MEASURED}", [""] * 7)]
    assert plan[0] == "SEARCH j USING INDEX jobs_measured (identity=?)"
    assert plan[1] == "SEARCH r USING INTEGER PRIMARY KEY (rowid=?)"
    assert not [step for step in plan if "SCAN" in step or "TEMP" in step]
