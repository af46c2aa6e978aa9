"""What differed though nothing else did: tests and metrics that are flaky, and their quarantine."""

import sqlite3
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlite_utils import Database

from fullautoci.model import Outcome, Result
from fullautoci.store import repeats
from fullautoci.text import counted, iso, one_line, timestamp

View = dict[str, Any]
_OF_TOOL = "repository_id = ? AND tool = ? AND project = ? AND variant = ?"
# Exit statuses by which a command says no more than that it passed, or that tests failed.
TELLING = (0.0, 1.0)


def compare(db: Database, job_id: int, quarantine_s: float | None) -> None:
    """Mark what differs between a job that was measured and the last that measured the same.

    Args:
        quarantine_s: how long a test's failing fails nothing from now on; None: it is marked, and goes on failing.
    """
    row = db.execute(
        "SELECT repository_id, tool, project, variant, identity FROM jobs"
        " WHERE id = ? AND identity <> '' AND reused_from IS NULL AND coalesce(own_outcome, outcome) IN"
        " ('passed', 'failed')",
        [job_id],
    ).fetchone()
    if row is None:
        return
    other = db.execute(
        "SELECT id FROM jobs WHERE identity = ? AND identity <> '' AND reused_from IS NULL AND repository_id = ?"
        " AND id <> ? AND coalesce(own_outcome, outcome) IN ('passed', 'failed') ORDER BY id DESC LIMIT 1",
        [row[4], row[0], job_id],
    ).fetchone()
    if other is None:
        return
    differing = repeats.tests(db.conn, job_id, other[0])
    seen = [("test", name, 0.0) for name in sorted(differing)]
    seen += [("metric", *one) for one in sorted(repeats.metrics(db.conn, job_id, other[0], differing).items())]
    now = datetime.now(UTC)
    seen_at, until = iso(now), iso(now + timedelta(seconds=quarantine_s or 0.0))
    db.conn.executemany(
        "INSERT INTO flaky (repository_id, tool, project, variant, kind, name, spread, times, first_job, last_job,"
        " seen_at, until) VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET spread = max(spread, excluded.spread), times = times + 1,"
        " last_job = excluded.last_job, seen_at = excluded.seen_at, until = excluded.until",
        [[*row[:4], kind, name, spread, other[0], job_id, seen_at, until] for kind, name, spread in seen],
    )


def quarantine(connection: sqlite3.Connection, run_id: int) -> float | None:
    """How long the frozen configuration of a run keeps a flaky test in quarantine, in seconds; None: not at all."""
    row = connection.execute(
        "SELECT json_extract(nullif(config, ''), '$.flaky.quarantine') FROM runs WHERE id = ?", [run_id]
    ).fetchone()
    return float(row[0]) if row and isinstance(row[0], int | float) else None


def excused(
    connection: sqlite3.Connection,
    repository_id: int,
    tool: str,
    project: str,
    variant: str,
    names: Collection[str],
    moment: str,
) -> dict[str, str]:
    """Those of these tests that are in quarantine at a moment, each with its end."""
    rows = connection.execute(
        f"SELECT name, until FROM flaky WHERE {_OF_TOOL} AND kind = 'test' AND until > ?",
        [repository_id, tool, project, variant, moment],
    )
    wanted = set(names)
    return {row[0]: row[1] for row in rows if row[0] in wanted}


def settled(result: Result, quarantined: Mapping[str, str]) -> tuple[Outcome, str]:
    """How a result counts, and why, once quarantine is considered.

    It passes where all that failed is tests in quarantine. That nothing else failed is taken from a tool that counts
    them in `tests_failed`, and that ended as tools do of which tests failed: with 1, not as after an interruption.

    Args:
        quarantined: tests with the ends of their quarantine, as `excused` finds them.
    """
    bad = {test.name for test in result.tests if test.outcome in ("failed", "errored")}
    count = sum(test.outcome in ("failed", "errored") for test in result.tests)
    told = result.metrics.get("tests_failed") == count and result.metrics.get("exit_code", 1.0) in TELLING
    if result.outcome != Outcome.FAILED or not bad or not told or not bad <= quarantined.keys():
        return result.outcome, result.reason
    until = min(quarantined[name] for name in bad)[:10]
    what = f"{counted(len(bad), 'flaky test')} failed, in quarantine until {until}"
    return Outcome.PASSED, one_line(f"{what}: {', '.join(sorted(bad))}")


def any_marked(connection: sqlite3.Connection, repository_id: int, tool: str, project: str, variant: str) -> bool:
    """Whether any test or metric of a tool is marked, in quarantine or not."""
    row = connection.execute(
        f"SELECT 1 FROM flaky WHERE {_OF_TOOL} LIMIT 1", [repository_id, tool, project, variant]
    ).fetchone()
    return row is not None


def spread(
    connection: sqlite3.Connection, repository_id: int, tool: str, project: str, variant: str, metric: str, moment: str
) -> float:
    """By how much a metric was seen to differ, in its own unit, while that is in quarantine; 0 where it was not."""
    row = connection.execute(
        f"SELECT spread FROM flaky WHERE {_OF_TOOL} AND kind = 'metric' AND name = ? AND until > ?",
        [repository_id, tool, project, variant, metric, moment],
    ).fetchone()
    return float(row[0]) if row else 0.0


def listed(connection: sqlite3.Connection, repository_id: int) -> list[View]:
    """What is marked in a repository, what was seen last first.

    Of the first two measurements that differed there is the earlier one, of the last two the later one; what was
    pruned since is None.
    """
    rows = connection.execute(
        "SELECT f.tool, f.project, f.variant, f.kind, f.name, f.spread, f.times, a.finished_at AS since,"
        " f.first_job, a.run_id AS first_run, a.sha AS first_commit,"
        " f.last_job, j.run_id AS last_run, j.sha AS last_commit, f.seen_at, f.until FROM flaky f"
        " LEFT JOIN jobs j ON j.id = f.last_job LEFT JOIN jobs a ON a.id = f.first_job"
        " WHERE f.repository_id = ? ORDER BY f.seen_at DESC, f.kind DESC, f.tool, f.name",
        [repository_id],
    )
    now = iso(datetime.now(UTC))
    return [{**dict(row), "quarantined": row["until"] > now} for row in rows]


def forgive(db: Database, repository_id: int, name: str, tool: str = "") -> int:
    """End the quarantine of a test or metric now; it stays marked, so that what was judged is judged the same again.

    Args:
        tool: of that one only.

    Returns:
        How many quarantines that ended.
    """
    now = timestamp()
    return db.execute(
        "UPDATE flaky SET until = ? WHERE repository_id = ? AND name = ? AND ? IN ('', tool) AND until > ?",
        [now, repository_id, name, tool, now],
    ).rowcount


def marks(connection: sqlite3.Connection, repository_id: int, job: View) -> Mapping[str, str]:
    """The tests of a job's tool that are marked, each with the end of its quarantine, past or to come."""
    rows = connection.execute(
        f"SELECT name, until FROM flaky WHERE {_OF_TOOL} AND kind = 'test'",
        [repository_id, job["tool"], job["project"], job["variant"]],
    )
    return {row[0]: row[1] for row in rows}


def marked(connection: sqlite3.Connection, repository_id: int, job: View, tests: list[View]) -> list[View]:
    """A job's tests, each with whether it is flaky, and until when it is in quarantine, if it still is."""
    found = marks(connection, repository_id, job)
    now = iso(datetime.now(UTC))
    for test in tests:
        until = found.get(test["name"])
        test |= {"flaky": until is not None, "quarantined_until": until if until and until > now else None}
    return tests
