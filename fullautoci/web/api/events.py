"""Events: how hooks, and whoever else knows that something moved, tell us."""

from typing import Any

from flask import Blueprint, request
from werkzeug.exceptions import UnsupportedMediaType

from fullautoci import hook_client, spool
from fullautoci.errors import NotFoundError
from fullautoci.store import events
from fullautoci.web.api.common import actions, caller, reading
from fullautoci.web.operation import operation
from fullautoci.web.schemas.service import Accepted, Event


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/events")
    @operation("owner", answer=Accepted, status=202, takes=hook_client.CONTENT_TYPE)
    def push_event() -> Any:
        """Take an event in: it is spooled durably before the answer. An empty body asks for the spool to be drained."""
        raw = request.get_data()
        if not raw:
            actions().poke()
            return {"accepted": None}
        if request.mimetype != hook_client.CONTENT_TYPE:
            raise UnsupportedMediaType(f"an event has the type {hook_client.CONTENT_TYPE}")
        event = spool.decode(raw)
        actions().accept(event)
        return {"accepted": event.id}

    @api.get("/events/<identifier>")
    @operation("known", answer=Event)
    def get_event(identifier: str) -> Any:
        """What became of an event."""
        with reading() as connection:
            found = events.get(connection, identifier)
        if found is None or (found["repository_id"] is None and caller().repositories is not None):
            raise NotFoundError("no such event was accepted yet")
        if found["repository_id"] is not None and not caller().sees(found["repository_id"]):
            raise NotFoundError("no such event was accepted yet")
        return found
