"""Badges: pictures that anybody may see who has a repository's token, and that token."""

import re
from typing import Any

from flask import Blueprint, Response, render_template, request

from fullautoci.errors import NotFoundError
from fullautoci.store import badges, standing_badges
from fullautoci.text import one_line
from fullautoci.web.access import access
from fullautoci.web.api.common import accounts, found, reading
from fullautoci.web.audited import tell
from fullautoci.web.operation import operation
from fullautoci.web.schemas.badges import Badge, BadgesRevoked

pictures = Blueprint("badges", __name__)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,100}")
# What shows them keeps them for so long, in seconds, and so does whoever stands between.
KEPT_S = 60
# Of a character in this size, in pixels: an estimate, to which the picture's text is fitted.
_WIDTH = 6.6
_PADDING = 12


def install(api: Blueprint) -> None:
    """Add the routes of the API, and the one of the pictures, which lies outside it."""
    api.record_once(lambda state: state.app.register_blueprint(pictures))

    @api.post("/repos/<int:identifier>/badge")
    @operation("admin", of="repository", answer=Badge, status=201, audit="badge.add", secret=True)
    def add_badge(identifier: int) -> Any:
        """Make the token by which a repository's badges are shown; the one before it shows none any more."""
        repository = found(identifier)
        token = accounts().add_badge(repository.id)
        tell(repository.name, repository=repository.id)
        return {"token": token, "path": f"/badges/{token}/{standing_badges.BUILD}.svg"}

    @api.delete("/repos/<int:identifier>/badge")
    @operation("admin", of="repository", answer=BadgesRevoked, audit="badge.revoke")
    def revoke_badge(identifier: int) -> Any:
        """Have a repository's badges shown to nobody any more."""
        repository = found(identifier)
        revoked = accounts().revoke_badge(repository.id)
        tell(repository.name, repository=repository.id, revoked=revoked)
        return {"revoked": revoked}


@pictures.get("/badges/<token>/<name>.svg")
@access("public")
def show_badge(token: str, name: str) -> Any:
    """How the newest run went (`build`), or a metric such as `pylint.score`; of a `branch`, or of the main one."""
    with reading() as connection:
        repository = badges.repository_of(connection, token) if _TOKEN.fullmatch(token) else None
        branch = request.args.get("branch", "")
        badge = None if repository is None else standing_badges.badge(connection, repository, name, branch)
    if badge is None:
        raise NotFoundError("there is no such badge")
    label, value = one_line(badge.label, 60), one_line(badge.value, 40)
    left, right = (round(_WIDTH * len(text) + _PADDING) for text in (label, value))
    picture = render_template("badge.svg", label=label, value=value, left=left, right=right, colour=badge.colour)
    response = Response(picture, mimetype="image/svg+xml")
    response.headers["Cache-Control"] = f"public, max-age={KEPT_S}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; sandbox"
    return response
