"""Events: how hooks, and whoever else knows that something moved, tell us."""

from typing import Any

from flask import Blueprint, jsonify, request

from fullautoci import hook_client, spool
from fullautoci.errors import NotFoundError
from fullautoci.store import events
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, reading


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/events")
    @access("owner_by_socket")
    def push_event() -> Any:
        """Take an event in: it is spooled durably before the answer. An empty body asks for the spool to be drained."""
        if not request.content_length:
            actions().poke()
            return jsonify(accepted=None), 202
        if request.mimetype != hook_client.CONTENT_TYPE:
            return jsonify(status=415, title=f"an event has the type {hook_client.CONTENT_TYPE}"), 415
        event = spool.decode(request.get_data())
        actions().accept(event)
        return jsonify(accepted=event.id), 202

    @api.get("/events/<identifier>")
    @access("owner")
    def get_event(identifier: str) -> Any:
        """What became of an event."""
        with reading() as connection:
            found = events.get(connection, identifier)
        if found is None:
            raise NotFoundError("no such event was accepted yet")
        return jsonify(found)
