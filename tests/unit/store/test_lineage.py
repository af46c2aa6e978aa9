"""Lineage: parents and children among the commits that are known, across those that are not."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from fullautoci.model import Priority
from fullautoci.store import lineage, runs
from tests.unit.store.parts import COMMIT, readable, rows, sha, watch


def make(db: Database, repository: int, number: int, *parents: int, source: str = "post-commit") -> None:
    """A known commit with these parents, with a run where it has a source."""
    commit = replace(COMMIT, sha=sha(number), parents=tuple(sha(parent) for parent in parents))
    if source:
        runs.wish(db, repository, runs.Wish(commit, "main", source, Priority.NOW))
    else:
        runs.save_commit(db, repository, commit)


def parents(db: Database, repository: int, number: int) -> list[list[int]]:
    with readable(db) as connection:
        return [[int(one, 16) for one in slot] for slot in lineage.parents(connection, repository, sha(number))]


def children(db: Database, repository: int, number: int) -> list[int]:
    with readable(db) as connection:
        return [int(one, 16) for one in lineage.children(connection, repository, sha(number))]


def frontier(db: Database, repository: int, limit: int = 50) -> list[tuple[int, int, int]]:
    with readable(db) as connection:
        found = lineage.frontier(connection, repository, limit)
    return [(int(one, 16), slot, int(parent, 16)) for one, slot, parent in found]


def doubtful(db: Database, since: int) -> set[int]:
    with readable(db) as connection:
        return lineage.doubtful(connection, since)


def test_parents_and_children_of_commits_that_are_known(db: Database) -> None:
    number = watch(db)
    make(db, number, 1)
    make(db, number, 2, 1)
    make(db, number, 3, 1)
    make(db, number, 4, 3, 2)
    assert [parents(db, number, one) for one in (1, 2, 4)] == [[], [[1]], [[3], [2]]]
    assert [children(db, number, one) for one in (1, 2, 3, 4)] == [[2, 3], [4], [4], []]
    assert frontier(db, number) == []


def test_beyond_a_parent_that_is_not_known_stand_the_nearest_that_are(db: Database) -> None:
    number = watch(db)
    make(db, number, 1)
    make(db, number, 2)
    make(db, number, 9, 8, 7)  # neither is known
    assert parents(db, number, 9) == [[], []]
    assert frontier(db, number) == [(9, 0, 8), (9, 1, 7)]

    assert lineage.link(db, number, sha(9), 0, [sha(2), sha(1), sha(5)])
    assert parents(db, number, 9) == [[1, 2], []]
    assert (children(db, number, 1), children(db, number, 2)) == ([9], [9])
    assert rows(db, "SELECT * FROM unsettled") == [(number, sha(9))]
    assert frontier(db, number) == [(9, 0, 8), (9, 1, 7)], "what is beyond may change"


def test_a_parent_that_becomes_known_takes_the_place_of_what_lay_beyond_it(db: Database) -> None:
    number = watch(db)
    make(db, number, 1)
    make(db, number, 9, 8, 7)
    lineage.link(db, number, sha(9), 0, [sha(1)])
    make(db, number, 8, 5)
    assert parents(db, number, 9) == [[8], []]
    assert children(db, number, 1) == [], "it is no parent of 9 any more, though its row is still there"
    assert children(db, number, 8) == [9]
    with readable(db) as connection:
        assert lineage.filled(connection, number) == [(sha(9), 0, sha(8))]
    assert frontier(db, number) == [(8, 0, 5), (9, 1, 7)], "what came last is first"
    assert frontier(db, number, 1) == [(8, 0, 5)]

    db.execute("DELETE FROM unsettled")
    assert lineage.link(db, number, sha(9), 0, [])
    assert rows(db, "SELECT sha FROM unsettled") == [(sha(9),)]
    with readable(db) as connection:
        assert lineage.filled(connection, number) == []
    assert parents(db, number, 9) == [[8], []]
    assert not lineage.link(db, number, sha(9), 0, [sha(8)]), "the parent itself is nothing beyond it"


def test_linking_the_same_again_changes_nothing(db: Database) -> None:
    number = watch(db)
    make(db, number, 1)
    make(db, number, 9, 8)
    assert not lineage.link(db, number, sha(9), 0, [])
    assert lineage.link(db, number, sha(9), 0, [sha(1)])
    db.execute("DELETE FROM unsettled")
    assert not lineage.link(db, number, sha(9), 0, [sha(1), sha(1)])
    assert rows(db, "SELECT count(*) FROM unsettled") == [(0,)]


def test_repositories_do_not_mix(db: Database) -> None:
    one, other = watch(db), watch(db, "/s/.git", "s")
    make(db, one, 1)
    make(db, other, 2, 1)
    assert (parents(db, other, 2), children(db, one, 1), children(db, other, 1)) == ([[]], [], [2])
    assert not lineage.link(db, other, sha(2), 0, [sha(1)]), "it is another repository's"
    with readable(db) as connection:
        assert lineage.known(connection, one, [sha(1), sha(2)]) == {sha(1)}
        assert lineage.known(connection, one, []) == set()
        assert lineage.unknown_parents(connection, other, [sha(2)]) == [(sha(2), 0, sha(1))]
        assert not lineage.several(connection, one)


@pytest.mark.parametrize(
    ("new", "in_doubt"),
    [
        (((3, (2,), "post-commit"),), False),
        (((3, (2,), "scan"),), False),
        (((3, (2,), "scan"), (4, (3,), "scan")), False),
        (((3, (2, 77), "scan"),), False),
        (((5, (), "scan"),), True),
        (((5, (4,), "api"),), True),
        (((5, (4,), ""),), True),  # remembered, and without a run
        (((5, (4,), "post-commit"),), False),
        (((3, (2,), "scan"), (5, (4,), "scan")), True),
    ],
)
def test_only_commits_that_descend_from_none_that_was_known_can_lie_between_others(
    db: Database, new: tuple[tuple[int, tuple[int, ...], str], ...], in_doubt: bool
) -> None:
    number = watch(db)
    make(db, number, 2, 88, source="init")
    assert doubtful(db, 0) == {number}
    with readable(db) as connection:
        since = lineage.newest(connection)
    assert doubtful(db, since) == set()
    for one, its, source in new:
        make(db, number, one, *its, source=source)
    assert doubtful(db, since) == ({number} if in_doubt else set())


def test_where_something_is_beyond_a_gap_every_commit_from_elsewhere_may_lie_in_it(db: Database) -> None:
    number = watch(db)
    make(db, number, 1)
    make(db, number, 9, 8)
    lineage.link(db, number, sha(9), 0, [sha(1)])
    with readable(db) as connection:
        since = lineage.newest(connection)
    make(db, number, 10, 9)
    assert doubtful(db, since) == set()
    make(db, number, 5, 1, source="api")
    assert doubtful(db, since) == {number}


@pytest.mark.parametrize("function", [lineage.parents, lineage.children, lineage.unknown_parents, lineage.known])
def test_what_is_asked_of_a_commit_is_found_by_index(db: Database, function: object) -> None:
    asked: list[str] = []
    with readable(db) as connection:
        connection.set_trace_callback(asked.append)
        function(connection, 1, [sha(1)] if function in (lineage.unknown_parents, lineage.known) else sha(1))  # type: ignore[operator]
        connection.set_trace_callback(None)
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}")]
    tables = [line for line in plan if not line.startswith(("USE TEMP", "CORRELATED", "LIST", "CREATE", "SCAN one"))]
    assert tables
    for line in tables:
        assert "sha=?" in line or "ancestor=?" in line or "json_each" in line, plan
