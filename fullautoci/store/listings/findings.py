"""Findings, part by part: of one job, or of the newest result of each tool in a repository."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store.changed_findings import Changes, changes
from fullautoci.store.listings.newest import Newest, newest
from fullautoci.store.paging import Key, Order, Page, collect, place

View = dict[str, Any]
PLACE = Order("findings", ("", "", "", "", -1, -1, -1), descending=False)
_COLUMNS = "id, path, line, column, rule, severity, message"


@dataclass(frozen=True)
class Wanted:
    """Which findings; what is empty leaves nothing out.

    Attributes:
        path: of that file, or of the folder that it is the beginning of.
        text: what the message holds, whatever the case of ASCII letters.
        status: `new`, `unresolved`: beside the parent's findings.
    """

    rule: str = ""
    severity: str = ""
    path: str = ""
    text: str = ""
    status: str = ""


def of_job(
    connection: sqlite3.Connection, job: Mapping[str, Any], wanted: Wanted, *, cursor: str = "", limit: int = 50
) -> Page:
    """A job's findings by place.

    Args:
        job: as `job_views.job` shows it.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    origin = job["reused_from"] or job["id"]
    one = Newest(job["tool"], job["project"], job["variant"], job["id"], job["run"], job["commit"], origin)
    found = _page(connection, [one], wanted, cursor, limit)
    own = ("path", "line", "column", "rule", "severity", "message", "status")
    return Page([{name: item[name] for name in own} for item in found.items], found.following)


def of_repository(
    connection: sqlite3.Connection,
    repository_id: int,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    branch: str = "",
    tool: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Page:
    """The findings of the newest result of each tool, by tool and place.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    seen = visible is None or repository_id in visible
    return _page(connection, newest(connection, repository_id, branch, tool) if seen else [], wanted, cursor, limit)


def _page(connection: sqlite3.Connection, jobs: Sequence[Newest], wanted: Wanted, said: str, limit: int) -> Page:
    begin = place(PLACE, said)
    by_group = {(one.tool, one.project, one.variant): one for one in jobs}
    became: dict[int, Changes | None] = {}

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        rows = _rows(connection, [key[-1] for key in chunk], wanted)
        found = {}
        for key in chunk:
            row, one = rows.get(key[-1]), by_group[key[:3]]
            if row is None:
                continue
            if one.job not in became:
                became[one.job] = changes(connection, one.job)
            told = became[one.job]
            status = "" if told is None else told.status(row["id"])
            if wanted.status in ("", status):
                found[key] = _view(row, one, status)
        return found

    return Page(*collect(_keys(connection, jobs, wanted, begin), fetch, PLACE, limit))


def _keys(connection: sqlite3.Connection, jobs: Sequence[Newest], wanted: Wanted, begin: Key) -> Iterator[Key]:
    """Where findings are, a job after the other."""
    for one in jobs:
        group = (one.tool, one.project, one.variant)
        if group < begin[:3]:
            continue
        after = begin[3:] if group == begin[:3] else PLACE.first[3:]
        rows = connection.execute(
            "SELECT path, line, column, id FROM findings WHERE job_id = ? AND (path, line, column, id) > (?, ?, ?, ?)"
            " AND path >= ? ORDER BY path, line, column, id",
            [one.origin, *after, wanted.path],
        )
        for row in rows:
            if not row[0].startswith(wanted.path):
                break
            yield (*group, *row)


def _rows(connection: sqlite3.Connection, identifiers: Sequence[int], wanted: Wanted) -> Mapping[int, sqlite3.Row]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM findings WHERE id IN (SELECT value FROM json_each(?)) AND ? IN ('', rule)"
        " AND ? IN ('', severity) AND instr(lower(message), lower(?)) AND (? = '' OR path = ? OR instr(path, ?) = 1)",
        [
            json.dumps([*identifiers]), wanted.rule, wanted.severity, wanted.text, wanted.path, wanted.path,
            wanted.path if wanted.path.endswith("/") else f"{wanted.path}/",
        ],
    )  # fmt: skip
    return {row["id"]: row for row in rows}


def _view(row: sqlite3.Row, one: Newest, status: str) -> View:
    view = {**dict(row), "status": status, "tool": one.tool, "project": one.project, "variant": one.variant}
    del view["id"]
    return view | {"job": one.job, "run": one.run, "commit": one.commit}
