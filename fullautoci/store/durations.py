"""How long tests take, and how one went from run to run; of what was measured: a result that was reused is none."""

import json
import sqlite3
from collections.abc import Sequence
from statistics import median
from typing import Any

from fullautoci.store import flaky
from fullautoci.store.listings.newest import Newest, newest
from fullautoci.store.measurements import COMPLETE

View = dict[str, Any]
# With so many measurements before it a duration is compared; and so many rows are looked at for them.
EARLIER, ROWS = 12, 2_000
_MEASURED = (
    "SELECT id, run_id AS run, sha, finished_at AS at FROM (SELECT * FROM jobs WHERE repository_id = ? AND tool = ?"
    f" ORDER BY id DESC LIMIT {ROWS}) WHERE project = ? AND variant = ? AND purpose = 'check' AND reused_from IS NULL"
    f" AND coalesce(own_outcome, outcome) IN ('{COMPLETE[0]}', '{COMPLETE[1]}') ORDER BY id DESC LIMIT ?"
)


def slowest(connection: sqlite3.Connection, repository_id: int, limit: int = 25) -> list[View]:
    """The tests that took longest when each tool was run last, the slowest first.

    Returns:
        Of each its name, tool, project and variant, outcome, `duration_s`, run and commit; `before`, its durations in
        the measurements before that one, oldest first; and `usual_s`, the median of those, None where there are none.
    """
    groups = newest(connection, repository_id)
    found: list[tuple[sqlite3.Row, Newest]] = []
    for one in groups:
        rows = connection.execute(
            "SELECT name, outcome, duration_s FROM tests WHERE job_id = ? ORDER BY duration_s DESC LIMIT ?",
            [one.origin, limit],
        )
        found += [(row, one) for row in rows]
    kept = sorted(found, key=lambda pair: -pair[0]["duration_s"])[:limit]
    before = {one: _before(connection, repository_id, one, kept) for one in {one for _, one in kept}}
    return [_slow(row, one, before[one].get(row["name"], [])) for row, one in kept]


def _slow(row: sqlite3.Row, one: Newest, before: Sequence[float]) -> View:
    return {
        **dict(row), "tool": one.tool, "project": one.project, "variant": one.variant, "run": one.run,
        "commit": one.commit, "before": [*before], "usual_s": median(before) if before else None,
    }  # fmt: skip


def _before(
    connection: sqlite3.Connection, repository_id: int, one: Newest, kept: Sequence[tuple[sqlite3.Row, Newest]]
) -> dict[str, list[float]]:
    """Of the kept tests of one tool the durations before, oldest first."""
    jobs = _measured(connection, repository_id, (one.tool, one.project, one.variant), EARLIER + 1)
    origins = sorted(row["id"] for row in jobs if row["id"] != one.origin)
    names = {row["name"] for row, own in kept if own == one}
    rows = connection.execute(
        "SELECT t.name, t.duration_s FROM json_each(?) j CROSS JOIN json_each(?) n CROSS JOIN tests t"
        " ON t.job_id = j.value AND t.name = n.value ORDER BY j.key",
        [json.dumps(origins), json.dumps(sorted(names))],
    )
    found: dict[str, list[float]] = {}
    for row in rows:
        found.setdefault(row[0], []).append(row[1])
    return found


def _measured(
    connection: sqlite3.Connection, repository_id: int, group: tuple[str, str, str], limit: int
) -> list[sqlite3.Row]:
    tool, project, variant = group
    return connection.execute(_MEASURED, [repository_id, tool, project, variant, limit]).fetchall()


def known(connection: sqlite3.Connection, repository_id: int, name: str) -> list[View]:
    """A test as each tool has it: how often it was run and failed, and how it went last; empty: there is none."""
    rows = connection.execute(
        "SELECT name, tool, project, variant, times, failed, skipped, last_outcome AS outcome,"
        " last_duration_s AS duration_s, last_job FROM test_histories WHERE repository_id = ? AND name = ?"
        " ORDER BY tool, project, variant",
        [repository_id, name],
    )
    return [flaky.marked(connection, repository_id, dict(row), [dict(row)])[0] for row in rows]


def history(connection: sqlite3.Connection, repository_id: int, test: View, limit: int = 100) -> list[View]:
    """How a test went in each of the newest measurements that have it, the newest first.

    Args:
        test: with its name, tool, project and variant.

    Returns:
        Of each its outcome, duration and message, with run, commit, subject, branch and moment.
    """
    jobs = _measured(connection, repository_id, (test["tool"], test["project"], test["variant"]), limit)
    rows = connection.execute(
        "SELECT t.outcome, t.duration_s, t.message, j.run_id AS run, j.sha AS 'commit', c.subject, r.branch,"
        " j.finished_at AS at FROM json_each(?) one CROSS JOIN tests t ON t.job_id = one.value AND t.name = ?"
        " CROSS JOIN jobs j ON j.id = t.job_id CROSS JOIN runs r ON r.id = j.run_id"
        " CROSS JOIN commits c ON c.repository_id = j.repository_id AND c.sha = j.sha ORDER BY one.key",
        [json.dumps([row["id"] for row in jobs]), test["name"]],
    )
    return [dict(row) for row in rows]
