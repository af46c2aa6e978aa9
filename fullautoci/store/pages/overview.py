"""What the overview shows of each repository: newest run, tips of its branches, ratchets near their targets."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from fullautoci.ratchet.rule import LOWER
from fullautoci.store.choices import TRUNKS
from fullautoci.store.paging import LIMIT
from fullautoci.store.scope import as_json

View = dict[str, Any]

# Among so many of a repository's newest runs the tips of its branches are looked for, and so many are shown.
RUNS, TIPS = 30, 6
# So many of a run's jobs are shown.
JOBS = 4
# What a job is known for: a score of ten, or a share in percent.
_FIGURE = (
    "SELECT printf(CASE name WHEN 'score' THEN '%.4g' ELSE '%.4g %%' END, value) FROM metrics m"
    " WHERE m.job_id = coalesce(j.reused_from, j.id) AND m.name IN ('score', 'percent_lines') LIMIT 1"
)


def repositories(
    connection: sqlite3.Connection, visible: Collection[int] | None, *, text: str = "", limit: int = 50, skip: int = 0
) -> tuple[list[View], int]:
    """Watched repositories, those with the newest runs first, each with `latest` (its newest run) and `tips`.

    Args:
        visible: ids of those that whoever asks may see; None: all.
        text: only those whose name has it.

    Returns:
        As many as wanted after those that are skipped; and how many there are in all.
    """
    seen = as_json(visible)
    rows = connection.execute(
        "SELECT id, name, path, worktree, kind, problem,"
        " (SELECT max(id) FROM runs WHERE runs.repository_id = repositories.id) AS newest"
        " FROM repositories WHERE removed_at IS NULL AND (? IS NULL OR id IN (SELECT value FROM json_each(?)))"
        " AND instr(lower(name), lower(?)) ORDER BY newest DESC, name",
        [seen, seen, text],
    ).fetchall()
    shown = rows[skip : skip + min(limit, LIMIT)]
    found = []
    for row in shown:
        tips = _tips(connection, row["id"])
        found.append({**dict(row), "tips": tips[:TIPS], "more_tips": len(tips) > TIPS, "trunk": _trunk(tips)})
    latest = _runs(connection, [row["newest"] for row in shown if row["newest"]])
    return [{**one, "latest": latest.get(one["newest"])} for one in found], len(rows)


def _runs(connection: sqlite3.Connection, identifiers: Collection[int]) -> Mapping[int, View]:
    """What is told of runs in a line, with as many jobs as are shown and how many there are."""
    numbers = json.dumps([*identifiers])
    rows = connection.execute(
        "SELECT r.id, r.sha AS 'commit', c.subject, c.author, r.state, r.outcome, coalesce(r.finished_at, r.queued_at)"
        " AS at FROM runs r JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.id IN (SELECT value FROM json_each(?))",
        [numbers],
    )
    found: dict[int, View] = {row["id"]: {**dict(row), "jobs": [], "more_jobs": 0} for row in rows}
    jobs = connection.execute(
        f"SELECT run_id, tool, project, variant, purpose, state, outcome, ({_FIGURE}) AS figure FROM jobs j"
        " WHERE run_id IN (SELECT value FROM json_each(?)) AND purpose = 'check' ORDER BY id",
        [numbers],
    )
    for job in jobs:
        run = found[job["run_id"]]
        if len(run["jobs"]) < JOBS:
            run["jobs"].append(dict(job))
        else:
            run["more_jobs"] += 1
    return found


def _tips(connection: sqlite3.Connection, repository_id: int) -> list[View]:
    """The newest run of each branch that was tested lately and is still there; the repository's own branch first."""
    rows = connection.execute(
        "SELECT id AS run, branch, sha AS 'commit', state, outcome, queued_at FROM runs"
        " WHERE repository_id = ? AND dirty = 0 AND branch <> '' ORDER BY id DESC LIMIT ?",
        [repository_id, RUNS],
    )
    newest: dict[str, View] = {}
    for row in rows:
        newest.setdefault(row["branch"], dict(row))
    names = json.dumps([f"refs/heads/{branch}" for branch in newest])
    there = {
        row[0].removeprefix("refs/heads/")
        for row in connection.execute(
            "SELECT name FROM refs WHERE repository_id = ? AND name IN (SELECT value FROM json_each(?))",
            [repository_id, names],
        )
    }
    return sorted(
        (tip for tip in newest.values() if tip["branch"] in there), key=lambda tip: tip["branch"] not in TRUNKS
    )


def _trunk(tips: Sequence[View]) -> View | None:
    return tips[0] if tips and tips[0]["branch"] in TRUNKS else None


def nearest(connection: sqlite3.Connection, shown: Sequence[View], limit: int = 6) -> list[View]:
    """Ratchets that are short of their targets, the nearest first, at the newest runs of these repositories.

    How near is a share of the target (of one, where that is less), so that a score and a percentage can be compared.
    """
    found: list[View] = []
    for one in shown:
        sha = one["latest"]["commit"] if one["latest"] else ""
        rows = connection.execute(
            "SELECT s.tool, s.project, s.variant, s.metric, s.per, t.value, t.floor, t.target, t.verdict, t.failing,"
            " json_extract(t.standing, '$.rule.direction') AS direction"
            " FROM series s JOIN standings t ON t.series_id = s.id AND t.sha = ?"
            " WHERE s.repository_id = ? AND s.per = '' AND t.target IS NOT NULL AND t.value IS NOT NULL"
            " AND t.verdict <> 'met'",
            [sha, one["id"]],
        )
        for row in rows:
            sign = -1 if row["direction"] == LOWER else 1
            left = sign * (row["target"] - row["value"]) / max(1.0, abs(row["target"]))
            if left > 0:
                found.append({**dict(row), "repository": one["name"], "repository_id": one["id"], "left": left})
    return sorted(found, key=lambda one: one["left"])[:limit]
