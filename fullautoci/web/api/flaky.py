"""Tests and metrics that differed though nothing else did, and their quarantine."""

from typing import Any

from flask import Blueprint

from fullautoci.store import flaky
from fullautoci.text import one_line, storable
from fullautoci.web.api.common import actions, found, reading
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.repositories import Flaky, Forgive, Forgiven


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/repos/<int:identifier>/flaky")
    @operation("read", of="repository", answer=list[Flaky])
    def list_flaky(identifier: int) -> Any:
        """What is marked, what was seen last first: since when, how often, in which runs, until when in quarantine."""
        repository = found(identifier)
        with reading() as connection:
            return flaky.listed(connection, repository.id)

    @api.delete("/repos/<int:identifier>/flaky")
    @operation("admin", of="repository", body=Forgive, answer=Forgiven, audit="flaky.forgive")
    def forgive_flaky(identifier: int, body: Forgive) -> Any:
        """End the quarantine of the test or metric `name`, of every tool or of `tool`."""
        repository = found(identifier)
        ended = actions().forgive(repository, storable(body.name), storable(body.tool))
        tell(one_line(storable(body.name)), repository=repository.id)
        return {"forgiven": ended}
