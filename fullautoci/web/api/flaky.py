"""Tests and metrics that differed though nothing else did, and their quarantine."""

from typing import Any

from flask import Blueprint, jsonify

from fullautoci.errors import UsageError
from fullautoci.store import flaky
from fullautoci.text import storable
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found, reading


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/flaky")
    @access("owner")
    def list_flaky(identifier: int) -> Any:
        """What is marked, what was seen last first: since when, how often, in which runs, until when in quarantine."""
        repository = found(identifier)
        with reading() as connection:
            return jsonify(flaky.listed(connection, repository.id))

    @api.delete("/repos/<int:identifier>/flaky")
    @access("owner")
    def forgive_flaky(identifier: int) -> Any:
        """End the quarantine of the test or metric `name`, of every tool or of `tool`."""
        asked = body()
        name, tool = asked.get("name"), asked.get("tool", "")
        if not isinstance(name, str) or not name or not isinstance(tool, str):
            raise UsageError("'name' and 'tool' are texts; 'name' is a test's or metric's")
        return jsonify(forgiven=actions().forgive(found(identifier), storable(name), storable(tool)))
