"""Runs and commits, part by part."""

from collections.abc import Callable
from sqlite3 import Connection
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.errors import UsageError
from fullautoci.store import repositories, views
from fullautoci.store.listings import commits, runs
from fullautoci.store.listings.runs import Wanted
from tests.unit.store.listings.conftest import COUNT, GONE, MINE, THEIRS, add, fill
from tests.unit.store.listings.walking import everything
from tests.unit.store.parts import readable, sha

NUMBER = {"topic": lambda number: number % 3 == 0, "main": lambda number: number % 3 != 0}
Fits = Callable[[int], bool]


def numbers(connection: Connection, wanted: Wanted, visible: set[int] | None = None, **how: Any) -> list[int]:
    """The numbers of the commits of all runs that are found, three at a time."""
    found = everything(lambda at: runs.page(connection, wanted, visible, cursor=at, limit=3, **how))
    return [int(view["commit"], 16) for view in found]


def those(fits: Fits) -> list[int]:
    return [number for number in range(COUNT - 1, -1, -1) if fits(number)]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), lambda number: True),
        (Wanted(MINE), lambda number: number % 2 == 0),
        (Wanted(branch="topic"), NUMBER["topic"]),
        (Wanted(THEIRS, branch="main"), lambda number: number % 2 == 1 and number % 3 != 0),
        (Wanted(outcome="failed"), lambda number: number % 3 == 1),
        (Wanted(state="done"), lambda number: True),
        (Wanted(state="queued"), lambda number: False),
        (Wanted(tool="pylint"), lambda number: True),
        (Wanted(tool="none"), lambda number: False),
        (Wanted(trigger="post-commit"), lambda number: True),
        (Wanted(trigger="scan"), lambda number: False),
        (Wanted(author="ada"), lambda number: number % 2 == 0),
        (Wanted(author="LOVE ada"), lambda number: number % 2 == 0),
        (Wanted(author="ada grace"), lambda number: False),
        (Wanted(text="naive wombat1"), lambda number: str(number).startswith("1")),
        (Wanted(text="topic", author="grace"), lambda number: number % 3 == 0 and number % 2 == 1),
        (Wanted(text="wombat", branch="topic"), NUMBER["topic"]),
        (Wanted(since="2026-02-01T00:00:05.000Z"), lambda number: number >= 5),
        (Wanted(until="2026-02-01T00:00:05.000Z"), lambda number: number < 5),
        (Wanted(since="2026-02-01T00:00:05.000Z", until="2026-02-01T00:00:15.000Z", branch="topic"),
         lambda number: 5 <= number < 15 and number % 3 == 0),
        (Wanted(text="wombat", since="2026-02-01T00:00:20.000Z"), lambda number: number >= 20),
        (Wanted(commit=sha(7)), lambda number: number == 7),
        (Wanted(commit=sha(0x10)[:39]), lambda number: number >= 16),
        (Wanted(commit="beef"), lambda number: False),
    ],
)  # fmt: skip
def test_what_is_found_is_all_that_fits_in_order(connection: Connection, wanted: Wanted, fits: Fits, sort: str) -> None:
    expected = those(fits)
    assert numbers(connection, wanted, sort=sort) == (expected if sort == "newest" else expected[::-1])


@pytest.mark.parametrize(
    "wanted", [Wanted(), Wanted(text="wombat"), Wanted(branch="main"), Wanted(outcome="failed"),
               Wanted(commit="0" * 30), Wanted(since="2026"), Wanted(author="example"), Wanted(GONE), Wanted(THEIRS)],
)  # fmt: skip
def test_nothing_is_listed_that_may_not_be_seen(connection: Connection, wanted: Wanted) -> None:
    mine = numbers(connection, wanted, {MINE, GONE, 99})
    assert all(number % 2 == 0 for number in mine)
    assert bool(mine) is (wanted.repository is None)
    assert numbers(connection, wanted, set()) == []


def test_a_text_without_words_finds_nothing(connection: Connection) -> None:
    for text in ("", " ", "--", '"', "***"):
        assert bool(numbers(connection, Wanted(text=text))) is (not text)


@pytest.mark.parametrize(
    "text", ['"', "wombat1 OR", "NEAR(", "a" * 5000, "author:x", "{branch}", "^", "x*", "-", "\0", "' OR 1=1 --", "🦊",
             "AND", "NOT NOT", "(((((((", "repository:r2", '" OR repository : "r2', "\\", "%", "é" * 600],
)  # fmt: skip
def test_nothing_that_is_looked_for_is_syntax(connection: Connection, text: str) -> None:
    for wanted in (Wanted(text=text), Wanted(author=text), Wanted(branch=text), Wanted(commit=text), Wanted(tool=text)):
        assert all(number % 2 == 0 for number in numbers(connection, wanted, {MINE}))


@pytest.mark.parametrize("identifier", [0, -1, 2**63, 10**30])
def test_numbers_that_nobody_has_find_nothing(connection: Connection, identifier: int) -> None:
    assert numbers(connection, Wanted(identifier)) == []
    assert numbers(connection, Wanted(), {identifier}) == []
    assert len(numbers(connection, Wanted(), before=identifier)) == (COUNT if identifier > 99 else 0)


def test_the_cursor_of_another_sort_is_refused(connection: Connection) -> None:
    first = runs.page(connection, Wanted(), None, limit=3)
    assert first.following
    for how in ({"sort": "oldest"}, {"wanted": Wanted(since="2026")}):
        with pytest.raises(UsageError, match="cursor"):
            runs.page(connection, **{"wanted": Wanted(), "visible": None, "cursor": first.following, **how})


def test_what_comes_later_does_not_move_what_follows(db: Database) -> None:
    fill(db)
    with readable(db) as connection:
        first = runs.page(connection, Wanted(), None, limit=3)
    add(db, MINE, 200)
    with readable(db) as connection:
        second = runs.page(connection, Wanted(), None, limit=3, cursor=first.following)
    found = [int(view["commit"], 16) for view in [*first.items, *second.items]]
    assert found == list(range(COUNT - 1, COUNT - 7, -1))


def test_commits_come_once_with_their_newest_run(db: Database) -> None:
    fill(db)
    again = add(db, MINE, 4)
    with readable(db) as connection:
        found = everything(lambda at: commits.page(connection, Wanted(MINE), None, cursor=at, limit=4))
        assert [int(view["sha"], 16) for view in found] == [4, *(n for n in range(22, -1, -2) if n != 4)]
        assert found[0]["latest"]["id"] == again
        assert found[0]["message"].endswith("of wombat4.")
        assert views.commits(connection, MINE, 4) == found[:4]
        topic = everything(lambda at: commits.page(connection, Wanted(branch="topic"), {THEIRS}, cursor=at, limit=1))
        assert [int(view["sha"], 16) for view in topic] == [21, 15, 9, 3]


def test_open_runs_are_found_by_their_state(db: Database) -> None:
    fill(db)
    run = add(db, MINE, 99, done=False)
    with readable(db) as connection:
        assert [view["id"] for view in runs.page(connection, Wanted(state="queued"), None).items] == [run]
        assert [view["id"] for view in runs.page(connection, Wanted(MINE, state="queued"), {MINE}).items] == [run]
        assert runs.page(connection, Wanted(state="running"), None).items == []


def test_a_repository_that_is_watched_again_is_listed_again(db: Database) -> None:
    fill(db)
    with readable(db) as connection:
        assert runs.page(connection, Wanted(GONE), None).items == []
        assert len(views.repositories(connection)) == 2
        assert [view["name"] for view in views.repositories(connection, {THEIRS})] == ["theirs"]
    repositories.add(db, name="gone", path="/gone/.git", worktree="/r", kind="working", refs={})
    with readable(db) as connection:
        assert len(runs.page(connection, Wanted(GONE), None).items) == 1
        assert numbers(connection, Wanted())[0] == COUNT
