"""The owner's consent is kept a repository and path, and ends with the registration."""

from sqlite_utils import Database

from fullautoci.store import bringing, repositories
from tests.unit.store.parts import readable, watch


def paths(db: Database, repository: int) -> list[str]:
    with readable(db) as connection:
        return [one["path"] for one in bringing.allowed(connection, repository)]


def test_a_consent_is_for_one_repository_and_can_be_revoked(db: Database) -> None:
    one, other = watch(db), watch(db, "/s/.git", "s")
    bringing.allow(db, one, ["b", "a'); --", "b"])
    bringing.allow(db, one, ["b"])
    assert (paths(db, one), paths(db, other)) == (["a'); --", "b"], [])
    assert bringing.revoke(db, other, ["b"]) == 0
    assert bringing.revoke(db, one, ["b", "c"]) == 1
    assert paths(db, one) == ["a'); --"]


def test_it_ends_with_the_registration(db: Database) -> None:
    number = watch(db)
    bringing.allow(db, number, ["a"])
    repositories.remove(db, number)
    assert watch(db) == number
    assert paths(db, number) == []
