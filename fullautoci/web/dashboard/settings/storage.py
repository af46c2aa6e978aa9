"""Storage: environments that are kept, what everything takes on the disk, and what would be pruned."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from fullautoci.web.access import access
from fullautoci.web.api.common import services
from fullautoci.web.dashboard.settings.shared import do, section
from fullautoci.web.operation import read_query, take_no_query
from fullautoci.web.schemas.base import Asked
from fullautoci.web.schemas.service import Pruning

# So many of each are shown.
MOST = 200


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings/storage")
    @access("admin")
    def settings_storage() -> Any:
        """The environments that are kept; sizes come from a page of their own, since they take a while."""
        read_query(Asked, request.args)
        return section("Storage", "storage.html", **_environments(), measured=None)

    @pages.get("/settings/storage/sizes")
    @access("admin")
    def settings_sizes() -> Any:
        """The same with sizes, and what pruning would remove."""
        read_query(Asked, request.args)
        there, storage, hands = _environments(), services().storage, services().actions
        if storage is None or hands is None:
            return section("Storage", "storage.html", **there, measured=None)
        would_go = [one if isinstance(one, dict) else asdict(one) for one in hands.prune(dry_run=True)]
        measured = {
            "places": storage.places(),
            "environments": {
                (one["kind"], one["key"]): storage.size(one["kind"], one["key"]) for one in there["environments"]
            },
            "would_go": would_go[:MOST],
            "more": max(0, len(would_go) - MOST),
            "bytes": sum(one["bytes"] for one in would_go),
        }
        return section("Storage", "storage.html", **there, measured=measured)

    @pages.post("/settings/storage/prune")
    @access("admin")
    def prune_storage() -> Response:
        """Remove what need not be kept."""
        take_no_query()
        do("prune", body=Pruning())
        return redirect("/settings/storage", 303)


def _environments() -> dict[str, Any]:
    storage = services().storage
    there = storage.environments() if storage is not None else []
    return {"environments": there[:MOST], "more": max(0, len(there) - MOST), "is_known": storage is not None}
