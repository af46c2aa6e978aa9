"""What became of events."""

from typing import cast
from urllib.parse import quote

from fullautoci.client.calls import Calls
from fullautoci.client.types.service import Event
from fullautoci.errors import NotFoundError


class EventCalls(Calls):
    """What hooks, scans and people told of."""

    def event(self, identifier: str) -> Event | None:
        """What became of an event; None: it was not accepted yet."""
        try:
            return cast(Event, self._get(f"/events/{quote(identifier, safe='')}"))
        except NotFoundError:
            return None
