"""In what two measurements of the same differ."""

import sqlite3
from collections.abc import Set as AbstractSet

from fullautoci.ratchet.rule import EPSILON

# What a test's outcome decides: it differs with the test, and says nothing beside it.
FOLLOWING = ("tests_failed", "tests_passed", "tests_skipped", "exit_code")
# How a metric's name ends that is a time: no two are the same.
TIMES = ("_s", "_ms", "duration", "seconds")
_BAD = "max(outcome IN ('failed', 'errored'))"


def failing(connection: sqlite3.Connection, job: int) -> set[str]:
    """The names of a job's tests that failed."""
    rows = connection.execute("SELECT name FROM tests WHERE job_id = ? AND outcome IN ('failed', 'errored')", [job])
    return {row[0] for row in rows}


def tests(connection: sqlite3.Connection, one: int, other: int) -> set[str]:
    """The names of the tests that failed in one of two jobs, and passed or were skipped in the other.

    Where several have a name, one that failed counts.
    """
    rows = connection.execute(
        f"SELECT a.name FROM (SELECT name, {_BAD} AS bad FROM tests WHERE job_id = ? GROUP BY name) a"
        f" JOIN (SELECT name, {_BAD} AS bad FROM tests WHERE job_id = ? GROUP BY name) b"
        " ON b.name = a.name AND b.bad <> a.bad",
        [one, other],
    )
    return {row[0] for row in rows}


def metrics(connection: sqlite3.Connection, one: int, other: int, differing: AbstractSet[str]) -> dict[str, float]:
    """By how much the metrics that both jobs have differ; those that do not, and times, are left out.

    Args:
        differing: the tests that differ; what follows from them is left out too.
    """
    rows = connection.execute(
        "SELECT a.name, abs(a.value - b.value) FROM metrics a JOIN metrics b ON b.job_id = ? AND b.name = a.name"
        " WHERE a.job_id = ?",
        [other, one],
    )
    return {
        name: apart
        for name, apart in rows
        if apart > EPSILON and not name.endswith(TIMES) and not (differing and name in FOLLOWING)
    }
