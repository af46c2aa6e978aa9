"""What is held, by name: the series of a repository, and which of them somebody means."""

import sqlite3
from difflib import get_close_matches

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.store.standings import Series
from fullautoci.text import one_line

PER_FILE = ":file"


def every(connection: sqlite3.Connection, repository_id: int) -> list[Series]:
    """All that was ever held in a repository."""
    rows = connection.execute(
        "SELECT tool, project, variant, metric, per FROM series WHERE repository_id = ?"
        " ORDER BY project, tool, variant, metric, per",
        [repository_id],
    )
    return [Series(*row) for row in rows.fetchall()]


def name(series: Series) -> str:
    """How it is called: `pylint.score`; of a project and a variant, `services/api:coverage@3.13.percent_lines`."""
    project = "" if series.project in ("", ".") else f"{series.project}:"
    variant = f"@{series.variant}" if series.variant else ""
    return f"{project}{series.tool}{variant}.{series.metric}{PER_FILE if series.per else ''}"


def meant(connection: sqlite3.Connection, repository_id: int, said: str) -> list[Series]:
    """The series that a name stands for.

    Args:
        said: a name in full; or `TOOL.METRIC`, in all projects and variants; or a metric that only one tool has.

    Raises:
        NotFoundError: there is no such series.
        UsageError: several tools have that metric.
    """
    there = every(connection, repository_id)
    short = {one: f"{one.tool}.{one.metric}" for one in there}
    found = [one for one in there if name(one) == said] or [one for one in there if short[one] == said]
    found = found or [one for one in there if one.metric == said]
    tools = sorted({short[one] for one in found})
    shown = one_line(said, 80)
    if len(tools) > 1:
        raise UsageError(f"several tools have '{shown}'", f"say which: {', '.join(tools)}")
    if found:
        return found
    names = list(dict.fromkeys(name(one) for one in there))
    near = get_close_matches(said, [*names, *short.values(), *(one.metric for one in there)], 1)
    if near:
        raise NotFoundError(f"there is no ratchet '{shown}'", f"did you mean '{near[0]}'?")
    hint = f"there are: {', '.join(names)}" if names else "nothing has been held in this repository yet"
    raise NotFoundError(f"there is no ratchet '{shown}'", hint)


def one(connection: sqlite3.Connection, repository_id: int, said: str) -> Series:
    """The one series that a name stands for.

    Raises:
        NotFoundError: there is no such series.
        UsageError: there are several.
    """
    found = meant(connection, repository_id, said)
    if len(found) > 1:
        raise UsageError(f"there are several '{one_line(said, 80)}'", f"say which: {', '.join(map(name, found))}")
    return found[0]


def commit(connection: sqlite3.Connection, repository_id: int, said: str | None) -> str:
    """The tested commit whose id is that or begins so; None: the one that was tested last.

    Raises:
        NotFoundError: there is none.
        UsageError: several begin so.
    """
    rows = connection.execute(
        "SELECT sha, max(id) AS latest FROM runs WHERE repository_id = ? AND sha >= ? AND sha < ?"
        " GROUP BY sha ORDER BY latest DESC LIMIT 2",
        [repository_id, said or "", f"{said or ''}g"],
    ).fetchall()
    if said is None and not rows:
        raise NotFoundError("nothing was tested here yet", "'fullautoci run' tests HEAD")
    if not rows:
        raise NotFoundError(f"commit {one_line(said or '', 12)} was not tested yet", "'fullautoci run' tests it")
    if said is not None and len(rows) > 1:
        raise UsageError(f"several commits begin with {said}", "give more of its id")
    return str(rows[0][0])
