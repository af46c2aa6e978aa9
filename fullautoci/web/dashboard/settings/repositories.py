"""Repositories: which are watched, and the tokens of their badges."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from fullautoci.store import repositories
from fullautoci.web.access import access
from fullautoci.web.api.common import caller, found, reading
from fullautoci.web.dashboard import forms
from fullautoci.web.dashboard.settings.shared import once, section
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/settings/repositories")
    @access("known")
    def settings_repositories() -> Any:
        """What is watched, as far as whoever asks may see it."""
        read_query(Asked, request.args)
        with reading() as connection:
            watched = [one for one in repositories.watched(connection) if caller().sees(one.id)]
        return section("Repositories", "repositories.html", watched=watched)

    @pages.get("/settings/repositories/<int:identifier>")
    @access("admin", of="repository")
    def settings_repository(identifier: int) -> Any:
        """One of them: its badges, and that it need not be watched."""
        read_query(Asked, request.args)
        return section("Repositories", "repository.html", one=found(identifier))

    forms.add(pages, "/settings/repositories", "add_repository", _all)
    forms.add(pages, "/settings/repositories/<int:identifier>/remove", "remove_repository", _all)
    forms.add(pages, "/settings/repositories/<int:identifier>/badge", "add_badge", _shown_once)
    forms.add(pages, "/settings/repositories/<int:identifier>/badge/revoke", "revoke_badge", _again)


def _all(_: Any, **__: int) -> str:
    return "/settings/repositories"


def _again(_: Any, identifier: int) -> str:
    return f"/settings/repositories/{identifier}"


def _shown_once(answer: Mapping[str, Any], identifier: int) -> Response:
    address = f"{request.host_url.rstrip('/')}{answer['path']}"
    return once("Repositories", "made_badge.html", one=found(identifier), path=answer["path"], address=address)
