"""Events: what hooks, scans and people told of."""

from collections.abc import Iterator
from typing import cast
from urllib.parse import quote

from fullautoci.client.calls import Calls
from fullautoci.client.types.events import Event, PlacedEvent
from fullautoci.errors import NotFoundError


class EventCalls(Calls):
    """What moved, and what became of it."""

    def event(self, identifier: str) -> Event | None:
        """What became of an event; None: it was not accepted yet."""
        try:
            return cast(Event, self._get(f"/events/{quote(identifier, safe='')}"))
        except NotFoundError:
            return None

    def events(self, **filters: object) -> Iterator[PlacedEvent]:
        """Events, newest first, asked for as they are gone through.

        Filters are `repository`, `source`, `outcome`, `since`, `until`, `sort` and `limit`, the size of a part.
        """
        return self._listed("/events", **filters)
