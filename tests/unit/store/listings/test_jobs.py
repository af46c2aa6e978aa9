"""Jobs and what each measured, part by part."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.errors import NotFoundError
from fullautoci.store import job_views
from fullautoci.store.listings import jobs, metrics
from fullautoci.store.listings.jobs import Wanted
from tests.unit.store.listings.conftest import COUNT, MINE, THEIRS, fill
from tests.unit.store.listings.walking import everything
from tests.unit.store.measuring import probe
from tests.unit.store.parts import readable, sha

Fits = Callable[[int, str], bool]


def found(connection: Connection, wanted: Wanted, visible: set[int] | None = None, **how: Any) -> list[tuple[int, str]]:
    """The commit's number and the tool of each job, four at a time."""
    items = everything(lambda at: jobs.page(connection, wanted, visible, cursor=at, limit=4, **how))
    return [(int(view["commit"], 16), view["tool"]) for view in items]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), lambda number, tool: True),
        (Wanted(MINE), lambda number, tool: number % 2 == 0),
        (Wanted(run=5), lambda number, tool: number == 4),
        (Wanted(THEIRS, run=5), lambda number, tool: False),
        (Wanted(tool="pylint"), lambda number, tool: tool == "pylint"),
        (Wanted(variant="v"), lambda number, tool: tool == "docs"),
        (Wanted(project="x"), lambda number, tool: False),
        (Wanted(outcome="skipped"), lambda number, tool: tool == "docs"),
        (Wanted(outcome="failed", branch="main"), lambda number, tool: tool == "pylint" and number % 3 == 1),
        (Wanted(state="done", tool="docs"), lambda number, tool: tool == "docs"),
        (Wanted(state="queued"), lambda number, tool: False),
        (Wanted(commit=sha(7)), lambda number, tool: number == 7),
        (Wanted(since="2026-02-01T00:00:20.000Z", until="2026-02-01T00:00:22.000Z"),
         lambda number, tool: 20 <= number < 22),
    ],
)  # fmt: skip
def test_what_is_found_is_all_that_fits_in_order(connection: Connection, wanted: Wanted, fits: Fits, sort: str) -> None:
    every = [(number, tool) for number in range(COUNT) for tool in ("pylint", "docs")]
    expected = [one for one in every if fits(*one)]
    assert found(connection, wanted, sort=sort) == (expected[::-1] if sort == "newest" else expected)


@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(THEIRS), Wanted(run=2), Wanted(commit=sha(1)), Wanted(tool="docs"), Wanted(since="2")]
)
def test_nothing_is_listed_that_may_not_be_seen(connection: Connection, wanted: Wanted) -> None:
    assert all(number % 2 == 0 for number, _ in found(connection, wanted, {MINE}))
    assert found(connection, wanted, set()) == []


@pytest.mark.parametrize("number", [0, -1, 99, 2**63, 10**30])
def test_numbers_that_nobody_has_find_nothing(connection: Connection, number: int) -> None:
    assert found(connection, Wanted(run=number)) == []
    assert found(connection, Wanted(repository=number)) == []
    with pytest.raises(NotFoundError):
        job_views.job(connection, number)


def test_a_job_says_where_it_belongs(connection: Connection) -> None:
    one = job_views.job(connection, 1)
    told = (one["run"], one["repository"], one["repository_id"], one["commit"], one["branch"], one["subject"])
    assert told == (1, "mine", MINE, sha(0), "topic", "Change 0")
    assert (one["counts"]["findings"], one["counts"]["tests"], one["metrics"]["score"]) == (3, 2, 0.0)


def test_probes_are_no_results(db: Database) -> None:
    fill(db)
    probe(db, 1)
    with readable(db) as connection:
        assert found(connection, Wanted(run=1)) == [(0, "docs")]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (metrics.Wanted(), lambda number: number % 3 != 2),
        (metrics.Wanted(tool="pylint", branch="main"), lambda number: number % 3 == 1),
        (metrics.Wanted(tool="docs"), lambda number: False),
        (metrics.Wanted(metric="none"), lambda number: False),
        (metrics.Wanted(since="2026-02-01T00:00:10.000Z"), lambda number: number % 3 != 2 and number >= 10),
    ],
)
def test_metrics_are_of_what_passed_or_failed(
    connection: Connection, wanted: metrics.Wanted, fits: Callable[[int], bool], sort: str
) -> None:
    items = everything(lambda at: metrics.page(connection, MINE, wanted, None, cursor=at, limit=2, sort=sort))
    expected = [number for number in range(0, COUNT, 2) if fits(number)]
    assert [item["metrics"]["score"] for item in items] == (expected[::-1] if sort == "newest" else expected)
    assert all(int(item["commit"], 16) == item["metrics"]["score"] for item in items)


def test_one_metric_may_be_asked_for(connection: Connection) -> None:
    (one, *_) = metrics.page(connection, MINE, metrics.Wanted(metric="errors"), {MINE}, limit=1).items
    assert (one["metrics"], one["tool"], one["project"], one["variant"]) == ({"errors": 1.0}, "pylint", ".", "")
    assert metrics.page(connection, MINE, metrics.Wanted(), {THEIRS}).items == []
