"""Jobs that were measured, or that have another's result."""

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Outcome, Result, TestCase, ToolPlan
from fullautoci.store import jobs, runs
from tests.unit.store.parts import COVERAGE, sha, wish

IDENTITY = "identity"


def cases(**outcomes: str) -> tuple[TestCase, ...]:
    """Tests by name, each with its outcome."""
    return tuple(TestCase(name, outcome, 0.1, "") for name, outcome in outcomes.items())


def asking(db: Database, repository: int, number: int, plan: ToolPlan = COVERAGE, **wished: Any) -> jobs.Due:
    """A job that is with a worker, of a new run of a commit."""
    run = wish(db, repository, number, again=True, **wished)
    generation = db.execute("SELECT generation FROM runs WHERE id = ?", [run]).fetchone()[0]
    unplanned = runs.Unplanned(run, repository, sha(number), generation, ())
    jobs.plan(db, unplanned, {}, "digest", [(plan, "")])
    due = jobs.start_next(db)
    assert due is not None
    assert due.run_id == run
    return due


def measured(
    db: Database,
    repository: int,
    number: int = 1,
    outcome: Outcome = Outcome.PASSED,
    tests: tuple[TestCase, ...] = (),
    metrics: Mapping[str, float] | None = None,
    quarantine_s: float | None = None,
    **fields: Any,
) -> int:
    """The id of a job that was measured; a test that fails fails it."""
    bad = sum(test.outcome in ("failed", "errored") for test in tests)
    wished = {name: fields.pop(name) for name in ("plan", "dirty", "fresh") if name in fields}
    due = asking(db, repository, number, **wished)
    result = Result(
        Outcome.FAILED if bad else outcome,
        tests=tests,
        metrics=(metrics or {}) | ({"tests_failed": float(bad)} if tests else {}),
        **{"identity": IDENTITY, "tool_version": "7.1", **fields},
    )
    jobs.record(db, due.id, due.attempt, result, quarantine_s)
    return due.id


def reused(db: Database, repository: int, number: int, origin: int) -> int:
    """The id of a job that has another's result."""
    due = asking(db, repository, number)
    row = db.execute("SELECT outcome, reason FROM jobs WHERE id = ?", [origin]).fetchone()
    jobs.record(db, due.id, due.attempt, Result(Outcome(row[0]), row[1], identity=IDENTITY, reused_from=origin))
    return due.id


def probe(db: Database, job: int) -> None:
    """Make a probe of a job."""
    db.execute("UPDATE jobs SET purpose = 'probe' WHERE id = ?", [job])
