"""The service itself."""

from typing import Any

from flask import Blueprint, current_app, jsonify

from fullautoci.errors import StoreError
from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import reading, services


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

    @api.post("/login-links")
    @access("owner_by_socket")
    def add_login_link() -> Any:
        """A one-time path that opens a browser session; good for a minute."""
        return jsonify(path=f"/login/{current_app.extensions['links'].issue()}", **services().info()), 201
