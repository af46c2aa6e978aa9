"""Which runs are news."""

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome, Priority
from fullautoci.store import changes
from tests.unit.store.parts import planned, watch


def over(db: Database, run: int, outcome: str, **fields: object) -> None:
    db.execute("UPDATE jobs SET state = 'done', outcome = ?, reason = 'why' WHERE run_id = ?", [outcome, run])
    values = {"state": "done", "outcome": outcome, **fields}
    marks = ", ".join(f"{name} = ?" for name in values)
    db.execute(f"UPDATE runs SET {marks} WHERE id = ?", [*values.values(), run])


@pytest.mark.parametrize(
    ("outcomes", "news"),
    [
        (["passed"], None),
        (["failed"], "failed"),
        (["passed", "failed"], "failed"),
        (["failed", "failed"], None),
        (["failed", "passed"], "passed"),
        (["failed", "errored"], "errored"),
        (["failed", "superseded", "passed"], "passed"),
        (["failed", "skipped"], None),
        (["failed", "cancelled", "failed"], None),
        (["passed", "timed_out"], "timed_out"),
        (["passed", "quarantined"], "quarantined"),
    ],
)
def test_a_change_of_a_branch(db: Database, outcomes: list[str], news: str | None) -> None:
    repository = watch(db)
    runs = [planned(db, repository, number + 1) for number in range(len(outcomes))]
    for run, outcome in zip(runs, outcomes, strict=True):
        over(db, run, outcome)
    found = changes.of(db.conn, runs[-1])
    assert (found.outcome if found else None) == news
    if found and news != Outcome.PASSED:
        assert found.reasons == ("pylint: why", "coverage: why")


@pytest.mark.parametrize("fields", [{"priority": Priority.BACKFILL}, {"dirty": 1}, {"branch": ""}])
def test_what_is_no_news_and_makes_none(db: Database, fields: dict[str, object]) -> None:
    repository = watch(db)
    first, second = planned(db, repository, 1), planned(db, repository, 2)
    over(db, first, "failed", **fields)
    over(db, second, "passed")
    assert changes.of(db.conn, first) is None
    assert changes.of(db.conn, second) is None
    assert changes.of(db.conn, 999) is None


def test_other_branches_are_other_stories(db: Database) -> None:
    repository = watch(db)
    first, second = planned(db, repository, 1), planned(db, repository, 2)
    over(db, first, "failed", branch="topic")
    over(db, second, "passed")
    assert changes.of(db.conn, second) is None
