"""How a repository's metrics go: all at a glance, and one as a chart."""

from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.errors import NotFoundError
from fullautoci.store import choices, trends
from fullautoci.store.database import Connection
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.api.common import found
from fullautoci.web.dashboard.asked import Word
from fullautoci.web.dashboard.figures import sparkline
from fullautoci.web.dashboard.plots import laid_out
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, Number, Sha

# So many commits at first; as many at most; and so many of them in the table.
SHOWN, MOST, ROWS = 200, 500, 60


class Glance(Asked):
    """Of which branch; empty: of the repository's own."""

    branch: Word = ""


class Trend(Glance):
    """Of which branch, beside which other one, and of how many commits; those `before` one of them."""

    beside: Word = ""
    before: Sha | None = None
    commits: Annotated[Number, Field(ge=1, le=MOST)] = SHOWN


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>/trends")
    @access("read", of="repository")
    def all_trends(identifier: int) -> Any:
        """Every metric that was measured lately."""
        query: Glance = read_query(Glance, request.args)
        one = found(identifier)
        with live() as (connection, told):
            branch = query.branch or choices.trunk(connection, identifier)
            tip = choices.tip(connection, identifier, branch)
            shown = trends.glance(connection, identifier, tip) if tip else []
            return page(
                "trends.html", **told, repository=one, branch=branch, shown=shown, sparkline=sparkline, query=query,
                branches=choices.branches(connection, identifier),
            )  # fmt: skip

    @pages.get("/repos/<int:identifier>/trends/<path:name>")
    @access("read", of="repository")
    def one_trend(identifier: int, name: str) -> Any:
        """One metric from commit to commit."""
        query: Trend = read_query(Trend, request.args)
        one = found(identifier)
        with live() as (connection, told):
            line = trends.meant(connection, identifier, name)
            branch = query.branch or choices.trunk(connection, identifier)
            lines, older = {}, {}
            for one_branch in filter(None, dict.fromkeys([branch, query.beside])):
                points, more = _points(connection, identifier, line, one_branch, query)
                lines[one_branch] = points
                older[one_branch] = points[-ROWS:][0]["commit"] if len(points) > ROWS or (points and more) else ""
            if not any(lines.values()):
                raise NotFoundError(
                    f"'{one_line(name, 80)}' was not measured on {one_line(branch, 80) or 'any branch'}",
                    "the page of trends has what was",
                )
            return page(
                "trend.html", **told, repository=one, line=line, branch=branch, query=query, lines=lines,
                chart=laid_out(lines), branches=choices.branches(connection, identifier), most=MOST,
                rows=ROWS, older=older,
            )  # fmt: skip


def _points(
    connection: Connection, identifier: int, line: trends.Line, branch: str, query: Trend
) -> tuple[list[dict[str, Any]], bool]:
    begin = query.before or choices.tip(connection, identifier, branch)
    if not begin:
        return [], False
    return trends.points(connection, identifier, line, begin, query.commits, before=query.before is not None)
