"""What is found by words, part by part: commits by id, message, author and branch; then what findings say."""

import json
import re
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from fullautoci.store.listings.words import match
from fullautoci.store.paging import BUDGET, LARGEST, Key, Order, Page, collect, place
from fullautoci.store.scope import Scope, scope

View = dict[str, Any]
KINDS = ("commit", "finding")
ORDER = Order("search", (LARGEST, LARGEST))
# In which order what is found is told: commits by their ids, commits by their words, findings.
_BY_ID, _BY_WORDS, _FINDING = 3, 2, 1
_SHA = re.compile(r"[0-9a-f]{4,64}")


def page(
    connection: sqlite3.Connection,
    text: str,
    visible: Collection[int] | None,
    *,
    repository: int | None = None,
    kind: str = "",
    cursor: str = "",
    limit: int = 50,
) -> Page:
    """What has all words of a text, the newest first.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        kind: one of `KINDS`; empty: both.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    begin = place(ORDER, cursor)
    where = scope(connection, visible, repository)
    keys = _keys(connection, text, where, begin, kind)

    def fetch(chunk: Sequence[Key]) -> Mapping[Key, View]:
        commits = _commits(connection, [key[1] for key in chunk if key[0] != _FINDING], where)
        findings = _findings(connection, [key[1] for key in chunk if key[0] == _FINDING], where)
        found = {}
        for key in chunk:
            of_kind = findings if key[0] == _FINDING else commits
            if key[1] in of_kind:
                found[key] = {"kind": _kind(key), **of_kind[key[1]]}
        return found

    return Page(*collect(keys, fetch, ORDER, limit))


def _kind(key: Key) -> str:
    return "finding" if key[0] == _FINDING else "commit"


def _keys(connection: sqlite3.Connection, text: str, where: Scope, begin: Key, kind: str) -> Iterator[Key]:
    said = text.strip().lower()
    by_id = _by_id(connection, said, where) if _SHA.fullmatch(said) and kind in ("", "commit") else []
    yield from ((_BY_ID, one) for one in by_id if (_BY_ID, one) < begin)
    seen = set(by_id)
    words = (
        (_BY_WORDS, "run_words", match(text, where, "branch author message")),
        (_FINDING, "finding_words", match(text, where, "rule message")),
    )
    for rank, table, query in words:
        if not query or rank > begin[0] or kind not in ("", _kind((rank,))):
            continue
        below = begin[1] if rank == begin[0] else LARGEST
        rows = connection.execute(
            f"SELECT rowid FROM {table} WHERE {table} MATCH ? AND rowid < ? ORDER BY rowid DESC", [query, below]
        )
        yield from ((rank, row[0]) for row in rows if rank == _FINDING or row[0] not in seen)


def _by_id(connection: sqlite3.Connection, sha: str, where: Scope) -> list[int]:
    query = f"SELECT id FROM runs WHERE repository_id = ? AND sha >= ? AND sha < ? LIMIT {BUDGET}"
    found = [row[0] for one in where.repositories for row in connection.execute(query, [one, sha, f"{sha}g"])]
    return sorted(found, reverse=True)


def _commits(connection: sqlite3.Connection, runs: Sequence[int], where: Scope) -> Mapping[int, View]:
    """Of commits that had several runs, the newest one counts."""
    rows = connection.execute(
        "SELECT r.id AS run, r.repository_id, p.name AS repository, r.sha AS 'commit', c.subject, c.author,"
        " c.committed_at, r.branch, r.state, r.outcome FROM runs r JOIN repositories p ON p.id = r.repository_id"
        " JOIN commits c ON c.repository_id = r.repository_id AND c.sha = r.sha"
        " WHERE r.id IN (SELECT value FROM json_each(?))"
        " AND r.repository_id IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM runs n"
        " WHERE n.repository_id = r.repository_id AND n.sha = r.sha AND n.generation > r.generation)",
        [json.dumps([*runs]), where.as_json()],
    )
    return {row["run"]: dict(row) for row in rows}


def _findings(connection: sqlite3.Connection, texts: Sequence[int], where: Scope) -> Mapping[int, View]:
    rows = connection.execute(
        "SELECT t.id, t.repository_id, p.name AS repository, t.tool, t.rule, t.message, t.path, j.id AS job,"
        " j.run_id AS run, j.sha AS 'commit', f.run_id AS first_run, f.sha AS first_commit FROM finding_texts t"
        " JOIN repositories p ON p.id = t.repository_id LEFT JOIN jobs j ON j.id = t.last_job"
        " LEFT JOIN jobs f ON f.id = t.first_job WHERE t.id IN (SELECT value FROM json_each(?))"
        " AND t.repository_id IN (SELECT value FROM json_each(?))",
        [json.dumps([*texts]), where.as_json()],
    )
    return {row["id"]: {name: row[name] for name in row.keys()[1:]} for row in rows}
