"""The overview: all repositories, what is going on, and what needs attention."""

from typing import Any

from flask import Blueprint

from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import services, visible
from fullautoci.web.dashboard.shown import live, page


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/")
    @access("known")
    def overview() -> Any:
        """All repositories."""
        with live() as (connection, told):
            return page(
                "overview.html", **told, info=services().info(),
                repositories=views.repositories(connection, visible()),
                runs=views.runs(connection, limit=50, visible=visible()),
                activity=views.activity(connection, visible()),
            )  # fmt: skip
