"""Which files of a working copy jobs may be given."""

from typing import Any

from flask import Blueprint

from fullautoci.config.values import brought_path
from fullautoci.errors import UsageError
from fullautoci.store import bringing
from fullautoci.text import one_line
from fullautoci.web.api.common import actions, found, reading
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.repositories import Brought, Paths, Revoked


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/bring")
    @operation("read", of="repository", answer=list[Brought])
    def list_brought(identifier: int) -> Any:
        """The files that jobs may be given, each with the time since when."""
        repository = found(identifier)
        with reading() as connection:
            return bringing.allowed(connection, repository.id)

    @api.post("/repos/<int:identifier>/bring")
    @operation("admin", of="repository", body=Paths, audit="bring.allow")
    def allow(identifier: int, body: Paths) -> Any:
        """Let jobs have files of the working copy: `paths`, as `bring` in `.fullautoci.yml` names them."""
        repository, paths = found(identifier), _paths(body)
        actions().allow_bring(repository, paths)
        tell(repository.name, repository=repository.id, paths=paths)

    @api.delete("/repos/<int:identifier>/bring")
    @operation("admin", of="repository", body=Paths, answer=Revoked, audit="bring.revoke")
    def revoke(identifier: int, body: Paths) -> Any:
        """Let jobs have files of the working copy no more: `paths`."""
        repository, paths = found(identifier), _paths(body)
        count = actions().revoke_bring(repository, paths)
        tell(repository.name, repository=repository.id, paths=paths)
        return {"revoked": count}


def _paths(asked: Paths) -> list[str]:
    paths = []
    for path in asked.paths:
        try:
            paths.append(brought_path(path))
        except ValueError as error:
            raise UsageError(f"{one_line(path)!r}: {error}") from error
    return paths
