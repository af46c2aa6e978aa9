"""A repository's commits beside its tools: which passed where, at a look."""

from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.store import choices
from fullautoci.store.listings import runs
from fullautoci.store.pages import rows
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.dashboard.asked import Part
from fullautoci.web.dashboard.marks import Mark, mark
from fullautoci.web.dashboard.run_parts import anchors
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query

SHOWN = 40
# Project, tool, variant.
Column = tuple[str, str, str]
Line = tuple[rows.Run, list[Mark | None], dict[int, str]]


class Grid(Part):
    """Of which branch; empty: of all."""

    branch: Annotated[str, Field(max_length=1000)] = ""


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/repos/<int:identifier>/grid")
    @access("read", of="repository")
    def grid(identifier: int) -> Any:
        """Commits, newest first, and how each tool went."""
        query: Grid = read_query(Grid, request.args)
        one = found(identifier)
        with live() as (connection, told):
            wanted = runs.Wanted(identifier, branch=query.branch)
            shown, following = rows.commits(connection, wanted, visible(), query.cursor, SHOWN)
            columns, lines = laid_out(shown)
            return page(
                "grid.html", **told, repository=one, following=following, query=query, columns=columns, lines=lines,
                branches=choices.branches(connection, identifier),
            )  # fmt: skip


def laid_out(shown: Sequence[rows.Run]) -> tuple[list[Column], list[Line]]:
    """The grid of some commits.

    Returns:
        Its columns, those of the whole before those of projects; and of each commit its run, a mark or None for each
        column, and where on the run's page each job is.
    """
    marks = [(run, {one.column: one for one in map(mark, run.jobs)}) for run in shown]
    there = {column for _, own in marks for column in own}
    columns = sorted(there, key=lambda column: (column[0] not in ("", "."), column))
    return columns, [
        (run, [own.get(column) for column in columns], anchors([job._asdict() for job in run.jobs]))
        for run, own in marks
    ]
