"""The service: what it is doing, and a pause."""

from typing import Any

from flask import Blueprint, request

from fullautoci.store import views
from fullautoci.web.access import access
from fullautoci.web.api.common import services
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.settings.shared import section
from fullautoci.web.dashboard.shown import live
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

# For how long, in seconds and in words.
TIMES = ((900, "for 15 minutes"), (3600, "for an hour"), (14400, "for four hours"), (86400, "for a day"))


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings/service")
    @access("admin")
    def settings_service() -> Any:
        """The daemon's own facts, what waits, and whether anything is paused."""
        read_query(Asked, request.args)
        with live() as (connection, told):
            activity = views.activity(connection)
        return section("Service", "service.html", **told, info=services().info(), activity=activity, times=TIMES)

    forms.add(pages, "/settings/pause", "pause", _again)
    forms.add(pages, "/settings/resume", "resume", _again)


def _again(_: None) -> str:
    return "/settings/service"
