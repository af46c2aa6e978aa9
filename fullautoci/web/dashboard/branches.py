"""A repository's branches."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store.pages import branches as listed
from fullautoci.web.access import access
from fullautoci.web.api.common import found
from fullautoci.web.dashboard.asked import Part, Word
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query

SHOWN = 30


class Branches(Part):
    """Those whose name has `q`."""

    q: Word = ""


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/repos/<int:identifier>/branches")
    @access("read", of="repository")
    def branches(identifier: int) -> Any:
        """Branches, those with the newest runs first."""
        query: Branches = read_query(Branches, request.args)
        one = found(identifier)
        with live() as (connection, told):
            part = listed.page(connection, identifier, text=query.q, said=query.cursor, limit=SHOWN)
            return page("branches.html", **told, repository=one, part=part, query=query)
