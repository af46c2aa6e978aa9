"""Repositories and the refs as last seen."""

import pytest
from sqlite_utils import Database

from fullautoci.errors import NotFoundError
from fullautoci.store import repositories
from tests.unit.store.parts import SHA, planned, readable, watch


def test_registering_twice_is_one_registration(db: Database) -> None:
    first = watch(db)
    assert watch(db, name="other") == first
    with readable(db) as connection:
        assert [one.name for one in repositories.watched(connection)] == ["r"]
        assert repositories.seen(connection, first) == {"refs/heads/main": SHA}
        assert repositories.get(connection, first) == repositories.by_path(connection, "/r/.git")


def test_names_are_told_apart_and_made_storable(db: Database) -> None:
    for number, name in enumerate(["r", "r", "r", "", "\udcff\x1b[31m\n"]):
        watch(db, f"/{number}", name)
    with readable(db) as connection:
        assert [one.name for one in repositories.watched(connection)] == ["\\xff ", "r", "r-2", "r-3", "repository"]


def test_a_repository_that_comes_back_has_its_results(db: Database) -> None:
    number = watch(db)
    planned(db, number)
    repositories.remove(db, number)
    with readable(db) as connection:
        assert repositories.watched(connection) == []
        assert repositories.by_path(connection, "/r/.git") is None
        assert repositories.seen(connection, number) == {}
        with pytest.raises(NotFoundError):
            repositories.get(connection, number)
    assert watch(db) == number
    assert db.execute("SELECT count(*) FROM runs").fetchone()[0] == 1


def test_what_was_seen_is_what_was_seen_last(db: Database) -> None:
    number = watch(db)
    repositories.trouble(db, number, "gone \udcff")
    with readable(db) as connection:
        assert repositories.get(connection, number).problem == "gone \\xff"
    repositories.see(db, number, {"refs/heads/\udcff": SHA, "HEAD:.": SHA})
    with readable(db) as connection:
        assert repositories.seen(connection, number) == {"refs/heads/\\xff": SHA, "HEAD:.": SHA}
        assert repositories.get(connection, number).problem == ""


@pytest.mark.parametrize("identifier", [0, -1, 99, 10**30])
def test_ids_that_nobody_has_are_not_found(db: Database, identifier: int) -> None:
    with readable(db) as connection, pytest.raises(NotFoundError):
        repositories.get(connection, identifier)
