"""What is known of a run's files: findings, and lines that no test reached."""

import heapq
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store import changed_findings
from fullautoci.store.paging import Key, Order, Page, collect, place

View = dict[str, Any]

PATHS = Order("files", ("",), descending=False)
# So many findings of one file are told.
MOST = 500


@dataclass(frozen=True)
class Wanted:
    """Which files; what is empty leaves nothing out.

    Attributes:
        text: what the path holds, whatever the case of ASCII letters.
        only: `findings` or `missed`: only those that have some.
    """

    text: str = ""
    only: str = ""


def page(
    connection: sqlite3.Connection, jobs: Sequence[View], wanted: Wanted, *, cursor: str = "", limit: int = 100
) -> Page:
    """A run's files by their paths, each with how many `findings` it has, and of what was measured the best.

    Args:
        jobs: of the run, as `job_views` has them.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    origins = sorted({job["reused_from"] or job["id"] for job in jobs})
    begin = place(PATHS, cursor)

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        paths = [key[0] for key in chunk if wanted.text.lower() in key[0].lower()]
        found = _told(connection, origins, paths)
        return {(path,): view for path, view in found.items() if not wanted.only or view[wanted.only]}

    return Page(*collect(_paths(connection, origins, begin), fetch, PATHS, limit))


def _paths(connection: sqlite3.Connection, origins: Sequence[int], begin: Key) -> Iterator[Key]:
    streams = [
        connection.execute(
            f"SELECT DISTINCT path FROM {table} WHERE job_id = ? AND path > ? ORDER BY path", [one, *begin]
        )
        for one in origins
        for table in ("files", "findings")
    ]
    last = None
    for row in heapq.merge(*(map(tuple, stream) for stream in streams)):
        if row != last and row[0]:
            yield row
        last = row


def _told(connection: sqlite3.Connection, origins: Sequence[int], paths: Sequence[str]) -> Mapping[str, View]:
    empty = {"findings": 0, "measured": False, "statements": 0, "missed": 0, "branches": 0, "missed_branches": 0}
    found: dict[str, View] = {path: {"path": path, **empty} for path in paths}
    values = [json.dumps([*origins]), json.dumps([*paths])]
    where = "job_id IN (SELECT value FROM json_each(?)) AND path IN (SELECT value FROM json_each(?))"
    for path, count in connection.execute(f"SELECT path, count(*) FROM findings WHERE {where} GROUP BY path", values):
        found[path]["findings"] = count
    for row in connection.execute(
        "SELECT path, max(statements) AS statements, min(statements - covered) AS missed, max(branches) AS branches,"
        f" min(branches - covered_branches) AS missed_branches FROM files WHERE {where} GROUP BY path",
        values,
    ):
        found[row["path"]] |= {**dict(row), "measured": True}
    return found


def one(connection: sqlite3.Connection, jobs: Sequence[View], path: str) -> View:
    """What is known of a file.

    Args:
        jobs: of the run, as `job_views` has them.

    Returns:
        `findings`, the first of them by line, each with its job and status; `findings_total`; and `measured`, of each
        job that measured it: its counts, and the lines that were `missing`.
    """
    findings: list[View] = []
    measured: list[View] = []
    total = 0
    for job in jobs:
        origin = job["reused_from"] or job["id"]
        there = connection.execute(
            "SELECT id, line, column, rule, severity, message FROM findings WHERE job_id = ? AND path = ?"
            f" ORDER BY line, column, id LIMIT {MOST}",
            [origin, path],
        ).fetchall()
        if there:
            changes = changed_findings.changes(connection, job["id"])
            status = changes.status if changes else _unknown
            findings += [{**dict(row), "status": status(row["id"]), "job": job} for row in there]
            total += _count(connection, origin, path)
        row = connection.execute(
            "SELECT statements, covered, branches, covered_branches, missing FROM files WHERE job_id = ? AND path = ?",
            [origin, path],
        ).fetchone()
        if row:
            measured.append({**dict(row), "missing": json.loads(row["missing"]), "job": job})
    findings.sort(key=lambda finding: (finding["line"], finding["column"]))
    return {"findings": findings[:MOST], "findings_total": total, "measured": measured}


def _unknown(_identifier: int) -> str:
    return ""


def _count(connection: sqlite3.Connection, origin: int, path: str) -> int:
    row = connection.execute("SELECT count(*) FROM findings WHERE job_id = ? AND path = ?", [origin, path]).fetchone()
    return int(row[0])
