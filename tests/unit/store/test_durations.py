"""How long tests take, and how one went."""

from sqlite_utils import Database

from fullautoci.model import TestCase
from fullautoci.store import durations
from tests.unit.store.measuring import measured, reused
from tests.unit.store.parts import readable, sha, watch

SLOW, FAST = "test_slow <b>", "test_fast"


def took(slow: float, outcome: str = "passed") -> tuple[TestCase, ...]:
    return (TestCase(FAST, "passed", 0.01, ""), TestCase(SLOW, outcome, slow, "why\nnot"))


def test_the_slowest_of_the_newest_result_beside_those_before(db: Database) -> None:
    number = watch(db)
    for one, seconds in enumerate((1.0, 2.0, 9.0, 4.0), start=1):
        measured(db, number, one, tests=took(seconds), identity=f"i{one}")
    with readable(db) as connection:
        slow, fast = durations.slowest(connection, number)
        assert (slow["name"], slow["duration_s"], slow["before"], slow["usual_s"]) == (SLOW, 4.0, [1.0, 2.0, 9.0], 2.0)
        assert (slow["commit"], slow["tool"], slow["outcome"]) == (sha(4), "coverage", "passed")
        assert (fast["name"], fast["before"]) == (FAST, [0.01] * 3)
        assert [one["name"] for one in durations.slowest(connection, number, 1)] == [SLOW]
        assert durations.slowest(connection, number + 1) == []


def test_a_test_that_is_new_has_no_usual_time(db: Database) -> None:
    number = watch(db)
    measured(db, number, 1, tests=took(1.0)[:1], identity="i1")
    measured(db, number, 2, tests=took(1.0), identity="i2")
    with readable(db) as connection:
        found = {one["name"]: one for one in durations.slowest(connection, number)}
    assert (found[SLOW]["before"], found[SLOW]["usual_s"]) == ([], None)
    assert found[FAST]["usual_s"] == 0.01


def test_a_result_that_was_reused_is_counted_once(db: Database) -> None:
    number = watch(db)
    first = measured(db, number, 1, tests=took(1.0))
    reused(db, number, 2, first)
    with readable(db) as connection:
        slow = durations.slowest(connection, number)[0]
        assert (slow["duration_s"], slow["before"], slow["commit"]) == (1.0, [], sha(2))
        (test,) = durations.known(connection, number, SLOW)
        assert len(durations.history(connection, number, test, 1)) == 1


def test_how_a_test_went_the_newest_first(db: Database) -> None:
    number = watch(db)
    for one, outcome in enumerate(("passed", "failed", "passed"), start=1):
        measured(db, number, one, tests=took(float(one), outcome), identity=f"i{one}")
    measured(db, number, 4, tests=took(1.0)[:1], identity="i4")
    with readable(db) as connection:
        (test,) = durations.known(connection, number, SLOW)
        assert (test["times"], test["failed"], test["outcome"], test["flaky"]) == (3, 1, "passed", False)
        went = durations.history(connection, number, test)
        assert [(one["outcome"], one["duration_s"], one["commit"]) for one in went] == [
            ("passed", 3.0, sha(3)), ("failed", 2.0, sha(2)), ("passed", 1.0, sha(1)),
        ]  # fmt: skip
        assert (went[1]["message"], went[1]["branch"], went[1]["subject"]) == ("why\nnot", "main", "subject")
        assert len(durations.history(connection, number, test, 2)) == 1, "the newest two, one of which has not got it"
        assert durations.known(connection, number, "test_sl") == durations.known(connection, 9, SLOW) == []
        assert durations.history(connection, number, {**test, "variant": "other"}) == []


def test_a_flaky_test_is_marked(db: Database) -> None:
    number = watch(db)
    measured(db, number, 1, tests=took(1.0))
    measured(db, number, 2, tests=took(1.0, "failed"), quarantine_s=600.0)
    with readable(db) as connection:
        (test,) = durations.known(connection, number, SLOW)
    assert test["flaky"]
    assert test["quarantined_until"]
