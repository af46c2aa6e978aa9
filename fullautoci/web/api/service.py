"""The service itself."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app, jsonify

from fullautoci.errors import StoreError, UsageError
from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, reading, services


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/status")
    @access("owner")
    def get_status() -> Any:
        """The daemon's facts, what is running, and what waits."""
        info = services().info()
        try:
            with reading() as connection:
                return jsonify({**info, **views.activity(connection)})
        except StoreError as error:
            return jsonify({**info, "running": [], "problem": error.message})

    @api.post("/prune")
    @access("owner")
    def prune() -> Any:
        """Remove logs, checkouts, environments and mirrors that are not to be kept; with `dry_run` only tell."""
        dry_run = body().get("dry_run", False)
        if not isinstance(dry_run, bool):
            raise UsageError("'dry_run' must be true or false")
        items = [asdict(one) for one in actions().prune(dry_run=dry_run)]
        return jsonify(dry_run=dry_run, freed_bytes=sum(one["bytes"] for one in items), items=items)

    @api.post("/login-links")
    @access("owner_by_socket")
    def add_login_link() -> Any:
        """A one-time path that opens a browser session; good for a minute."""
        return jsonify(path=f"/login/{current_app.extensions['links'].issue()}", **services().info()), 201
