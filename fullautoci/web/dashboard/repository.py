"""A repository's commits."""

from typing import Any

from flask import Blueprint

from fullautoci.store import repositories, views
from fullautoci.web.access import access
from fullautoci.web.dashboard.shown import live, page


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/repos/<int:identifier>")
    @access("read", of="repository")
    def repository(identifier: int) -> Any:
        """Its commits, newest first."""
        with live() as (connection, told):
            return page(
                "repository.html", **told, repository=repositories.get(connection, identifier),
                runs=views.runs(connection, repository_id=identifier, limit=50),
            )  # fmt: skip
