"""What the overview shows: newest first, tips of branches that are there, and how long jobs take."""

import json
from dataclasses import replace
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Outcome, Priority
from fullautoci.store import runs
from fullautoci.store.pages import estimates, overview
from tests.unit.store.measuring import asking, measured, reused
from tests.unit.store.parts import COMMIT, readable, sha, watch


def on(db: Database, repository: int, branch: str, number: int, outcome: str = "passed") -> int:
    """A run that is over, of a commit at the tip of a branch."""
    wish = runs.Wish(replace(COMMIT, sha=sha(number)), branch, "post-commit", Priority.NOW)
    made = runs.wish(db, repository, wish)[0]
    db.execute("UPDATE runs SET state = 'done', outcome = ? WHERE id = ?", [outcome, made])
    db.execute("INSERT OR REPLACE INTO refs VALUES (?, ?, ?)", [repository, f"refs/heads/{branch}", sha(number)])
    return int(made)


def shown(db: Database, visible: Any = None, **narrowed: Any) -> tuple[list[dict[str, Any]], int]:
    with readable(db) as connection:
        return overview.repositories(connection, visible, **narrowed)


def test_repositories_come_with_the_newest_first_those_one_may_see_alone(db: Database) -> None:
    first, second, idle = watch(db, "/1", "one"), watch(db, "/2", "Two_%"), watch(db, "/3", "three")
    on(db, first, "main", 1)
    on(db, second, "main", 2)
    assert [one["id"] for one in shown(db)[0]] == [second, first, idle]
    assert [one["id"] for one in shown(db, [first, idle])[0]] == [first, idle]
    assert shown(db, []) == ([], 0)
    assert [one["id"] for one in shown(db, text="tWO_%")[0]] == [second]
    found, count = shown(db, limit=1, skip=1)
    assert ([one["id"] for one in found], count) == ([first], 3)
    assert shown(db)[0][2]["latest"] is None


def test_tips_are_the_newest_of_branches_that_are_still_there(db: Database) -> None:
    number = watch(db)
    on(db, number, "topic", 1)
    old = on(db, number, "main", 2, "failed")
    new = on(db, number, "main", 3)
    on(db, number, "gone", 4)
    db.execute("DELETE FROM refs WHERE name = 'refs/heads/gone'")
    one = shown(db)[0][0]
    assert [tip["branch"] for tip in one["tips"]] == ["main", "topic"]
    assert (one["trunk"]["run"], one["trunk"]["outcome"]) == (new, "passed")
    assert old != new
    for extra in range(overview.TIPS):
        on(db, number, f"more-{extra}", 10 + extra)
    one = shown(db)[0][0]
    assert (len(one["tips"]), one["more_tips"]) == (overview.TIPS, True)


def test_a_run_is_told_with_its_jobs_and_their_main_figures(db: Database) -> None:
    number = watch(db)
    job = measured(db, number, 1, metrics={"percent_lines": 92.30769, "missing_lines": 3.0})
    one = shown(db)[0][0]
    assert [(each["tool"], each["figure"]) for each in one["latest"]["jobs"]] == [("coverage", "92.31 %")]
    reused(db, number, 2, job)
    assert shown(db)[0][0]["latest"]["jobs"][0]["figure"] == "92.31 %"


def test_a_job_takes_as_long_as_the_middle_one_of_those_that_were_measured(db: Database) -> None:
    number, other = watch(db), watch(db, "/2", "other")
    for commit, seconds in enumerate((1.0, 9.0, 2.0), 1):
        measured(db, number, commit, duration_s=seconds)
    measured(db, number, 4, Outcome.ERRORED, duration_s=100.0)
    measured(db, other, 1, duration_s=50.0)
    reused(db, number, 5, 1)
    due = asking(db, number, 6)
    with readable(db) as connection:
        found = estimates.estimates(connection, [due.id, 999])
    assert set(found) == {due.id}
    assert found[due.id].typical_s == 2.0
    assert found[due.id].started_at is not None


def test_what_was_never_measured_takes_nobody_knows_how_long(db: Database) -> None:
    due = asking(db, watch(db), 1)
    with readable(db) as connection:
        assert estimates.estimates(connection, [due.id])[due.id].typical_s is None


def test_near_is_what_is_short_of_its_target_whichever_way_is_better(db: Database) -> None:
    number = watch(db)
    on(db, number, "main", 1)
    held = {
        "near": (9.0, 9.5, "higher"), "far": (5.0, 9.5, "higher"), "beyond": (10.0, 9.5, "higher"),
        "few": (3.0, 2.0, "lower"), "fewer": (1.0, 2.0, "lower"), "none": (1.0, None, "higher"),
    }  # fmt: skip
    for series, (metric, (value, target, direction)) in enumerate(held.items(), 1):
        db.execute("INSERT INTO series VALUES (?, ?, 'pylint', '.', '', ?, '')", [series, number, metric])
        standing = json.dumps({"rule": {"direction": direction, "target": target}})
        db.execute(
            "INSERT INTO standings (series_id, sha, standing, verdict, value, floor, target)"
            " VALUES (?, ?, ?, 'held', ?, ?, ?)",
            [series, sha(1), standing, value, value, target],
        )
    with readable(db) as connection:
        found = overview.nearest(connection, overview.repositories(connection, None)[0])
    assert [one["metric"] for one in found] == ["near", "far", "few"]
