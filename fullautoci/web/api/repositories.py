"""Repositories."""

from pathlib import Path
from typing import Any

from flask import Blueprint, jsonify

from fullautoci.errors import UsageError
from fullautoci.store import repositories, views
from fullautoci.store.repositories import Repository
from fullautoci.web.access import access
from fullautoci.web.api.common import actions, body, found, reading


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos")
    @access("owner")
    def list_repositories() -> Any:
        """All watched repositories, each with its newest run."""
        with reading() as connection:
            return jsonify(views.repositories(connection))

    @api.post("/repos")
    @access("owner")
    def add_repository() -> Any:
        """Watch a repository: `path`, and if wanted a `name`."""
        asked = body()
        path, name = asked.get("path"), asked.get("name", "")
        if not isinstance(path, str) or not path.startswith("/") or "\0" in path or not isinstance(name, str):
            raise UsageError("'path' must be an absolute path, and 'name' a text")
        return jsonify(_view(actions().register(Path(path), name))), 201

    @api.get("/repos/<int:identifier>")
    @access("owner")
    def get_repository(identifier: int) -> Any:
        """One repository with its newest run."""
        with reading() as connection:
            repositories.get(connection, identifier)
            return jsonify(next(view for view in views.repositories(connection) if view["id"] == identifier))

    @api.delete("/repos/<int:identifier>")
    @access("owner")
    def remove_repository(identifier: int) -> Any:
        """Stop watching a repository; its results stay, and come back when it is registered again."""
        actions().unregister(found(identifier))
        return "", 204

    @api.post("/repos/<int:identifier>/scan")
    @access("owner")
    def scan_repository(identifier: int) -> Any:
        """Look at the repository's refs soon."""
        actions().scan(found(identifier).id)
        return jsonify(scanning=identifier), 202


def _view(repository: Repository) -> dict[str, Any]:
    with reading() as connection:
        return next(view for view in views.repositories(connection) if view["id"] == repository.id)
