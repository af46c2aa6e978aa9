"""Tests, part by part: of one job, or of a repository with how each went over time."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fullautoci.store import changed_tests, flaky
from fullautoci.store.paging import LARGEST, OLDEST, Key, Order, Page, collect, place

View = dict[str, Any]
# By how a repository's tests are sorted; of what never failed, the second has none.
ORDERS: Mapping[str, Order] = {
    "name": Order("tests", ("", "", "", ""), descending=False),
    "failures": Order("failing-tests", (LARGEST, "", "", "", "")),
}
_KEY = "name, tool, project, variant"


@dataclass(frozen=True)
class Wanted:
    """Which tests; what is empty leaves nothing out.

    Attributes:
        outcome: the one they had; of a repository's tests, the last.
        name: what the name holds, whatever the case of ASCII letters.
        tool: only that one's; a job has but one.
    """

    outcome: str = ""
    name: str = ""
    tool: str = ""


def of_job(
    connection: sqlite3.Connection, job: Mapping[str, Any], wanted: Wanted, *, cursor: str = "", limit: int = 50
) -> Page:
    """A job's tests in the order in which it told of them.

    Args:
        job: as `job_views.job` shows it.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    begin = place(OLDEST, cursor)
    origin = job["reused_from"] or job["id"]
    keys = connection.execute("SELECT id FROM tests WHERE job_id = ? AND id > ? ORDER BY id", [origin, *begin])

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        rows = connection.execute(
            "SELECT id, name, outcome, duration_s, message FROM tests WHERE id IN (SELECT value FROM json_each(?))"
            " AND ? IN ('', outcome) AND instr(lower(name), lower(?))",
            [json.dumps([key[0] for key in chunk]), wanted.outcome, wanted.name],
        )
        return {(row["id"],): dict(row) for row in rows}

    found, following = collect(map(tuple, keys), fetch, OLDEST, limit)
    became = changed_tests.of_names(connection, job["id"], {test["name"] for test in found})
    own = [
        {**{key: test[key] for key in test if key != "id"}, "status": became.get(test["name"], "")} for test in found
    ]
    return Page(flaky.marked(connection, job["repository_id"], dict(job), own), following)


def of_repository(
    connection: sqlite3.Connection,
    repository_id: int,
    wanted: Wanted,
    visible: Collection[int] | None,
    *,
    cursor: str = "",
    limit: int = 50,
    sort: str = "name",
) -> Page:
    """Each test with how often it was run and failed, and how it went last.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        sort: one of `ORDERS`.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    order = ORDERS[sort]
    begin = place(order, cursor)
    if visible is not None and repository_id not in visible:
        return Page([])
    if order.descending:
        query = (
            f"SELECT failed, {_KEY} FROM test_histories WHERE repository_id = ? AND failed > 0"
            f" AND (failed, {_KEY}) < (?, ?, ?, ?, ?)"
            " ORDER BY failed DESC, name DESC, tool DESC, project DESC, variant DESC"
        )
    else:
        query = f"SELECT {_KEY} FROM test_histories WHERE repository_id = ? AND ({_KEY}) > (?, ?, ?, ?) ORDER BY {_KEY}"
    keys = map(tuple, connection.execute(query, [repository_id, *begin]))

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        found = {}
        for key in chunk:
            row = _history(connection, repository_id, key[-4:], wanted)
            if row is not None:
                found[key] = row
        return found

    found, following = collect(keys, fetch, order, limit)
    return Page(_with_places(connection, repository_id, found), following)


def _history(connection: sqlite3.Connection, repository_id: int, key: Key, wanted: Wanted) -> View | None:
    row = connection.execute(
        f"SELECT {_KEY}, times, failed, skipped, last_outcome AS outcome, last_duration_s AS duration_s, last_job,"
        " last_failed_job FROM test_histories WHERE repository_id = ? AND name = ? AND tool = ? AND project = ?"
        " AND variant = ? AND ? IN ('', last_outcome) AND ? IN ('', tool) AND instr(lower(name), lower(?))",
        [repository_id, *key, wanted.outcome, wanted.tool, wanted.name],
    ).fetchone()
    return dict(row) if row else None


def _with_places(connection: sqlite3.Connection, repository_id: int, found: Sequence[View]) -> list[View]:
    """Where each test was run last, and where it failed last; and whether it is flaky."""
    jobs = {view[name] for view in found for name in ("last_job", "last_failed_job") if view[name]}
    rows = connection.execute(
        "SELECT j.id AS job, j.run_id AS run, j.sha AS 'commit', j.finished_at AS at FROM jobs j"
        " WHERE j.id IN (SELECT value FROM json_each(?))",
        [json.dumps([*jobs])],
    )
    places = {row["job"]: dict(row) for row in rows}
    marks: dict[tuple[str, str, str], list[View]] = {}
    for view in found:
        view["last"], view["last_failed"] = (places.get(view.pop(name)) for name in ("last_job", "last_failed_job"))
        marks.setdefault((view["tool"], view["project"], view["variant"]), []).append(view)
    for (tool, project, variant), tests in marks.items():
        flaky.marked(connection, repository_id, {"tool": tool, "project": project, "variant": variant}, tests)
    return list(found)
