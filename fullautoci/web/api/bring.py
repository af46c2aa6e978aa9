"""Which files of a working copy jobs may be given."""

from typing import Any

from flask import Blueprint, jsonify

from fullautoci.config.values import brought_path
from fullautoci.errors import UsageError
from fullautoci.store import bringing
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found, reading, texts


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/bring")
    @access("owner")
    def list_brought(identifier: int) -> Any:
        """The files that jobs may be given, each with the time since when."""
        repository = found(identifier)
        with reading() as connection:
            return jsonify(bringing.allowed(connection, repository.id))

    @api.post("/repos/<int:identifier>/bring")
    @access("owner")
    def allow(identifier: int) -> Any:
        """Let jobs have files of the working copy: `paths`, as `bring` in `.fullautoci.yml` names them."""
        actions().allow_bring(found(identifier), _paths())
        return "", 204

    @api.delete("/repos/<int:identifier>/bring")
    @access("owner")
    def revoke(identifier: int) -> Any:
        """Let them not: `paths`."""
        return jsonify(revoked=actions().revoke_bring(found(identifier), _paths()))


def _paths() -> list[str]:
    asked = texts(body().get("paths"), "paths")
    if not asked:
        raise UsageError("'paths' names no file")
    paths = []
    for path in asked:
        try:
            paths.append(brought_path(path))
        except ValueError as error:
            raise UsageError(f"{one_line(path)!r}: {error}") from error
    return paths
