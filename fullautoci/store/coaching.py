"""What is known of a commit's metric, for advice on it."""

import json
import sqlite3
from typing import Any

from fullautoci.coach.facts import Facts, Fault, File
from fullautoci.findings import NEW
from fullautoci.ratchet.standing import Standing
from fullautoci.store import deltas, measurements, standings
from fullautoci.store.standings import Series


def facts(
    connection: sqlite3.Connection, repository_id: int, sha: str, series: Series, shown: dict[str, Any]
) -> Facts | None:
    """What was found where a verdict's value was measured; None: nothing was measured.

    Args:
        shown: the series as it is listed at that commit.
    """
    standing = standings.handed_on(connection, repository_id, [sha]).get(series, {}).get(sha)
    if shown["own_value"] is None or standing is None:
        return None
    job = _job(connection, repository_id, sha, series, standing) or shown["job"]
    row = connection.execute("SELECT coalesce(reused_from, id) FROM jobs WHERE id = ?", [job]).fetchone()
    if row is None:
        return Facts(shown["own_value"])
    compared = deltas.shown(connection, {"id": job, "tests": [], "counts": {}})
    found = Facts(
        shown["own_value"],
        measurements.metrics(connection, row[0]),
        [Fault(one["path"], one["rule"], one["severity"], one["status"] == NEW) for one in compared["findings"]],
        _files(connection, row[0]),
    )
    if not series.per:
        return found
    return Facts(found.value, found.metrics, found.faults, found.files, _by_file(standing.last), _held(standing))


def _job(
    connection: sqlite3.Connection, repository_id: int, sha: str, series: Series, standing: Standing
) -> int | None:
    """The job that measured the commit in the epoch that it hands on: a probe, where it fails under its parent's."""
    if standing.epoch is None or standing.commit != sha:
        return None
    found = measurements.under(connection, repository_id, sha, series, standing.epoch)
    return found.id if found else None


def _held(standing: Standing) -> dict[str, float]:
    return _by_file(standing.loan.floor if standing.loan is not None else standing.floor)


def _by_file(values: Any) -> dict[str, float]:
    return {path: value for path, value in values.items() if path}


def _files(connection: sqlite3.Connection, job: int) -> list[File]:
    rows = connection.execute(
        "SELECT path, statements, covered, missing, branches, covered_branches FROM files WHERE job_id = ?", [job]
    )
    return [
        File(path, statements, covered, tuple(json.loads(missing)), branches, reached)
        for path, statements, covered, missing, branches, reached in rows.fetchall()
    ]
