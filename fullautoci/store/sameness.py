"""Which result may stand for one that would be measured anew.

The question is whether another measurement would tell anything. A job's result stands for another job's where all of
this holds:

- It is of the same repository, has the same identity, and was measured itself: the origin of what was reused is found
  in its place.
- It passed; or it failed, and so did the measurement before it, in the same tests and with the same metrics. After one
  failure nobody knows whether the machine was at fault. What passed only because of a quarantine stands for nothing,
  and neither does what would pass by one now: a quarantine ends, and begins.
- It is the last that was measured. One that was errored or timed out after it casts doubt on it, and stands for nothing
  itself. To skip costs nothing, and may hang on what no identity holds: it is found out anew. What was cancelled or
  quarantined never came to an end, and is passed over.
- The last few that measured the same agree: in the outcome, and in tests and metrics once any of the tool's is flaky.
- It was measured from a commit, where it is to stand for a commit's: ratchets accept only what was measured from one.
  A working copy as it is takes from both.
- It was measured as a check, where it is to stand for a check's: of a probe no run shows the results.
- It is not older than the configuration of the tool allows, where that says anything; nor from the future then.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from fullautoci.model import Outcome
from fullautoci.sharing import Known
from fullautoci.store import flaky, repeats
from fullautoci.text import iso

# How many measurements of the same are looked at.
LAST = 5
# The partial index is used because its terms, on `identity` and `reused_from`, are repeated here.
MEASURED = (
    "SELECT j.id, coalesce(j.own_outcome, j.outcome) AS ending,"
    " CASE WHEN j.own_outcome IS NULL THEN j.reason ELSE j.own_reason END AS reason, j.hint, j.tool_version,"
    " coalesce((SELECT value FROM metrics WHERE job_id = j.id AND name = 'tests_failed'), 0) AS bad"
    " FROM jobs j CROSS JOIN runs r ON r.id = j.run_id"
    " WHERE j.identity = ? AND j.identity <> '' AND j.reused_from IS NULL AND j.repository_id = ? AND j.state = 'done'"
    " AND j.outcome NOT IN ('cancelled', 'quarantined', 'superseded') AND r.dirty <= ?"
    " AND (j.purpose = 'check' OR ? = 'probe') AND j.finished_at BETWEEN ? AND ?"
    " ORDER BY j.id DESC LIMIT ?"
)
ENDED = (Outcome.PASSED, Outcome.FAILED)


def known(connection: sqlite3.Connection, job_id: int, identity: str, expires: float | None = None) -> Known | None:
    """The job whose result may stand for that of another; None: it is to be measured.

    Args:
        job_id: the job that asks.
        identity: by what its result would be known.
        expires: seconds after which a result may stand for no other.
    """
    asking = connection.execute(
        "SELECT j.repository_id, j.tool, j.project, j.variant, j.purpose, r.dirty, r.queued_at FROM jobs j"
        " JOIN runs r ON r.id = j.run_id WHERE j.id = ?",
        [job_id],
    ).fetchone()
    if asking is None or not identity:
        return None
    repository_id, *of_tool, purpose, dirty, queued_at = asking
    rows = connection.execute(MEASURED, [identity, repository_id, dirty, purpose, *_period(expires), LAST]).fetchall()
    if not rows or rows[0][1] not in ENDED:
        return None
    same = [row for row in rows if row[1] in ENDED]
    number, ending, reason, hint, version, bad = same[0]
    jobs = [row[0] for row in same]
    if (ending == Outcome.PASSED and bad) or any(row[1] != ending for row in same):
        return None
    if ending == Outcome.FAILED and not _confirmed(connection, jobs):
        return None
    if flaky.any_marked(connection, repository_id, *of_tool) and (
        _disagree(connection, jobs) or _excusable(connection, number, repository_id, of_tool, queued_at)
    ):
        return None
    return Known(number, Outcome(ending), reason, hint, version)


def _period(expires: float | None) -> tuple[str, str]:
    """Between which moments it must have been measured."""
    if expires is None:
        return "", "9999"
    now = datetime.now(UTC)
    return iso(now - timedelta(seconds=expires)), iso(now)


def _confirmed(connection: sqlite3.Connection, jobs: Sequence[int]) -> bool:
    """Whether the last two of these jobs failed in the same way."""
    if len(jobs) < 2 or repeats.failing(connection, jobs[0]) != repeats.failing(connection, jobs[1]):
        return False
    return not repeats.metrics(connection, jobs[0], jobs[1], frozenset())


def _disagree(connection: sqlite3.Connection, jobs: Sequence[int]) -> bool:
    """Whether the last of these jobs differs from any other, in tests or metrics."""
    return any(
        repeats.tests(connection, jobs[0], other) or repeats.metrics(connection, jobs[0], other, frozenset())
        for other in jobs[1:]
    )


def _excusable(
    connection: sqlite3.Connection, job: int, repository_id: int, of_tool: Sequence[str], moment: str
) -> bool:
    """Whether each test that failed in a job was in quarantine at a moment."""
    bad = repeats.failing(connection, job)
    tool, project, variant = of_tool
    return bool(bad) and bad <= flaky.excused(connection, repository_id, tool, project, variant, bad, moment).keys()
