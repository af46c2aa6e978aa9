"""What a repository's badges say: how its newest run went, or what a tool measured last."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass

from fullautoci.model import Outcome
from fullautoci.store.listings import metrics, runs
from fullautoci.text import number

BUILD = "build"
UNKNOWN = "unknown"
GREEN, RED, ORANGE, GREY, BLUE = "#2e7d32", "#c62828", "#b35900", "#616161", "#1565c0"
_COLOURS: Mapping[str, str] = {
    Outcome.PASSED: GREEN, Outcome.FAILED: RED, Outcome.ERRORED: ORANGE, Outcome.TIMED_OUT: ORANGE,
    Outcome.QUARANTINED: ORANGE,
}  # fmt: skip
# In this order: the first that has runs is the main one.
_MAIN = ("main", "master", "trunk")
_METRIC = re.compile(r"([A-Za-z0-9_-]{1,40})\.([A-Za-z0-9_.-]{1,80})")


@dataclass(frozen=True)
class Badge:
    """A badge: what it is about, what it says, and in which colour."""

    label: str
    value: str
    colour: str


def badge(connection: sqlite3.Connection, repository_id: int, name: str, branch: str = "") -> Badge | None:
    """The badge of that name; None: there is none.

    Args:
        name: `build`, or a tool and a metric as in `pylint.score`.
        branch: of which one; empty: of the main one, where that is known, else of any.
    """
    branch = branch or _main(connection, repository_id)
    if name == BUILD:
        return _build(connection, repository_id, branch)
    match = _METRIC.fullmatch(name)
    if match is None:
        return None
    wanted = metrics.Wanted(tool=match[1], metric=match[2], branch=branch)
    found = metrics.page(connection, repository_id, wanted, None, limit=1).items
    if not found:
        return Badge(name, UNKNOWN, GREY)
    return Badge(name, number(found[0]["metrics"][match[2]]), BLUE)


def _build(connection: sqlite3.Connection, repository_id: int, branch: str) -> Badge:
    """Of runs that say nothing of the code, such as superseded ones, the one before counts."""
    found, _ = runs.numbers(connection, runs.Wanted(repository_id, branch=branch, state="done"), None, limit=50)
    for one in found:
        outcome = connection.execute("SELECT outcome FROM runs WHERE id = ?", [one]).fetchone()[0]
        if outcome in _COLOURS:
            return Badge(BUILD, outcome.replace("_", " "), _COLOURS[outcome])
    return Badge(BUILD, UNKNOWN, GREY)


def _main(connection: sqlite3.Connection, repository_id: int) -> str:
    for name in _MAIN:
        row = connection.execute(
            "SELECT 1 FROM runs WHERE repository_id = ? AND branch = ? LIMIT 1", [repository_id, name]
        ).fetchone()
        if row:
            return name
    return ""
