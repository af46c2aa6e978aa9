"""The journal of a repository's ratchets: who did what, and what happened by itself."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store.journal import BY_ITSELF
from fullautoci.store.listings import journal
from fullautoci.web.access import access
from fullautoci.web.api.common import found, visible
from fullautoci.web.dashboard.asked import Part
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query

SHOWN = 25


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/repos/<int:identifier>/journal")
    @access("read", of="repository")
    def ratchet_journal(identifier: int) -> Any:
        """What moved ratchets, or nearly did, newest first."""
        query: Part = read_query(Part, request.args)
        one = found(identifier)
        with live() as (connection, told):
            part = journal.page(connection, identifier, visible(), said=query.cursor, limit=SHOWN)
            return page("journal.html", **told, repository=one, part=part, by_itself=BY_ITSELF)
