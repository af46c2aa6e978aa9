"""Repositories."""

from pathlib import Path
from typing import Any

from flask import Blueprint

from fullautoci.store import repositories, views, whose
from fullautoci.text import one_line
from fullautoci.web.api.common import actions, found, reading, visible
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.repositories import NewRepository, Repository, Scanning


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos")
    @operation("known", answer=list[Repository])
    def list_repositories() -> Any:
        """All watched repositories that one may see, each with its newest run."""
        with reading() as connection:
            return views.repositories(connection, visible())

    @api.post("/repos")
    @operation("admin", body=NewRepository, answer=Repository, status=201, audit="repository.add")
    def add_repository(body: NewRepository) -> Any:
        """Watch a repository: `path`, and if wanted a `name`."""
        repository = actions().register(Path(body.path), body.name)
        tell(repository.name, repository=repository.id, path=one_line(repository.path))
        return _view(repository.id)

    @api.get("/repos/<int:identifier>")
    @operation("read", of="repository", answer=Repository)
    def get_repository(identifier: int) -> Any:
        """One repository with its newest run."""
        with reading() as connection:
            repositories.get(connection, identifier)
        return _view(identifier)

    @api.delete("/repos/<int:identifier>")
    @operation("admin", of="repository", audit="repository.remove")
    def remove_repository(identifier: int) -> Any:
        """Stop watching a repository; its results stay, and come back when it is registered again."""
        repository = found(identifier)
        actions().unregister(repository)
        tell(repository.name, repository=repository.id)

    @api.post("/repos/<int:identifier>/scan")
    @operation("act", of="repository", answer=Scanning, status=202)
    def scan_repository(identifier: int) -> Any:
        """Look at the repository's refs soon."""
        actions().scan(found(identifier).id)
        return {"scanning": identifier}


def _view(identifier: int) -> dict[str, Any]:
    with reading() as connection:
        found = views.repository(connection, identifier)
    if found is None:
        raise whose.nothing("repository")
    return found
