"""Users, for admins."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request

from fullautoci.store import keys, repositories, users
from fullautoci.store.paging import numbered
from fullautoci.web.access import access
from fullautoci.web.api.common import reading
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.asked import Part
from fullautoci.web.dashboard.settings.shared import section
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, position

SHOWN, KEYS = 50, 200


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings/users")
    @access("admin")
    def settings_users() -> Any:
        """All users, in the order in which they came."""
        query: Part = read_query(Part, request.args)
        with reading() as connection:
            there = users.listed(connection, after=position(query.cursor), limit=SHOWN + 1)
            watched = repositories.watched(connection)
        return section(
            "Users", "users.html", part=numbered(there, SHOWN), names={one.id: one.name for one in watched},
            watched=watched, roles=(users.READ_ONLY, users.USER, users.ADMIN),
        )  # fmt: skip

    @pages.get("/settings/users/<int:identifier>")
    @access("admin")
    def settings_user(identifier: int) -> Any:
        """One user: what they may, and their keys."""
        read_query(Asked, request.args)
        with reading() as connection:
            user = users.get(connection, identifier)
            own = keys.listed(connection, identifier, limit=KEYS)
            watched = repositories.watched(connection)
        return section(
            "Users", "user.html", user=user, keys=[key for key in own if key["revoked_at"] is None], watched=watched,
            roles=(users.READ_ONLY, users.USER, users.ADMIN),
        )  # fmt: skip

    forms.add(pages, "/settings/users", "add_user", _made)
    forms.add(pages, "/settings/users/<int:identifier>", "update_user", _again)
    forms.add(pages, "/settings/users/<int:identifier>/remove", "remove_user", _all)
    forms.add(pages, "/settings/users/<int:identifier>/sessions/end", "close_sessions", _again)


def _made(answer: Mapping[str, Any]) -> str:
    return f"/settings/users/{answer['id']}"


def _again(_: Any, identifier: int) -> str:
    return f"/settings/users/{identifier}"


def _all(_: Any, **__: int) -> str:
    return "/settings/users"
