"""A run with its results."""

from typing import Any

from flask import Blueprint

from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.dashboard.shown import live, page


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/runs/<int:identifier>")
    @access("read", of="run")
    def run(identifier: int) -> Any:
        """One run with its results."""
        with live() as (connection, told):
            return page("run.html", **told, run=views.results(connection, identifier))
