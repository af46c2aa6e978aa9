"""The service itself."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, current_app

from fullautoci.errors import StoreError
from fullautoci.store import views
from fullautoci.web.api.common import actions, caller, reading, services, visible
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.service import Link, Pruned, Pruning, Status

# What is told of the service to whoever is no admin; paths and process ids are not.
TOLD = ("daemon", "version", "started_at", "workers", "workers_idle", "no_room")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/status")
    @operation("known", answer=Status)
    def get_status() -> Any:
        """The daemon's facts, what is running, and what waits."""
        info, asking = services().info(), caller()
        if asking.repositories is not None:
            info = {name: info[name] for name in TOLD if name in info}
        try:
            with reading() as connection:
                activity = views.activity(connection, visible())
        except StoreError as error:
            return {**info, "running": [], "problem": error.message}
        return {**info, **activity}

    @api.post("/prune")
    @operation("admin", body=Pruning, answer=Pruned, audit="service.prune")
    def prune(body: Pruning) -> Any:
        """Remove logs, checkouts, environments and mirrors that are not to be kept; with `dry_run` only tell."""
        items = [asdict(one) for one in actions().prune(dry_run=body.dry_run)]
        freed = sum(one["bytes"] for one in items)
        tell(dry_run=body.dry_run, freed_bytes=freed)
        return {"dry_run": body.dry_run, "freed_bytes": freed, "items": items}

    @api.post("/login-links")
    @operation("known", answer=Link, status=201, audit="session.link", secret=True)
    def add_login_link() -> Any:
        """A one-time path that opens a browser session; good for a minute. At the Unix socket only."""
        asking = caller()
        asking.must_be_at_the_socket()
        token = current_app.extensions["links"].issue(asking.user_id)
        return {"path": f"/login/{token}", "url": services().info()["url"]}
