"""The one Flask application, behind both servers."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from flask import Flask, jsonify, render_template, request
from flask import Response as Answer
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from fullautoci import __version__
from fullautoci.client import USAGE
from fullautoci.errors import (
    BusyError,
    ConflictError,
    DaemonDownError,
    ForbiddenError,
    FullAutoCIError,
    MalformedError,
    NotFoundError,
    SpoolError,
    StoreError,
    UsageError,
)
from fullautoci.store.sessions import LIFETIME
from fullautoci.web import access, assets, compressed, filters, origins, unchanged
from fullautoci.web.api import api
from fullautoci.web.api.ratchets import RatchetName
from fullautoci.web.as_json import Json
from fullautoci.web.dashboard import pages, shown
from fullautoci.web.links import LoginLinks
from fullautoci.web.services import Services
from fullautoci.web.signing_in import signing_in

BODY_LIMIT = 8 * 1024 * 1024
# Headers of a refusal that say what to do about it.
KEPT = ("WWW-Authenticate", "Allow", "Retry-After", "Content-Range")
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
    "X-Fullautoci-Version": __version__,
}


def create_app(services: Services, secret_key: bytes, allowed_hosts: Callable[[], Collection[str]]) -> Flask:
    """The application.

    Args:
        secret_key: signs browser sessions.
        allowed_hosts: the values of the Host header that TCP requests may have.
    """
    app = Flask("fullautoci.web", static_folder="static", template_folder="templates")
    app.config.update(
        SECRET_KEY=secret_key,
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        SESSION_COOKIE_NAME="fullautoci",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=LIFETIME,
    )
    app.url_map.merge_slashes = False
    app.url_map.converters["ratchet"] = RatchetName
    app.extensions["services"] = services
    app.extensions["links"] = LoginLinks()
    app.json = Json(app)
    app.session_interface = _Sessions()
    access.install(app, services, allowed_hosts)
    filters.install(app)
    shown.install(app)
    assets.install(app)
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.register_blueprint(signing_in)
    app.register_error_handler(FullAutoCIError, _expected)
    app.register_error_handler(HTTPException, _refused)
    # What is done to an answer last is installed first.
    compressed.install(app)
    app.after_request(_finish)
    if services.state is not None:
        unchanged.install(app, services.state)
    return app


def _finish(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request.environ)
    return response


class _Sessions(SecureCookieSessionInterface):
    """Cookies that go over TLS only where they came over it (behind a proxy that says so), and not with static files.

    Those are the same for everybody. Browsers would ask for them with each page if they came with a cookie, which is
    another one every second, or said that they depend on it.
    """

    def save_session(self, app: Flask, session: SessionMixin, response: Answer) -> None:
        """Send the cookie."""
        if request.endpoint != "static":
            super().save_session(app, session, response)

    def get_cookie_secure(self, app: Flask) -> bool:  # noqa: ARG002 - Flask's own signature
        """Whether the cookie of this answer is for TLS only."""
        return request.is_secure


# What has the form that it should, and still makes no sense, is 422.
STATUSES: Mapping[type[FullAutoCIError], int] = {
    MalformedError: 400,
    SpoolError: 400,
    NotFoundError: 404,
    ForbiddenError: 403,
    ConflictError: 409,
    StoreError: 503,
    DaemonDownError: 503,
    BusyError: 503,
}


def _expected(error: FullAutoCIError) -> Any:
    status = next((code for kind, code in STATUSES.items() if isinstance(error, kind)), 422)
    kind = USAGE if isinstance(error, UsageError) else "about:blank"
    return _problem(status, error.message, error.hint, kind)


def _refused(error: HTTPException) -> Any:
    answer = _problem(error.code or 500, str(error.description or error.name), "")
    given = error.response.headers if error.response is not None else error.get_headers()
    kept = {name: value for name, value in given if name in KEPT}
    return (*answer, kept)


def _problem(status: int, detail: str, hint: str, kind: str = "about:blank") -> Any:
    """An error as RFC 9457 has it, or as a page."""
    if not origins.is_api(request.path):
        return render_template("problem.html", detail=detail, hint=hint, status=status), status
    response = jsonify(type=kind, status=status, title=detail, detail=detail, hint=hint)
    response.content_type = "application/problem+json"
    return response, status
