"""Who may do what: every view declares its rule, and a view that declares none is refused.

Rules: `public` for the login page and static files; `owner` for everything else, which is whoever owns the daemon: the
caller of its Unix socket, by the kernel's word for who that is, or a browser session that a one-time link opened.
"""

import functools
import os
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request, session
from werkzeug.wrappers import Response

PEER_UID = "fullautoci.peer_uid"
RULES = ("public", "owner", "owner_by_socket")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")

View = TypeVar("View", bound=Callable[..., Any])


def access(rule: str) -> Callable[[View], View]:
    """Declare a view's rule."""
    if rule not in RULES:
        raise ValueError(rule)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def declared(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        declared.access_rule = rule  # type: ignore[attr-defined]
        return declared  # type: ignore[return-value]

    return declare


def install(app: Flask, allowed_hosts: Callable[[], set[str]]) -> None:
    """Put the checks before every request: Host, then where it comes from, then who asks."""

    @app.before_request
    def check() -> Response | None:
        peer = request.environ.get(PEER_UID)
        g.by_socket = peer is not None and peer in (os.getuid(), 0)
        if peer is not None and not g.by_socket:
            abort(403)
        if peer is None:
            _check_host(allowed_hosts())
            _check_origin()
        return _check_rule()


def _check_host(allowed: set[str]) -> None:
    """Refuse names that are not ours: DNS rebinding comes with the right address and the wrong name."""
    host = request.environ.get("HTTP_HOST", "")
    if host.lower() not in allowed:
        abort(400, "this Host is not served here")


def _check_origin() -> None:
    """Refuse unsafe requests that another site started."""
    if request.method in SAFE_METHODS:
        return
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        abort(403, "requests from other sites are refused")
    if origin is not None and origin != f"http://{request.environ['HTTP_HOST'].lower()}":
        abort(403, "requests from other sites are refused")


def _check_rule() -> Response | None:
    if request.endpoint is None:
        return None if g.by_socket or "owner" in session else unknown()
    rule = getattr(current_app.view_functions[request.endpoint], "access_rule", None)
    if request.endpoint == "static" or rule == "public":
        return None
    if rule == "owner" and (g.by_socket or session.get("owner") == current_app.config["SESSION_EPOCH"]):
        return None
    if rule == "owner_by_socket" and g.by_socket:
        return None
    return unknown()


def unknown() -> Response:
    """The answer to whoever has not shown who they are."""
    if request.path.startswith("/api/"):
        abort(401)
    return current_app.make_response((current_app.jinja_env.get_template("login.html").render(), 401))
