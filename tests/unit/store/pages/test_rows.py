"""Runs in few words say what their views say."""

from sqlite3 import Connection

import pytest
from sqlite_utils import Database

from fullautoci import wording
from fullautoci.store import run_views
from fullautoci.store.listings.runs import Wanted
from fullautoci.store.pages import rows
from tests.unit.store.listings.conftest import MINE, THEIRS, connection, filled
from tests.unit.store.parts import readable
from tests.unit.store.ratcheting import History

__all__ = ["connection", "filled"]


def same(connection: Connection, numbers: list[int]) -> None:
    views = run_views.by_ids(connection, numbers)
    found = rows.by_ids(connection, numbers)
    assert found.keys() == views.keys()
    for number, view in views.items():
        run = found[number]
        assert (run.sha, run.subject, run.author, run.branch, run.dirty, run.outcome) == (
            view["commit"], view["subject"], view["author"], view["branch"], view["dirty"],
            view["outcome"] or view["state"],
        )  # fmt: skip
        assert run.at == (view["finished_at"] or view["queued_at"])
        assert len(run.jobs) == len(view["jobs"])
        for job, told in zip(run.jobs, view["jobs"], strict=True):
            assert (job.id, wording.job_name(job._asdict())) == (told["id"], wording.job_name(told))
            assert job.outcome == (told["outcome"] or told["state"])
            assert (job.new, job.fixed) == (told["counts"]["new"] or 0, told["counts"]["fixed"] or 0)
            assert job.reason == told["reason"]
            score = told["metrics"].get("score")
            assert job.figure == ("" if score is None else f"score {score}")
            assert {(one.metric, one.verdict, one.flags, one.failing) for one in job.verdicts} == {
                (one["metric"], one["verdict"], tuple(one["flags"]), one["failing"]) for one in told["verdicts"]
            }


def test_every_run(connection: Connection) -> None:
    same(connection, [*range(1, 25)])
    assert rows.by_ids(connection, []) == rows.by_ids(connection, [999]) == {}


def test_with_verdicts_and_what_is_reused_or_under_way(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.0)
    history.measured("b", 8.0, "a")
    history.act("waive", "b")
    waiting = history.commit("c", "b")
    with readable(db) as connection:
        same(connection, [1, 2, waiting])
        found = rows.by_ids(connection, [2, waiting])
    assert found[waiting].outcome == "queued"
    assert found[2].jobs[0].verdicts == (rows.Verdict("score", "", "regressed", ("waived",), False),)


def test_nothing_is_new_beside_nothing(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.0)
    history.measured("b", 9.0, "a")
    db.execute("INSERT OR REPLACE INTO deltas VALUES (1, NULL, 3, 4), (2, 1, 5, 6)")
    with readable(db) as connection:
        same(connection, [1, 2])
        found = rows.by_ids(connection, [1, 2])
    assert [(found[one].jobs[0].new, found[one].jobs[0].fixed) for one in (1, 2)] == [(0, 0), (5, 6)]


def test_a_percentage_stands_for_what_has_no_score(db: Database) -> None:
    history = History(db)
    history.measured("a", None, rules=[])
    db.execute("INSERT INTO metrics VALUES (1, 'percent_lines', 80.5), (1, 'tests_passed', 3)")
    with readable(db) as connection:
        assert rows.by_ids(connection, [1])[1].jobs[0].figure == "percent_lines 80.5"


@pytest.mark.parametrize(("seen", "count"), [(None, 12), ({MINE}, 12), ({THEIRS}, 0), (set(), 0)])
def test_commits_part_by_part_for_whom_may_see_them(connection: Connection, seen: set[int] | None, count: int) -> None:
    found: list[rows.Run] = []
    cursor = ""
    while True:
        shown, cursor = rows.commits(connection, Wanted(MINE), seen, cursor, 5)
        found += shown
        if not cursor:
            break
    assert len(found) == count
    assert {run.repository_id for run in found} <= {MINE}
    assert [run.id for run in found] == sorted((run.id for run in found), reverse=True)
