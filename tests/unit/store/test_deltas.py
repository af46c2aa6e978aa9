"""What a commit brought and what it fixed, beside the nearest tested commit that it comes from."""

from collections.abc import Sequence

import pytest
from sqlite_utils import Database

from fullautoci.model import Finding, Outcome
from fullautoci.store import deltas, lineage, views
from fullautoci.store.deltas import Delta
from tests.unit.store.measuring import cases, measured, reused
from tests.unit.store.parts import readable, rows, sha, watch
from tests.unit.store.test_lineage import make


@pytest.fixture
def number(db: Database) -> int:
    """A repository with commits 1 to 4, each the child of the one before."""
    made = watch(db)
    make(db, made, 1, source="")
    for one in (2, 3, 4):
        make(db, made, one, one - 1, source="")
    return made


def found(*lines: int, rule: str = "r", anchored: bool = True) -> tuple[Finding, ...]:
    """Findings on lines that differ in their text."""
    return tuple(Finding("a.py", line, 0, rule, "warning", "m", str(line) * anchored) for line in lines)


def parents(db: Database, jobs: Sequence[int]) -> list[int | None]:
    with readable(db) as connection:
        return [deltas.parent_job(connection, job) for job in jobs]


def compute(db: Database, job: int) -> Delta:
    with readable(db) as connection:
        return deltas.compute(connection, job)


def test_the_parent_is_the_nearest_tested_commit(db: Database, number: int) -> None:
    first, third = measured(db, number, 1), measured(db, number, 3, Outcome.FAILED)
    fourth = measured(db, number, 4)
    assert parents(db, [first, third, fourth]) == [None, first, third]
    assert parents(db, [99]) == [None]
    again = measured(db, number, 3)
    assert parents(db, [fourth]) == [again], "the newest generation counts"


@pytest.mark.parametrize("outcome", ["errored", "timed_out", "cancelled", "quarantined", "skipped", "superseded"])
def test_what_neither_passed_nor_failed_is_passed_over(db: Database, number: int, outcome: str) -> None:
    first, second, third = (measured(db, number, one) for one in (1, 2, 3))
    db.execute("UPDATE jobs SET outcome = ?, own_outcome = NULL WHERE id = ?", [outcome, second])
    assert parents(db, [third]) == [first]
    assert compute(db, second) == Delta(second, None, 0, 0), "nor is it compared"
    db.execute("UPDATE jobs SET outcome = 'failed', own_outcome = ? WHERE id = ?", [outcome, second])
    assert parents(db, [third]) == [first]
    db.execute("UPDATE jobs SET outcome = ?, own_outcome = 'passed' WHERE id = ?", [outcome, second])
    assert parents(db, [third]) == [second], "a verdict does not take the evidence away"


@pytest.mark.parametrize(
    ("column", "value"), [("tool", "pylint"), ("variant", "3.13"), ("project", "api"), ("purpose", "probe")]
)
def test_only_the_same_check_is_a_parent(db: Database, number: int, column: str, value: str) -> None:
    first, second, third = (measured(db, number, one) for one in (1, 2, 3))
    assert parents(db, [third]) == [second]
    db.execute(f"UPDATE jobs SET {column} = ? WHERE id = ?", [value, second])
    assert parents(db, [third]) == [first]


def test_another_repositorys_commit_is_no_parent(db: Database, number: int) -> None:
    measured(db, number, 1)
    elsewhere = watch(db, "/s/.git", "s")
    make(db, elsewhere, 2, 1, source="")
    assert parents(db, [measured(db, elsewhere, 2)]) == [None]


def test_first_parents_are_followed_and_what_lies_beyond_unknown_ones(db: Database, number: int) -> None:
    first, second = measured(db, number, 1), measured(db, number, 2)
    make(db, number, 9, 1, 2, source="")
    merge = measured(db, number, 9)
    assert parents(db, [merge]) == [first]
    make(db, number, 20, 19, source="")
    pulled = measured(db, number, 20)
    assert parents(db, [pulled]) == [None]
    lineage.link(db, number, sha(20), 0, [sha(1), sha(2), sha(4)])
    assert parents(db, [pulled]) == [second], "the newest of several"


def test_the_walk_ends(db: Database, number: int) -> None:
    for one in range(5, deltas.BEYOND + 3):
        make(db, number, one, one - 1, source="")
    first, last, beyond = (measured(db, number, one) for one in (1, deltas.BEYOND + 1, deltas.BEYOND + 2))
    assert parents(db, [last, beyond]) == [first, last]
    db.execute("DELETE FROM jobs WHERE id = ?", [last])
    assert parents(db, [beyond]) == [None]


def test_what_is_new_and_fixed_is_counted_kept_and_shown(db: Database, number: int) -> None:
    first = measured(db, number, 1, findings=found(1, 2))
    second = measured(db, number, 2, findings=(*found(2), *found(1, 3, rule="s")))
    assert compute(db, first) == Delta(first, None, 0, 0)
    assert compute(db, second) == Delta(second, first, 2, 1)
    for job in (first, second):
        deltas.save(db, deltas.compute(db.conn, job))
        deltas.save(db, deltas.compute(db.conn, job))
    assert rows(db, "SELECT * FROM deltas ORDER BY job_id") == [(first, None, 0, 0), (second, first, 2, 1)]
    with readable(db) as connection:
        assert deltas.counts(connection, [first, second, 99]) == {second: (2, 1)}
        (before,), (after,) = (views.results(connection, run)["jobs"] for run in (1, 2))
        (listed,) = views.run(connection, 2)["jobs"]
    assert (before["against"], before["fixed"], before["counts"]["new"]) == (None, [], None)
    assert [one["status"] for one in before["findings"]] == ["", ""]
    assert after["against"] == {"job": first, "run": 1, "commit": sha(1)}
    assert [(one["line"], one["rule"], one["status"]) for one in after["findings"]] == [
        (1, "s", "new"), (2, "r", "unresolved"), (3, "s", "new"),
    ]  # fmt: skip
    assert after["fixed"] == [
        {"path": "a.py", "line": 1, "column": 0, "rule": "r", "severity": "warning", "message": "m", "status": "fixed"}
    ]
    assert (after["counts"]["new"], after["counts"]["fixed"]) == (2, 1)
    assert (listed["counts"]["new"], listed["counts"]["fixed"]) == (2, 1)


def test_what_nobody_has_compared_yet_is_compared_when_it_is_shown(db: Database, number: int) -> None:
    measured(db, number, 1, findings=found(1))
    measured(db, number, 2, findings=found(2))
    with readable(db) as connection:
        (job,) = views.results(connection, 2)["jobs"]
    assert (job["against"]["commit"], job["counts"]["new"], job["counts"]["fixed"]) == (sha(1), 0, 0)
    assert [one["status"] for one in job["findings"]] == ["unresolved"]  # an edited line


def test_a_reused_result_is_its_origins(db: Database, number: int) -> None:
    origin = measured(db, number, 1, findings=found(1, 2), tests=cases(a="failed"))
    same = reused(db, number, 2, origin)
    assert compute(db, same) == Delta(same, origin, 0, 0)
    fixed = measured(db, number, 3, findings=found(1), tests=cases(a="passed", b="failed"))
    assert compute(db, fixed) == Delta(fixed, same, 0, 1)
    with readable(db) as connection:
        assert deltas.tests_delta(connection, fixed) == {"a": "newly passing", "b": "newly failing"}
        assert deltas.tests_delta(connection, same) == {"a": "still failing"}
        assert deltas.tests_delta(connection, origin) == {}


def test_tests_are_shown_with_what_became_of_them(db: Database, number: int) -> None:
    measured(db, number, 1, tests=cases(a="failed", b="passed", c="passed", e="failed"))
    measured(db, number, 2, tests=cases(a="passed", b="failed", d="passed", e="failed"))
    with readable(db) as connection:
        (job,) = views.results(connection, 2)["jobs"]
    assert {one["name"]: one["status"] for one in job["tests"]} == {
        "a": "newly passing", "b": "newly failing", "d": "new", "e": "still failing",
    }  # fmt: skip
    assert job["gone_tests"] == ["c"]


def test_a_parent_that_is_gone_leaves_nothing_to_compare_with(db: Database, number: int) -> None:
    first = measured(db, number, 1, findings=found(1))
    second = measured(db, number, 2, findings=found(1, 2))
    deltas.save(db, deltas.compute(db.conn, second))
    db.execute("DELETE FROM jobs WHERE id = ?", [first])
    with readable(db) as connection:
        (job,) = views.results(connection, 2)["jobs"]
        assert deltas.counts(connection, [second]) == {}
    assert (job["against"], {one["status"] for one in job["findings"]}) == (None, {""})


def test_a_job_that_is_not_over_is_compared_with_none(db: Database, number: int) -> None:
    measured(db, number, 1, findings=found(1))
    second = measured(db, number, 2)
    db.execute("UPDATE jobs SET state = 'running', outcome = NULL, own_outcome = NULL WHERE id = ?", [second])
    with readable(db) as connection:
        (job,) = views.results(connection, 2)["jobs"]
    assert (job["against"], job["fixed"]) == (None, [])
    assert compute(db, second) == Delta(second, None, 0, 0)


def test_looking_for_the_parent_goes_by_indexes(db: Database, number: int) -> None:
    statements: list[str] = []
    job = measured(db, number, 2)
    with readable(db) as connection:
        connection.set_trace_callback(statements.append)
        deltas.parent_job(connection, job)
        deltas.counts(connection, [job])
        connection.set_trace_callback(None)
        plans = [str(row[3]) for one in statements for row in connection.execute(f"EXPLAIN QUERY PLAN {one}")]
    assert len(statements) >= 4
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
