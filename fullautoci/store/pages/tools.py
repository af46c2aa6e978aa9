"""The tools that ran lately in a repository."""

import json
import sqlite3
from typing import Any

from fullautoci.store.listings.newest import newest

View = dict[str, Any]


def used(connection: sqlite3.Connection, repository_id: int) -> list[View]:
    """Each tool's newest result: its version, where it ran, what it took and measured."""
    there = newest(connection, repository_id)
    rows = connection.execute(
        "SELECT j.id, j.tool_version, j.environment, j.duration_s, j.outcome,"
        " coalesce(j.finished_at, j.queued_at) AS at"
        " FROM json_each(?) one CROSS JOIN jobs j ON j.id = one.value",
        [json.dumps([one.job for one in there])],
    )
    found = {row["id"]: row for row in rows}
    metrics: dict[int, list[str]] = {}
    for job, name in connection.execute(
        "SELECT m.job_id, m.name FROM json_each(?) one CROSS JOIN metrics m ON m.job_id = one.value ORDER BY m.rowid",
        [json.dumps([one.origin for one in there])],
    ):
        metrics.setdefault(job, []).append(name)
    return [
        {
            "tool": one.tool, "project": one.project, "variant": one.variant, "run": one.run,
            "version": found[one.job]["tool_version"], "environment": json.loads(found[one.job]["environment"]),
            "duration_s": found[one.job]["duration_s"], "outcome": found[one.job]["outcome"],
            "at": found[one.job]["at"], "metrics": metrics.get(one.origin, []),
        }
        for one in there
    ]  # fmt: skip
