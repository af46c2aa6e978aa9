"""What is configured in the database."""

import pytest
from sqlite_utils import Database

from fullautoci.config.overrides import Setting
from fullautoci.store import overrides
from tests.unit.store.parts import readable, watch


def put(db: Database, number: int, key: str, value: object) -> None:
    overrides.set_value(db, number, Setting(key, value, "somebody", "2026-01-02T03:04:05Z"))


def told(db: Database, number: int = overrides.SERVICE) -> dict[str, object]:
    with readable(db) as connection:
        return {one.key: one.value for one in overrides.settings(connection, number)}


@pytest.mark.parametrize("value", [None, True, 1, 1.5, "x", "é\udcff", [], [1, ["a"]], {"a": {"b": None}}])
def test_any_value_is_as_it_was_set(db: Database, value: object) -> None:
    put(db, 1, "env", value)
    with readable(db) as connection:
        (found,) = overrides.settings(connection, 1)
    assert found == Setting("env", value, "somebody", "2026-01-02T03:04:05Z")


def test_a_key_that_is_set_again_has_the_newer_value_and_what_was_said_of_its_parts_is_over(db: Database) -> None:
    for key in ("env.A", "env.B", "environment", "tools.docs.args"):
        put(db, 1, key, "old")
    put(db, 1, "env.A", "new")
    assert told(db, 1) == {"env.A": "new", "env.B": "old", "environment": "old", "tools.docs.args": "old"}
    put(db, 1, "env", {"C": "new"})
    assert told(db, 1) == {"env": {"C": "new"}, "environment": "old", "tools.docs.args": "old"}


def test_unsetting_takes_a_key_and_its_parts_and_tells_how_many(db: Database) -> None:
    for key in ("env.A", "env.B", "environment"):
        put(db, 1, key, "x")
    assert overrides.unset(db, 1, "env") == 2
    assert overrides.unset(db, 1, "env") == 0
    assert told(db, 1) == {"environment": "x"}


def test_the_services_settings_and_each_repositorys_are_apart(db: Database) -> None:
    first, second = watch(db, "/1", "one"), watch(db, "/2", "two")
    put(db, overrides.SERVICE, "workers", 2)
    put(db, first, "policy", "latest")
    with readable(db) as connection:
        one, two = overrides.of(connection, first), overrides.of(connection, second)
    assert (one.name, [setting.key for setting in one.repository]) == ("one", ["policy"])
    assert (two.name, two.repository) == ("two", ())
    assert one.service == two.service
    assert [(setting.key, setting.service) for setting in one.service] == [("workers", True)]
    put(db, second, "policy", "every")
    assert overrides.unset(db, second, "policy") == 1
    assert told(db, first) == {"policy": "latest"}
