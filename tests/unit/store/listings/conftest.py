"""Two repositories with runs of every outcome, findings, tests and metrics; and one that is watched no more."""

from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Connection

import pytest
from sqlite_utils import Database

from fullautoci.model import Commit, Finding, Outcome, Priority, Result, TestCase, ToolPlan
from fullautoci.store import jobs, repositories, runs
from fullautoci.store.database import open_for_writing, reading
from tests.unit.store.parts import sha, watch

MINE, THEIRS, GONE = 1, 2, 3
COUNT = 24
OUTCOMES = (Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED)
AUTHORS = ("Ada Löve <ada@example.org>", "Grace Hop <grace@example.net>")
FINDINGS = (
    Finding("src/b.py", 3, 1, "unused-import", "warning", "Unused import os"),
    Finding("src/a.py", 1, 2, "bad-name", "error", 'No "x"* (y) NEAR:^ -z'),
    Finding("src_old/a.py", 1, 2, "bad-name", "error", "Old name"),
)


def fill(db: Database) -> None:
    """Runs in turn: an even one is MINE, an odd one THEIRS; every third is of branch `topic`; the last is GONE's."""
    for number, name in ((MINE, "mine"), (THEIRS, "theirs"), (GONE, "gone")):
        assert watch(db, f"/{name}/.git", name) == number
    for number in range(COUNT):
        add(db, MINE if number % 2 == 0 else THEIRS, number)
    add(db, GONE, COUNT)
    repositories.remove(db, GONE)


def add(db: Database, repository: int, number: int, *, done: bool = True) -> int:
    """A run with two jobs, of which the first has results; its id."""
    message = f"Change {number}\n\nIt says naïve things of wombat{number}."
    commit = Commit(
        sha(number), f"{number:x}".rjust(40, "0"), (), AUTHORS[number % 2], f"Change {number}", message,
        "2026-01-01T00:00:00.000Z",
    )  # fmt: skip
    branch = "topic" if number % 3 == 0 else "main"
    wish = runs.Wish(commit, branch, "post-commit", Priority.NOW, again=True)
    run, _ = runs.wish(db, repository, wish)
    generation = db.execute("SELECT generation FROM runs WHERE id = ?", [run]).fetchone()[0]
    plans = [(ToolPlan("pylint"), ""), (ToolPlan("docs", variant="v"), "there are none")]
    jobs.plan(db, runs.Unplanned(run, repository, commit.sha, generation, ()), {}, "d", plans)
    if done:
        due = jobs.start_next(db)
        assert due is not None
        bad = "failed" if number % 4 == 1 else "passed"
        tests = (TestCase("test_same", "passed", 0.1, ""), TestCase(f"test_{number % 5}", bad, 0.2, "why"))
        result = Result(
            OUTCOMES[number % 3], metrics={"score": float(number), "errors": 1.0}, findings=FINDINGS, tests=tests
        )
        jobs.record(db, due.id, due.attempt, result)
    moment = f"2026-02-01T00:00:{number:02}.000Z"
    db.execute("UPDATE runs SET queued_at = ? WHERE id = ?", [moment, run])
    db.execute("UPDATE jobs SET queued_at = ? WHERE run_id = ?", [moment, run])
    return run


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The file of such a database; nothing of a module's tests writes it."""
    path = tmp_path_factory.mktemp("listings") / "test.db"
    db = open_for_writing(path)
    fill(db)
    yield path
    db.close()


@pytest.fixture
def connection(filled: Path) -> Iterator[Connection]:
    """A reader of it."""
    with reading(filled) as found:
        yield found
