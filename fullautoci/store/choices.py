"""What there is to choose from in a repository: its tools and branches, each found by a step in an index."""

import sqlite3

# A repository's own branch, as a rule.
TRUNKS = ("main", "master", "trunk", "develop")
# Of more than these nobody picks one from a list.
MOST = 500
_TOOLS = (
    "WITH RECURSIVE t (name) AS (SELECT min(tool) FROM jobs WHERE repository_id = :repository UNION ALL"
    " SELECT (SELECT min(tool) FROM jobs WHERE repository_id = :repository AND tool > t.name) FROM t"
    " WHERE t.name IS NOT NULL) SELECT name FROM t WHERE name IS NOT NULL LIMIT :most"
)
_BRANCHES = (
    "WITH RECURSIVE b (name) AS (SELECT min(branch) FROM runs WHERE repository_id = :repository UNION ALL"
    " SELECT (SELECT min(branch) FROM runs WHERE repository_id = :repository AND branch > b.name) FROM b"
    " WHERE b.name IS NOT NULL) SELECT name FROM b WHERE name <> '' LIMIT :most"
)


def tools(connection: sqlite3.Connection, repository_id: int) -> list[str]:
    """The tools that ever were run, by name."""
    return [row[0] for row in connection.execute(_TOOLS, {"repository": repository_id, "most": MOST})]


def branches(connection: sqlite3.Connection, repository_id: int) -> list[str]:
    """The branches that ever were tested, by name."""
    return [row[0] for row in connection.execute(_BRANCHES, {"repository": repository_id, "most": MOST})]


def trunk(connection: sqlite3.Connection, repository_id: int) -> str:
    """A repository's own branch: one of the usual names, else the branch of its newest run; empty: there is none."""
    for name in TRUNKS:
        if tip(connection, repository_id, name):
            return name
    row = connection.execute(
        "SELECT branch FROM runs WHERE repository_id = ? ORDER BY id DESC LIMIT 1", [repository_id]
    ).fetchone()
    return str(row[0]) if row else ""


def tip(connection: sqlite3.Connection, repository_id: int, branch: str) -> str:
    """The commit at which a branch was seen last; where that is not known or gone, its newest tested one; or empty."""
    row = connection.execute(
        "SELECT f.sha FROM refs f JOIN commits c ON c.repository_id = f.repository_id AND c.sha = f.sha"
        " WHERE f.repository_id = ? AND f.name = ?",
        [repository_id, f"refs/heads/{branch}"],
    ).fetchone()
    row = (
        row
        or connection.execute(
            "SELECT sha FROM runs WHERE repository_id = ? AND branch = ? AND dirty = 0 ORDER BY id DESC LIMIT 1",
            [repository_id, branch],
        ).fetchone()
    )
    return str(row[0]) if row else ""
