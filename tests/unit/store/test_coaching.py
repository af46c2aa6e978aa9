"""What advice is given of: the findings of the job whose values were judged."""

from sqlite_utils import Database

from fullautoci.coach.facts import Fault, File
from fullautoci.model import EnvironmentIdentity, FileCoverage, Outcome, Result
from fullautoci.store import coaching, jobs, ratchets
from fullautoci.store.standings import Series
from tests.unit.store.ratcheting import FINDINGS, SCORE, History, sha

PYLINT = Series("pylint", ".", "", "score")
BY_FILE = Series("pylint", ".", "", "findings", "file")


def facts(history: History, name: str, series: Series = PYLINT) -> coaching.Facts | None:
    (shown,) = ratchets.listed(history.db.conn, history.number, sha(name), [series])
    return coaching.facts(history.db.conn, history.number, sha(name), series, shown)


def test_what_a_commit_brought_is_marked(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.0, record={"files": {"a.py": 1}})
    history.measured("b", 8.0, "a", record={"files": {"a.py": 1, "b.py": 2}})
    found = facts(history, "b")
    assert found is not None
    assert (found.value, found.metrics["score"], found.values) == (8.0, 8.0, None)
    new = Fault("b.py", "unused", "warning", True)
    assert sorted(found.faults, key=lambda one: one.path) == [Fault("a.py", "unused", "warning"), new, new]


def test_of_a_silenced_fall_it_is_what_the_parents_configuration_finds(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    history.record(history.of(run), 10.0, configuration="silent")
    history.record(history.next(), 9.0, files={"b.py": 1})
    found = facts(history, "b")
    assert found is not None
    assert (found.value, [one.path for one in found.faults]) == (9.0, ["b.py"])


def test_files_with_their_floors(db: Database) -> None:
    history = History(db)
    rules = (SCORE, FINDINGS)
    history.measured("a", 9.0, rules=rules, record={"files": {"a.py": 3, "b.py": 2}})
    history.measured("b", 9.0, "a", rules=rules, record={"files": {"a.py": 4, "b.py": 1}})
    found = facts(history, "b", BY_FILE)
    assert found is not None
    assert (found.values, found.floors) == ({"a.py": 4.0, "b.py": 1.0}, {"a.py": 3.0, "b.py": 2.0})


def test_lines_that_are_not_reached(db: Database) -> None:
    history = History(db)
    due = history.of(history.commit("a"))
    measured = FileCoverage("a.py", 10, 7, 4, 1, (3, 4, 9))
    environment = EnvironmentIdentity("venv", "f", "3.11")
    result = Result(
        Outcome.PASSED, tool_version="3.0", environment=environment, metrics={"score": 9.0}, files=(measured,)
    )
    jobs.record(history.db, due.id, due.attempt, result)
    found = facts(history, "a")
    assert found is not None
    assert found.files == [File("a.py", 10, 7, (3, 4, 9), 4, 1)]


def test_of_what_was_not_measured_there_is_nothing(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.0)
    history.measured("b", None, "a", record={"outcome": Outcome.ERRORED})
    assert facts(history, "b") is None
