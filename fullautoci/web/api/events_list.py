"""Events, newest first."""

from typing import Any

from flask import Blueprint

from fullautoci.store.listings import events
from fullautoci.web.api.common import reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.operation import operation
from fullautoci.web.schemas.events import EventsQuery, PlacedEvent


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/events")
    @operation("known", query=EventsQuery, answer=list[PlacedEvent])
    def list_events(query: EventsQuery) -> Any:
        """What moved, and what became of it; of repositories that nobody watches, for whoever may see all."""
        wanted = events.Wanted(**narrowed(query, "repository", "source", "outcome", "since", "until"))
        with reading() as connection:
            return events.page(connection, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort)
