"""A repository's commits beside its tools: which passed where, at a look."""

from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.store import choices
from fullautoci.store.listings import commits, runs
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.dashboard.asked import Part
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query

View = dict[str, Any]
SHOWN = 60
Column = tuple[str, str, str]


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
            part = commits.page(connection, wanted, visible(), cursor=query.cursor, limit=SHOWN)
            columns, rows = laid_out(part.items)
            return page(
                "grid.html", **told, repository=one, part=part, query=query, columns=columns, rows=rows,
                branches=choices.branches(connection, identifier),
            )  # fmt: skip


def laid_out(shown: Sequence[View]) -> tuple[list[View], list[tuple[View, list[View | None]]]]:
    """The grid of some commits.

    Args:
        shown: as `listings.commits` has them.

    Returns:
        Its columns, each with tool, project and variant; and of each commit a cell for each column: a job or None.
    """
    found: set[Column] = {_column(job) for one in shown for job in one["latest"]["jobs"]}
    columns = sorted(found, key=lambda column: (column[0] not in ("", "."), column))
    rows = []
    for one in shown:
        jobs = {_column(job): job for job in one["latest"]["jobs"]}
        rows.append((one, [jobs.get(column) for column in columns]))
    return [{"project": project, "tool": tool, "variant": variant} for project, tool, variant in columns], rows


def _column(job: View) -> Column:
    return job["project"], job["tool"], job["variant"]
