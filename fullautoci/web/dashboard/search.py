"""What is found by words, in all repositories that one may see."""

from typing import Any, Literal

from flask import Blueprint, request

from fullautoci.store.database import Connection
from fullautoci.store.listings import named, search
from fullautoci.store.paging import Page
from fullautoci.web.access import access
from fullautoci.web.api.common import reading, visible
from fullautoci.web.dashboard.asked import Part, Word
from fullautoci.web.dashboard.shown import page
from fullautoci.web.operation import read_query

KINDS = ("commit", "finding", "test")
# So many of each kind where all are shown, and of one.
FEW, SHOWN = 8, 50


class Search(Part):
    """What is looked for, and of which kind; empty: a few of each."""

    q: Word = ""
    kind: Literal["", "commit", "finding", "test"] = ""


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/search")
    @access("known")
    def find() -> Any:
        """Commits, findings and tests with all these words."""
        query: Search = read_query(Search, request.args)
        with reading() as connection:
            kinds = (query.kind,) if query.kind else KINDS
            limit = SHOWN if query.kind else FEW
            # A cursor is of one kind's listing.
            cursor = query.cursor if query.kind else ""
            parts = {kind: _part(connection, query.q, kind, cursor, limit) for kind in kinds}
        return page("search.html", query=query, parts=parts, kinds=KINDS)


def _part(connection: Connection, text: str, kind: str, cursor: str, limit: int) -> Page:
    if not text.strip():
        return Page([])
    if kind == "test":
        return named.page(connection, text, visible(), cursor=cursor, limit=limit)
    return search.page(connection, text, visible(), kind=kind, cursor=cursor, limit=limit)
