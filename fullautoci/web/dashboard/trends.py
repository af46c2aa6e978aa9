"""How a repository's metrics go: all at a glance, and one as a chart."""

from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.errors import NotFoundError
from fullautoci.store import choices, trends
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.api.common import found
from fullautoci.web.dashboard.asked import Word
from fullautoci.web.dashboard.figures import sparkline
from fullautoci.web.dashboard.plots import laid_out
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, Number

# So many commits at first; and as many at most.
SHOWN, MOST = 200, 500


class Glance(Asked):
    """Of which branch; empty: of the repository's own."""

    branch: Word = ""


class Trend(Glance):
    """Of which metric, of how many commits, and beside which other branch."""

    project: Word = "."
    variant: Word = ""
    beside: Word = ""
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

    @pages.get("/repos/<int:identifier>/trends/<tool>/<path:metric>")
    @access("read", of="repository")
    def one_trend(identifier: int, tool: str, metric: str) -> Any:
        """One metric from commit to commit."""
        query: Trend = read_query(Trend, request.args)
        one = found(identifier)
        line = trends.Line(tool, query.project, query.variant, metric)
        with live() as (connection, told):
            branch = query.branch or choices.trunk(connection, identifier)
            names = list(dict.fromkeys([branch, *([query.beside] if query.beside else [])]))
            lines = {}
            for name in names:
                tip = choices.tip(connection, identifier, name)
                lines[name] = trends.points(connection, identifier, line, tip, query.commits) if tip else []
            if not any(lines.values()):
                raise NotFoundError(
                    f"'{one_line(metric, 80)}' of {one_line(tool, 80)} was not measured on {one_line(branch, 80)}",
                    "the page of trends has what was",
                )
            return page(
                "trend.html", **told, repository=one, line=line, branch=branch, query=query, lines=lines,
                chart=laid_out(lines), branches=choices.branches(connection, identifier), most=MOST,
            )  # fmt: skip
