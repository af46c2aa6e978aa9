"""What is found by words."""

from typing import Any

from flask import Blueprint

from fullautoci.store.listings import search
from fullautoci.web.api.common import found, reading, visible
from fullautoci.web.operation import operation
from fullautoci.web.schemas.search import Found, SearchQuery


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/search")
    @operation("known", query=SearchQuery, answer=list[Found])
    def look(query: SearchQuery) -> Any:
        """Commits whose id, message, author or branch has all words of `q`, then what findings say; newest first."""
        if query.repository is not None:
            found(query.repository)
        with reading() as connection:
            return search.page(
                connection, query.q, visible(), repository=query.repository, kind=query.kind or "",
                cursor=query.cursor, limit=query.limit,
            )  # fmt: skip
