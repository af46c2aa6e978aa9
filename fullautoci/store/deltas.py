"""What a commit brought and what it fixed: a job's findings and tests beside those of its parent's job."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlite_utils import Database

from fullautoci import cases, findings
from fullautoci.model import Finding, Outcome
from fullautoci.store import lineage

View = dict[str, Any]

# How many commits back a tested one is looked for.
BEYOND = 1000
# What says something of the code, whatever its verdicts.
_TELLING = f"state = 'done' AND coalesce(own_outcome, outcome) IN ('{Outcome.PASSED}', '{Outcome.FAILED}')"
_FINDINGS = "path, line, column, rule, severity, message, anchor"


@dataclass(frozen=True)
class Delta:
    """How many of a job's findings are new, and how many are fixed.

    Attributes:
        against: the job that it is compared with; None: there is none, and nothing is known to be new.
    """

    job_id: int
    against: int | None
    new: int
    fixed: int


def parent_job(connection: sqlite3.Connection, job_id: int) -> int | None:
    """The newest job that did the same for the nearest tested ancestor along first parents, and passed or failed."""
    own = connection.execute(
        "SELECT repository_id, sha, tool, project, variant FROM jobs WHERE id = ?", [job_id]
    ).fetchone()
    if own is None:
        return None
    repository, seen, level = own[0], {own[1]}, [own[1]]
    while level and len(seen) <= BEYOND:
        parents = [lineage.parents(connection, repository, sha)[:1] for sha in level]
        level = [sha for slots in parents for slot in slots for sha in slot if sha not in seen]
        level = list(dict.fromkeys(level))
        seen.update(level)
        found = [job for sha in level if (job := tested(connection, repository, sha, own[2:])) is not None]
        if found:
            return max(found)
    return None


def tested(connection: sqlite3.Connection, repository_id: int, sha: str, same: Sequence[str]) -> int | None:
    """A commit's newest check by a tool, project and variant that passed or failed."""
    row = connection.execute(
        "SELECT id FROM jobs WHERE repository_id = ? AND sha = ? AND tool = ? AND project = ? AND variant = ?"
        f" AND purpose = 'check' AND {_TELLING} ORDER BY generation DESC, id DESC LIMIT 1",
        [repository_id, sha, *same],
    ).fetchone()
    return int(row[0]) if row else None


def _is_telling(connection: sqlite3.Connection, job_id: int) -> bool:
    return connection.execute(f"SELECT 1 FROM jobs WHERE id = ? AND {_TELLING}", [job_id]).fetchone() is not None


def compute(connection: sqlite3.Connection, job_id: int) -> Delta:
    """Compare a job with its parent's; one that neither passed nor failed says nothing, and is compared with none."""
    against = parent_job(connection, job_id) if _is_telling(connection, job_id) else None
    if against is None or origin(connection, against) == origin(connection, job_id):
        return Delta(job_id, against, 0, 0)
    compared = findings.compare(_findings(connection, against), _findings(connection, job_id))
    return Delta(job_id, against, len(compared.new), len(compared.fixed))


def save(db: Database, delta: Delta) -> None:
    """Remember what a comparison yielded, in place of what an earlier one did."""
    db.execute(
        "INSERT OR REPLACE INTO deltas (job_id, against, new, fixed) VALUES (?, ?, ?, ?)",
        [delta.job_id, delta.against, delta.new, delta.fixed],
    )


def save_all(db: Database, found: Sequence[Delta]) -> None:
    """Remember what several comparisons yielded."""
    for delta in found:
        save(db, delta)


def counts(connection: sqlite3.Connection, job_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """How many findings are new and fixed, of those jobs that have something to be compared with."""
    marks = ",".join("?" * len(job_ids))
    rows = connection.execute(
        f"SELECT job_id, new, fixed FROM deltas WHERE against IS NOT NULL AND job_id IN ({marks})", job_ids
    )
    return {row[0]: (row[1], row[2]) for row in rows}


def compared_with(connection: sqlite3.Connection, job_id: int) -> int | None:
    """The job with which one was compared; with which one would be, where nobody did that yet."""
    row = connection.execute("SELECT against FROM deltas WHERE job_id = ?", [job_id]).fetchone()
    if row:
        return None if row[0] is None else int(row[0])
    return parent_job(connection, job_id) if _is_telling(connection, job_id) else None


def tests_delta(connection: sqlite3.Connection, job_id: int) -> Mapping[str, str]:
    """What became of each test (`cases.compare`), by name; empty where there is nothing to compare with."""
    against = compared_with(connection, job_id)
    return {} if against is None else cases.compare(_cases(connection, against), _cases(connection, job_id))


def shown(connection: sqlite3.Connection, job: View) -> View:
    """What a job's results show of it.

    Args:
        job: as it is shown without; with its tests.

    Returns:
        `findings` and `tests`, each with its status, empty where there is nothing to compare with; `fixed`, findings
        that are gone; `gone_tests`, names; `against`, the job that this is compared with, its run and commit, or None;
        and `counts`.
    """
    own, against = _findings(connection, job["id"]), compared_with(connection, job["id"])
    if against is None:
        tests = [{**test, "status": ""} for test in job["tests"]]
        unmarked = [_view(one, "") for one in own]
        return {"findings": unmarked, "fixed": [], "tests": tests, "gone_tests": [], "against": None}
    earlier, became = _findings(connection, against), tests_delta(connection, job["id"])
    compared = findings.compare(earlier, own)
    row = connection.execute("SELECT id, run_id, sha FROM jobs WHERE id = ?", [against]).fetchone()
    return {
        "findings": [_view(one, compared.status(position)) for position, one in enumerate(own)],
        "fixed": [_view(earlier[position], findings.FIXED) for position in compared.fixed],
        "tests": [{**test, "status": became.get(test["name"], "")} for test in job["tests"]],
        "gone_tests": [name for name, status in became.items() if status == cases.GONE],
        "against": {"job": row[0], "run": row[1], "commit": row[2]},
        "counts": {**job["counts"], "new": len(compared.new), "fixed": len(compared.fixed)},
    }


def _view(finding: Finding, status: str) -> View:
    view = {**asdict(finding), "status": status}
    del view["anchor"]
    return view


def origin(connection: sqlite3.Connection, job_id: int) -> int:
    """The job that measured what a job has."""
    row = connection.execute("SELECT coalesce(reused_from, id) FROM jobs WHERE id = ?", [job_id]).fetchone()
    return int(row[0])


def _findings(connection: sqlite3.Connection, job_id: int) -> list[Finding]:
    rows = connection.execute(
        f"SELECT {_FINDINGS} FROM findings WHERE job_id = ? ORDER BY path, line, column, id",
        [origin(connection, job_id)],
    )
    return [Finding(*row) for row in rows]


def _cases(connection: sqlite3.Connection, job_id: int) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT name, outcome FROM tests WHERE job_id = ?", [origin(connection, job_id)])
    return [(row[0], row[1]) for row in rows]
