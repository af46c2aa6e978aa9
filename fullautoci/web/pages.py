"""The page: repositories, runs, one run with its results and logs. Plain, fast, and without scripts."""

from typing import Any

from flask import Blueprint, make_response, render_template

from fullautoci.store import repositories, views
from fullautoci.text import decode, plain
from fullautoci.web.access import access
from fullautoci.web.api.common import number, reading, services, visible
from fullautoci.web.api.jobs import read_log

pages = Blueprint("pages", __name__)
SHOWN_LOG = 2 * 1024 * 1024
PAGE = 50
# This page has scripts of its own, and icons within its style.
API_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@pages.get("/")
@access("known")
def overview() -> Any:
    """All repositories and the newest runs."""
    with reading() as connection:
        return render_template(
            "overview.html",
            repositories=views.repositories(connection, visible()),
            runs=views.runs(connection, before=number("before"), limit=PAGE, visible=visible()),
            activity=views.activity(connection, visible()),
            info=services().info(),
        )


@pages.get("/repos/<int:identifier>")
@access("read", of="repository")
def repository(identifier: int) -> Any:
    """One repository's runs."""
    with reading() as connection:
        return render_template(
            "repository.html",
            repository=repositories.get(connection, identifier),
            runs=views.runs(connection, repository_id=identifier, before=number("before"), limit=PAGE),
        )


@pages.get("/runs/<int:identifier>")
@access("read", of="run")
def run(identifier: int) -> Any:
    """One run with its results."""
    with reading() as connection:
        return render_template("run.html", run=views.results(connection, identifier))


@pages.get("/jobs/<int:identifier>/log")
@access("read", of="job")
def log(identifier: int) -> Any:
    """A job's log, a piece at a time where it is long."""
    shown, offset, done = b"", number("offset", 0) or 0, False
    while not done and len(shown) < SHOWN_LOG:
        data, offset, done = read_log(identifier, offset)
        if not data:
            break
        shown += data
    text = plain(decode(shown))
    return render_template("log.html", text=text, job=identifier, done=done, offset=offset)


@pages.get("/docs/api")
@access("known")
def api_docs() -> Any:
    """The API, to be looked through and tried."""
    response = make_response(render_template("api.html"))
    response.headers["Content-Security-Policy"] = API_POLICY
    return response
