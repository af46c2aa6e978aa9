"""What changed, told without looking at all of it, is what comparing all of it tells."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from fullautoci import cases, findings
from fullautoci.model import Commit, Finding, Outcome, Priority, Result, TestCase, ToolPlan
from fullautoci.store import changed_findings, changed_tests, deltas, jobs, runs
from fullautoci.store.database import open_for_writing
from tests.unit.store.parts import sha, watch

FINDING = st.builds(
    Finding,
    path=st.sampled_from(["a.py", "b.py", "c.py", "d.py"]),
    line=st.integers(1, 4),
    column=st.just(1),
    rule=st.sampled_from(["r", "s"]),
    severity=st.just("warning"),
    message=st.sampled_from(["line 1 is odd", "line 2 is odd", "it's odd", "odd', 'odd"]),
    anchor=st.sampled_from(["", "aa", "bb", "e3b0c44298fc1c14"]),  # the last is that of a line without text
)
CASE = st.builds(
    TestCase,
    name=st.sampled_from(["one", "two", "three", "it's", 'a "quote"']),
    outcome=st.sampled_from(["passed", "failed", "errored", "skipped"]),
    duration_s=st.just(0.1),
    message=st.just(""),
)


def child(db: Database, before: Result, after: Result) -> tuple[int, int]:
    """The jobs of a commit and of its child."""
    found = []
    for number, result in enumerate((before, after)):
        parents = (sha(0),) if number else ()
        commit = Commit(sha(number), f"{number}" * 40, parents, "Ada", "s", "s", "2026-01-01T00:00:00.000Z")
        run, _ = runs.wish(db, 1, runs.Wish(commit, "main", "post-commit", Priority.NOW))
        jobs.plan(db, runs.Unplanned(run, 1, commit.sha, 0, ()), {}, "d", [(ToolPlan("pylint"), "")])
        due = jobs.start_next(db)
        assert due is not None
        jobs.record(db, due.id, due.attempt, result)
        found.append(due.id)
    return found[0], found[1]


@pytest.fixture
def new_database(tmp_path: Path):
    made: list[Database] = []

    def make() -> Database:
        db = open_for_writing(tmp_path / f"{len(made)}.db")
        made.append(db)
        watch(db, "/mine/.git", "mine")
        return db

    yield make
    for db in made:
        db.close()


FEW = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FEW
@given(before=st.lists(FINDING, max_size=8), after=st.lists(FINDING, max_size=8))
def test_findings(new_database, before: list[Finding], after: list[Finding]) -> None:
    db = new_database()
    old, new = child(
        db,
        Result(Outcome.FAILED, findings=tuple(before)),
        Result(Outcome.FAILED, findings=tuple(after)),
    )
    told = changed_findings.changes(db.conn, new)
    assert told is not None
    own, earlier = (deltas._findings(db.conn, one) for one in (new, old))
    compared = findings.compare(earlier, own)
    numbers = [
        [
            row[0]
            for row in db.execute("SELECT id FROM findings WHERE job_id = ? ORDER BY path, line, column, id", [one])
        ]
        for one in (new, old)
    ]
    assert told.new == {numbers[0][position] for position in compared.new}
    assert told.fixed == {numbers[1][position] for position in compared.fixed}


@FEW
@given(before=st.lists(CASE, max_size=8), after=st.lists(CASE, max_size=8))
def test_tests(new_database, before: list[TestCase], after: list[TestCase]) -> None:
    db = new_database()
    _, new = child(db, Result(Outcome.FAILED, tests=tuple(before)), Result(Outcome.FAILED, tests=tuple(after)))
    told = changed_tests.changes(db.conn, new)
    assert told is not None
    whole = deltas.tests_delta(db.conn, new)
    assert set(told.gone) == {name for name, status in whole.items() if status == cases.GONE}
    assert set(told.new) == {one.name for one in after} - {one.name for one in before}
    quiet = ("", cases.NEW, cases.GONE)
    assert {name: one for name, one in told.statuses.items() if one not in quiet} == {
        name: one for name, one in whole.items() if one not in quiet
    }
    names = [one.name for one in after]
    assert changed_tests.of_names(db.conn, new, names) == {name: whole[name] for name in names}


def test_a_first_result_is_compared_with_nothing(new_database) -> None:
    db = new_database()
    old, _ = child(db, Result(Outcome.PASSED), Result(Outcome.PASSED))
    assert changed_findings.changes(db.conn, old) is None
    assert changed_tests.changes(db.conn, old) is None
    assert changed_tests.of_names(db.conn, old, ["one"]) == {}


def test_what_was_told_to_be_the_same_is_not_compared(new_database) -> None:
    db = new_database()
    one = Finding("a.py", 1, 1, "r", "warning", "odd")
    _, new = child(db, Result(Outcome.FAILED, findings=(one,)), Result(Outcome.FAILED, findings=(one,)))
    deltas.save(db, deltas.compute(db.conn, new))
    queries: list[str] = []
    db.conn.set_trace_callback(queries.append)
    assert changed_findings.changes(db.conn, new) == changed_findings.Changes(1, frozenset(), frozenset())
    assert not [query for query in queries if "FROM findings" in query]
