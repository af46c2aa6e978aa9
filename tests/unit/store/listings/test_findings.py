"""Findings and tests, part by part."""

from sqlite3 import Connection
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.model import Finding, ToolPlan
from fullautoci.store import job_views
from fullautoci.store.listings import findings, tests
from fullautoci.store.listings.findings import Wanted
from tests.unit.store.listings.conftest import MINE, THEIRS, add, fill
from tests.unit.store.listings.walking import everything
from tests.unit.store.measuring import cases, measured
from tests.unit.store.parts import PYLINT, readable, watch


def of_job(connection: Connection, job: int, wanted: Wanted) -> list[dict[str, Any]]:
    view = job_views.job(connection, job)
    return everything(lambda at: findings.of_job(connection, view, wanted, cursor=at, limit=1))


@pytest.mark.parametrize(
    ("wanted", "paths"),
    [
        (Wanted(), ["src/a.py", "src/b.py", "src_old/a.py"]),
        (Wanted(rule="bad-name"), ["src/a.py", "src_old/a.py"]),
        (Wanted(severity="warning"), ["src/b.py"]),
        (Wanted(path="src"), ["src/a.py", "src/b.py"]),
        (Wanted(path="src/"), ["src/a.py", "src/b.py"]),
        (Wanted(path="src/a.py"), ["src/a.py"]),
        (Wanted(path="rc"), []),
        (Wanted(text="IMPORT"), ["src/b.py"]),
        (Wanted(text='"x"*'), ["src/a.py"]),
        (Wanted(text="%"), []),
        (Wanted(status="new"), []),
    ],
)
def test_a_jobs_findings_come_by_place(connection: Connection, wanted: Wanted, paths: list[str]) -> None:
    found = of_job(connection, 1, wanted)
    assert [one["path"] for one in found] == paths
    assert all(set(one) == {"path", "line", "column", "rule", "severity", "message", "status"} for one in found)


def test_findings_say_what_is_new_as_results_do(db: Database) -> None:
    number = watch(db)
    old = Finding("a.py", 1, 1, "r", "error", "old", "anchor-a")
    new = Finding("b.py", 1, 1, "r", "error", "new", "anchor-b")
    measured(db, number, 1, plan=PYLINT, findings=(old,))
    second = measured(db, number, 2, plan=PYLINT, findings=(new, old))
    db.execute("UPDATE lineage SET ancestor = ? WHERE sha = ?", [f"{1:040x}", f"{2:040x}"])
    with readable(db) as connection:
        assert [(one["path"], one["status"]) for one in of_job(connection, second, Wanted())] == [
            ("a.py", "unresolved"), ("b.py", "new"),
        ]  # fmt: skip
        assert [one["path"] for one in of_job(connection, second, Wanted(status="new"))] == ["b.py"]


def test_a_repositorys_findings_are_of_the_newest_results(db: Database) -> None:
    fill(db)
    add(db, MINE, 98)  # errored: it says nothing
    with readable(db) as connection:
        found = everything(lambda at: findings.of_repository(connection, MINE, Wanted(), None, cursor=at, limit=2))
        assert [(one["path"], int(one["commit"], 16)) for one in found] == [
            ("src/a.py", 22), ("src/b.py", 22), ("src_old/a.py", 22),
        ]  # fmt: skip
        on_topic = findings.of_repository(connection, MINE, Wanted(), {MINE}, branch="topic").items
        assert {int(one["commit"], 16) for one in on_topic} == {18}
        assert findings.of_repository(connection, MINE, Wanted(), None, branch="none").items == []
        assert findings.of_repository(connection, MINE, Wanted(), None, tool="docs").items == []
        assert findings.of_repository(connection, MINE, Wanted(), {THEIRS}).items == []


def test_findings_of_several_tools_follow_one_another(db: Database) -> None:
    number = watch(db)
    for tool in ("b", "a"):
        many = tuple(Finding(f"{one}.py", 1, 1, "r", "error", tool) for one in range(5))
        measured(db, number, 1, plan=ToolPlan(tool), findings=many)
    with readable(db) as connection:
        found = everything(lambda at: findings.of_repository(connection, number, Wanted(), None, cursor=at, limit=3))
    expected = [(tool, f"{one}.py") for tool in "ab" for one in range(5)]
    assert [(one["tool"], one["path"]) for one in found] == expected


def test_a_jobs_tests_come_in_its_order(connection: Connection) -> None:
    job = job_views.job(connection, 1)
    found = everything(lambda at: tests.of_job(connection, job, tests.Wanted(), cursor=at, limit=1))
    assert [(one["name"], one["outcome"]) for one in found] == [("test_same", "passed"), ("test_0", "passed")]
    assert {"duration_s", "message", "status", "flaky", "quarantined_until"} <= set(found[0])
    (one,) = tests.of_job(connection, job, tests.Wanted(name="SAME")).items
    assert one["name"] == "test_same"
    assert tests.of_job(connection, job, tests.Wanted(outcome="failed")).items == []


def of_repository(connection: Connection, wanted: tests.Wanted = tests.Wanted(), **how: Any) -> list[dict[str, Any]]:  # noqa: B008
    return everything(lambda at: tests.of_repository(connection, THEIRS, wanted, None, cursor=at, limit=2, **how))


def test_each_test_says_how_it_went(connection: Connection) -> None:
    found = of_repository(connection)
    assert [one["name"] for one in found] == ["test_0", "test_1", "test_2", "test_3", "test_4", "test_same"]
    same, first = found[-1], found[1]
    assert (same["times"], same["failed"], same["outcome"], same["last_failed"]) == (12, 0, "passed", None)
    # Of 1, 11, 21: the first and the last, of which each is one more than a multiple of four.
    assert (first["times"], first["failed"], first["outcome"], first["duration_s"]) == (3, 2, "failed", 0.2)
    assert (first["last"]["run"], first["last_failed"]["run"], int(first["last"]["commit"], 16)) == (22, 22, 21)
    assert (first["flaky"], first["quarantined_until"]) == (False, None)


def test_tests_are_narrowed_and_sorted(connection: Connection) -> None:
    assert [one["name"] for one in of_repository(connection, tests.Wanted(name="Same"))] == ["test_same"]
    assert [one["name"] for one in of_repository(connection, tests.Wanted(outcome="failed"))] == ["test_1", "test_2"]
    assert of_repository(connection, tests.Wanted(tool="docs")) == []
    failing = of_repository(connection, sort="failures")
    assert [one["failed"] for one in failing] == sorted((one["failed"] for one in failing), reverse=True)
    assert sum(one["failed"] for one in failing) == 6
    assert all(one["failed"] for one in failing)
    assert tests.of_repository(connection, THEIRS, tests.Wanted(), {MINE}).items == []


def test_what_was_reused_or_probed_is_not_counted_again(db: Database) -> None:
    number = watch(db)
    origin = measured(db, number, 1, tests=cases(a="passed"))
    db.execute("UPDATE jobs SET purpose = 'probe' WHERE id = ?", [origin])
    db.execute(
        "INSERT INTO tests (job_id, name, outcome, duration_s, message) VALUES (?, 'a', 'failed', 1, '')", [origin]
    )
    with readable(db) as connection:
        (one,) = tests.of_repository(connection, number, tests.Wanted(), None).items
    assert (one["times"], one["failed"]) == (1, 0)
