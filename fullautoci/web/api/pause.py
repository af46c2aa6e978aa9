"""Pausing, and what waits behind it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Blueprint

from fullautoci.text import iso
from fullautoci.web.api.common import actions, found
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.repositories import Cancelled
from fullautoci.web.schemas.service import Pause


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.post("/pause")
    @operation("admin", body=Pause, audit="service.pause")
    def pause(body: Pause) -> Any:
        """Start no more jobs: `what` is `everything` or `backfill`; `seconds`, if wanted, for how long."""
        until = None if body.seconds is None else iso(datetime.now(UTC) + timedelta(seconds=body.seconds))
        actions().pause(body.what, until)
        tell(body.what, until=until)

    @api.post("/resume")
    @operation("admin", audit="service.resume")
    def resume() -> Any:
        """Start jobs again."""
        actions().resume()

    @api.delete("/repos/<int:identifier>/backfill")
    @operation("act", of="repository", answer=Cancelled, audit="run.cancel_backfill")
    def cancel_backfill(identifier: int) -> Any:
        """End what arrived in a batch and has not started."""
        repository = found(identifier)
        count = actions().cancel_backfill(repository)
        tell(repository.name, repository=repository.id, runs=count)
        return {"cancelled": count}
