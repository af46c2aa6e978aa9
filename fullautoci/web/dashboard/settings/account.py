"""One's own account: role, keys, sessions."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request, session
from werkzeug.wrappers import Response

from fullautoci.store import keys, users
from fullautoci.web.access import access
from fullautoci.web.api.common import caller, reading
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.settings.shared import once, section
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked

SHOWN = 200


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings")
    @access("known")
    def settings() -> Any:
        """Whoever asks, and their keys."""
        read_query(Asked, request.args)
        with reading() as connection:
            me = users.get(connection, caller().user_id)
            own = keys.listed(connection, caller().user_id, limit=SHOWN)
        return section("Account", "account.html", me=me, keys=[key for key in own if key["revoked_at"] is None])

    forms.add(pages, "/settings/keys", "add_key", _shown_once)
    forms.add(pages, "/settings/keys/<int:identifier>/revoke", "revoke_key", _back)
    forms.add(pages, "/settings/sessions/end", "close_my_sessions", _out)


def _shown_once(answer: Mapping[str, Any]) -> Response:
    own = answer["user_id"] == caller().user_id
    back = "/settings" if own else f"/settings/users/{answer['user_id']}"
    return once("Account" if own else "Users", "made_key.html", made=answer, back=back)


def _back(_: None, identifier: int) -> str:
    """On to whose key it was."""
    with reading() as connection:
        user = keys.get(connection, identifier)["user_id"]
    return "/settings" if user == caller().user_id else f"/settings/users/{user}"


def _out(_: Mapping[str, int]) -> str:
    session.clear()
    return "/login" if caller().via == "session" else "/settings"
