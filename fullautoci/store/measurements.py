"""What was measured of commits, as ratchets take it."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from fullautoci.model import Outcome
from fullautoci.ratchet.standing import WHOLE, Epoch, Measured, Values
from fullautoci.store.standings import Series

# A tool that ran to its end and reported: its values count, whatever it thought of them.
COMPLETE = (Outcome.PASSED, Outcome.FAILED)
# That were never started, or were ended by a person: nothing was tested.
UNTESTED = (Outcome.CANCELLED, Outcome.SUPERSEDED)

COLUMNS = (
    "id, coalesce(reused_from, id), tool, project, variant, state, own_outcome, own_reason, configuration,"
    " tool_version, json_extract(environment, '$.kind')"
)
_PER_FILE = {
    "findings": "SELECT path, count(*) FROM findings WHERE job_id = ? GROUP BY path",
    "missing_lines": "SELECT path, statements - covered FROM files WHERE job_id = ? AND statements > covered",
    "missing_branches": "SELECT path, branches - covered_branches FROM files"
    " WHERE job_id = ? AND branches > covered_branches",
    "suppressions": "SELECT path, value FROM file_metrics WHERE job_id = ? AND name = 'suppressions'",
}


@dataclass(frozen=True)
class Measurement:
    """A job, as far as ratchets are concerned; its values are those of `origin`.

    Attributes:
        earlier: origins of what was measured of the same commit before, in the same epoch.
    """

    id: int
    origin: int
    tool: str
    project: str
    variant: str
    state: str
    outcome: str | None
    reason: str
    configuration: str
    version: str
    environment: str | None
    earlier: tuple[int, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether its values count."""
        return self.outcome in COMPLETE

    @property
    def epoch(self) -> Epoch:
        """Under what it was measured."""
        return Epoch(self.configuration, self.version, self.environment or "")


def of_commit(connection: sqlite3.Connection, repository_id: int, sha: str) -> dict[tuple[str, str, str], Measurement]:
    """A commit's checks, by tool, project and variant: of each the newest that is complete, else the newest."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM jobs WHERE repository_id = ? AND sha = ? AND purpose = 'check' ORDER BY generation, id",
        [repository_id, sha],
    )
    found: dict[tuple[str, str, str], Measurement] = {}
    for row in rows:
        one = Measurement(*row)
        group = (one.tool, one.project, one.variant)
        known = found.get(group)
        if known is None or one.complete or not known.complete:
            found[group] = one if known is None or not known.complete else replace(one, earlier=_earlier(known, one))
    return found


def _earlier(known: Measurement, one: Measurement) -> tuple[int, ...]:
    before = (*known.earlier, known.origin)
    return tuple(origin for origin in before if origin != one.origin) if known.epoch == one.epoch else ()


def under(
    connection: sqlite3.Connection, repository_id: int, sha: str, series: Series, epoch: Epoch
) -> Measurement | None:
    """The newest complete measurement of a commit under an epoch, for whatever purpose it was made."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM jobs WHERE repository_id = ? AND sha = ? AND tool = ? AND project = ? AND variant = ?"
        " AND configuration = ? AND tool_version = ? AND json_extract(environment, '$.kind') = ?"
        " AND own_outcome IN ('passed', 'failed') ORDER BY id DESC LIMIT 1",
        [repository_id, sha, *series.group, epoch.configuration, epoch.version, epoch.environment],
    ).fetchone()
    return Measurement(*row) if row else None


def metrics(connection: sqlite3.Connection, origin: int) -> dict[str, float]:
    """A job's metrics."""
    rows = connection.execute("SELECT name, value FROM metrics WHERE job_id = ?", [origin])
    return {row[0]: row[1] for row in rows}


def measured(
    connection: sqlite3.Connection, sha: str, series: Series, job: Measurement, values: Mapping[str, float]
) -> Measured:
    """What a job measured of a series.

    Args:
        values: its metrics.
    """
    if series.per:
        return Measured(sha, job.epoch, _by_file(connection, series.metric, job.origin, values))
    own = {WHOLE: values[series.metric]} if series.metric in values else {}
    return Measured(sha, job.epoch, own, _faults(series.metric, values))


def _by_file(connection: sqlite3.Connection, metric: str, origin: int, values: Mapping[str, float]) -> Values:
    query = _PER_FILE.get(metric)
    if query is None or metric not in values:
        return {}
    found = {row[0]: float(row[1]) for row in connection.execute(query, [origin])}
    if values[metric] and not found:  # of before it was told by file
        return {}
    # So that the metric counts as reported where no file has any.
    return {WHOLE: 0.0, **found}


def _faults(metric: str, values: Mapping[str, float]) -> float | None:
    """How much is amiss, for a metric that is a share of it.

    Pylint's score: https://pylint.readthedocs.io/en/stable/user_guide/configuration/all-options.html#evaluation
    """
    if metric == "score":
        counts = [values.get(name) for name in ("errors", "warnings", "refactors", "conventions")]
        weights = (5.0, 1.0, 1.0, 1.0)
        known = [count * weight for count, weight in zip(counts, weights, strict=True) if count is not None]
        return sum(known) if len(known) == len(weights) else None
    return values.get({"percent_lines": "missing_lines", "percent_branches": "missing_branches"}.get(metric, ""))


def settings(connection: sqlite3.Connection, repository_id: int, sha: str, group: tuple[str, str, str]) -> str | None:
    """The plan of a commit's newest check by a tool; None: it has none."""
    row = connection.execute(
        "SELECT plan FROM jobs WHERE repository_id = ? AND sha = ? AND tool = ? AND project = ? AND variant = ?"
        " AND purpose = 'check' ORDER BY generation DESC, id DESC LIMIT 1",
        [repository_id, sha, *group],
    ).fetchone()
    return str(row[0]) if row else None


def decoded(plan: str) -> dict[str, object]:
    """A plan's fields."""
    return dict(json.loads(plan))
