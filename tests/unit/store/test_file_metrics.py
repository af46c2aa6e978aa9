"""Suppressions are held file by file where that is wanted."""

from dataclasses import replace

from sqlite_utils import Database

from fullautoci.ratchet.rule import LOWER, Rule
from fullautoci.store import jobs
from tests.unit.store.ratcheting import History, result

RULES = (Rule("suppressions", LOWER, per="file"),)


def measured(history: History, name: str, found: dict[str, float], *parents: str, told: bool = True) -> None:
    """A commit with so many suppressions in these files; whether it is told in which."""
    due = history.of(history.commit(name, *parents, rules=RULES))
    left = result(9.0)
    left = replace(
        left,
        metrics={**left.metrics, "suppressions": sum(found.values())},
        by_file={"suppressions": found} if told else {},
    )
    jobs.record(history.db, due.id, due.attempt, left)
    history.work()


def test_suppressions_are_held_file_by_file(db: Database) -> None:
    history = History(db)
    measured(history, "a", {"a.py": 3.0, "b.py": 1.0})
    measured(history, "b", {"a.py": 1.0, "b.py": 2.0}, "a")
    found = history.verdict("b", "suppressions")
    assert found["verdict"] == "regressed", "fewer all in all, but more in one file"
    assert "b.py" in found["reason"]
    measured(history, "c", {}, "a")
    assert history.verdict("c", "suppressions")["verdict"] in ("improved", "met", "held")
    measured(history, "d", {"a.py": 3.0, "b.py": 1.0}, "a")
    assert history.verdict("d", "suppressions")["verdict"] == "held"


def test_a_measurement_that_does_not_say_in_which_files_is_no_measurement(db: Database) -> None:
    history = History(db)
    measured(history, "a", {"a.py": 3.0}, told=False)
    measured(history, "b", {"a.py": 3.0}, "a")
    assert history.verdict("b", "suppressions")["verdict"] == "baseline"


def test_what_was_counted_in_files_goes_with_its_job(db: Database) -> None:
    history = History(db)
    measured(history, "a", {"a.py": 3.0})
    assert db.execute("SELECT name, path, value FROM file_metrics").fetchall() == [("suppressions", "a.py", 3.0)]
    db.execute("DELETE FROM runs")
    assert db.execute("SELECT count(*) FROM file_metrics").fetchone()[0] == 0
