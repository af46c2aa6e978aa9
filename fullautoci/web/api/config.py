"""Configuration: what counts, and what is set beside the files."""

import os
import pwd
from typing import Any

from flask import Blueprint, g, jsonify, request

from fullautoci.config.service import AT_START
from fullautoci.errors import ConfigError, DaemonDownError, UsageError
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found, number, services


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/config")
    @access("owner")
    def get_config() -> Any:
        """What counts: for a `commit` of a `repository`, for one whose file says nothing, or for the service."""
        shown = services().configuration
        if shown is None:
            raise DaemonDownError()
        repository = number("repository")
        if repository is None:
            return jsonify(shown.service())
        return jsonify(shown.repository(repository, _commit(request.args.get("commit"))))

    @api.put("/config/<key>")
    @access("owner")
    def set_config(key: str) -> Any:
        """Have a key say a `value`, for a `repository` or, without one, for the service.

        A `commit` may be named with whose file that is to make sense.
        """
        asked = body()
        if "value" not in asked:
            raise UsageError("'value' is missing")
        repository = _repository(asked.get("repository"))
        try:
            actions().configure(repository, key, asked["value"], _actor(), _commit(asked.get("commit")))
        except ConfigError as error:  # of no file, but of what was asked
            raise UsageError(error.message, error.hint) from error
        return jsonify(key=key, restart=repository is None and key.partition(".")[0] in AT_START)

    @api.delete("/config/<key>")
    @access("owner")
    def unset_config(key: str) -> Any:
        """Have a key say nothing any more, beside the files."""
        repository = _repository(number("repository"))
        count = actions().unconfigure(repository, key, _actor())
        return jsonify(unset=count, restart=repository is None and key.partition(".")[0] in AT_START)


def _repository(identifier: object) -> Any:
    if identifier is None:
        return None
    if not isinstance(identifier, int) or isinstance(identifier, bool):
        raise UsageError("'repository' must be a number")
    return found(identifier)


def _commit(value: object) -> str | None:
    if value in (None, ""):
        return None
    if not isinstance(value, str) or len(value) != 40 or not set(value) <= set("0123456789abcdef"):
        raise UsageError("'commit' must be a full hash")
    return value


def _actor() -> str:
    """Who asks: the daemon's owner, and which way they came."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return name if g.by_socket else f"{name} (page)"
