"""Tests found by words of their names."""

from sqlite3 import Connection

import pytest

from fullautoci.errors import UsageError
from fullautoci.store.listings import commits, named, runs, search
from fullautoci.store.paging import Page
from tests.unit.store.listings.conftest import GONE, MINE, THEIRS


def names(part: Page) -> set[tuple[int, str]]:
    return {(one["repository_id"], one["name"]) for one in part.items}


def test_all_words_count_in_what_one_may_see(connection: Connection) -> None:
    assert names(named.page(connection, "same", None)) == {(MINE, "test_same"), (THEIRS, "test_same")}
    assert names(named.page(connection, "SAM test", {MINE})) == {(MINE, "test_same")}
    assert names(named.page(connection, "same", None, repository=THEIRS)) == {(THEIRS, "test_same")}
    assert names(named.page(connection, '("same', {MINE})) == {(MINE, "test_same")}
    for nothing in ("", " ", "same 3", "*", '"', "same OR nothing"):
        assert named.page(connection, nothing, None).items == []
    assert named.page(connection, "same", set()).items == []
    assert all(one["repository_id"] != GONE for one in named.page(connection, "test", None).items)


def test_each_with_how_it_went(connection: Connection) -> None:
    (one,) = named.page(connection, "same", {MINE}).items
    assert (one["repository"], one["tool"], one["outcome"], one["duration_s"]) == ("mine", "pylint", "passed", 0.1)
    assert (one["times"], one["failed"]) == (12, 0)


def test_part_by_part(connection: Connection) -> None:
    whole = [one["name"] for one in named.page(connection, "test", {MINE}).items]
    seen, cursor = [], ""
    while True:
        part = named.page(connection, "test", {MINE}, cursor=cursor, limit=2)
        seen += [one["name"] for one in part.items]
        cursor = part.following
        if not cursor:
            break
    assert seen == whole
    assert len(whole) == 6
    other = commits.page(connection, runs.Wanted(), None, limit=1).following
    for wrong in (other, "x"):
        with pytest.raises(UsageError):
            named.page(connection, "test", {MINE}, cursor=wrong)


def test_one_kind_does_not_go_through_the_others(connection: Connection) -> None:
    said: list[str] = []
    connection.set_trace_callback(said.append)
    try:
        found = search.page(connection, "unused", None, kind="finding").items
        assert not any("run_words" in one for one in said)
        said.clear()
        assert {one["kind"] for one in search.page(connection, "change", None, kind="commit").items} == {"commit"}
        assert not any("finding_words" in one for one in said)
    finally:
        connection.set_trace_callback(None)
    assert {one["kind"] for one in found} == {"finding"}
