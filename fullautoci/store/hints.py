"""Why a waiver does not count that is in a commit's own message, or at a commit whose place it may have taken."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence

from fullautoci import trailers
from fullautoci.store.standings import Series

# What is held against a commit: the repository's id, the commit's, and what was measured.
Held = tuple[int, str, Series]
# A commit's subject, message, parents and tree.
_Told = tuple[str, str, str, str]
# What was done: kind, commit, tool and metric; and that commit's parents and tree.
_Act = tuple[str, str, str, str, str, str]


def unheeded(connection: sqlite3.Connection, failing: Collection[Held]) -> Mapping[Held, str]:
    """What is to be said of verdicts that fail their commits, where there is something; in two queries for all."""
    if not failing:
        return {}
    commits = _commits(connection, {(repository, sha) for repository, sha, _ in failing})
    acts = _acts(connection, {repository for repository, _, _ in failing})
    found = {}
    for held in failing:
        repository, sha, series = held
        told = commits.get((repository, sha))
        if told is None:
            continue
        why = trailers.unheeded("\n".join(told[:2]), series.tool, series.metric)
        if why or (why := _elsewhere(acts.get(repository, ()), told, series)):
            found[held] = why
    return found


def _commits(connection: sqlite3.Connection, wanted: Collection[tuple[int, str]]) -> Mapping[tuple[int, str], _Told]:
    rows = connection.execute(
        "SELECT c.repository_id, c.sha, c.subject, c.message, c.parents, c.tree FROM json_each(?) w"
        " CROSS JOIN commits c ON c.repository_id = json_extract(w.value, '$[0]')"
        " AND c.sha = json_extract(w.value, '$[1]')",
        [json.dumps([*wanted])],
    )
    return {(row[0], row[1]): (row[2], row[3], row[4], row[5]) for row in rows}


def _acts(connection: sqlite3.Connection, repositories: Collection[int]) -> Mapping[int, list[_Act]]:
    """What people did, the newest first: there is less of that than there are commits."""
    rows = connection.execute(
        "SELECT a.repository_id, a.kind, a.sha, a.tool, a.metric, o.parents, o.tree FROM acts a"
        " CROSS JOIN commits o ON o.repository_id = a.repository_id AND o.sha = a.sha"
        " WHERE a.repository_id IN (SELECT value FROM json_each(?)) AND a.source <> 'trailer' AND a.kind <> 'raise'"
        " ORDER BY a.id DESC",
        [json.dumps([*repositories])],
    )
    found: dict[int, list[_Act]] = {}
    for repository, *act in rows:
        found.setdefault(repository, []).append((act[0], act[1], act[2], act[3], act[4], act[5]))
    return found


def _elsewhere(acts: Sequence[_Act], told: _Told, series: Series) -> str:
    """The newest act at another commit with the same parents and other files."""
    _, _, parents, tree = told
    for kind, sha, tool, metric, its_parents, its_tree in acts:
        if (tool, metric, its_parents) == (series.tool, series.metric, parents) and its_tree != tree:
            if kind == "end":
                return ""
            return f"the {kind} at {sha[:10]}, on the same parent, does not count here: the files are others"
    return ""
