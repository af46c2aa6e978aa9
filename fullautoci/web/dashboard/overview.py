"""The overview: all repositories, what is going on, what needs attention, and which ratchets are near their targets."""

from collections.abc import Sequence
from typing import Annotated, Any

from flask import Blueprint, request
from pydantic import Field

from fullautoci.store import views
from fullautoci.store.pages import estimates
from fullautoci.store.pages import overview as listed
from fullautoci.web.access import access
from fullautoci.web.api.common import caller, services, visible
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

View = dict[str, Any]
SHOWN = 30
BAD = ("failed", "errored", "timed_out", "quarantined")


class OverviewQuery(Asked):
    """Which repositories."""

    q: Annotated[str, Field(max_length=200)] = ""
    skip: Annotated[int, Field(ge=0, le=1_000_000)] = 0


def install(pages: Blueprint) -> None:
    """Add the route."""

    @pages.get("/")
    @access("known")
    def overview() -> Any:
        """All repositories."""
        query: OverviewQuery = read_query(OverviewQuery, request.args)
        with live() as (connection, told):
            shown, count = listed.repositories(connection, visible(), text=query.q, limit=SHOWN, skip=query.skip)
            activity = views.activity(connection, visible())
            return page(
                "overview.html", **told, repositories=shown, count=count, query=query, size=SHOWN,
                attention=_attention(shown), nearest=listed.nearest(connection, shown), activity=activity,
                estimates=estimates.estimates(connection, [job["id"] for job in activity["running"]]),
                mood=_mood(shown, activity),
                spool=services().info().get("spool_waiting", 0) if caller().role == "admin" else 0,
            )  # fmt: skip


def _attention(shown: Sequence[View]) -> list[View]:
    """Branches whose tip is no pass, the repositories' own branches first."""
    found = [
        {**tip, "repository": one["name"], "repository_id": one["id"], "is_trunk": tip is one["trunk"]}
        for one in shown
        for tip in one["tips"]
        if tip["outcome"] in BAD
    ]
    return sorted(found, key=lambda tip: (not tip["is_trunk"], -tip["run"]))


def _mood(shown: Sequence[View], activity: View) -> str:
    """How the page's icon looks: what is broken counts for more than what is going on."""
    if any(one["trunk"] and one["trunk"]["outcome"] in BAD for one in shown):
        return "bad"
    if activity["running"] or activity["jobs_queued"]:
        return "busy"
    return "good" if any(one["latest"] for one in shown) else ""
