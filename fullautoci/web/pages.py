"""The page: repositories, runs, one run with its results and logs. Plain, fast, and without scripts."""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, session
from werkzeug.wrappers import Response

from fullautoci.store import repositories, views
from fullautoci.text import decode, plain
from fullautoci.web import access
from fullautoci.web.api.common import number, reading, services
from fullautoci.web.api.jobs import read_log

pages = Blueprint("pages", __name__)
SHOWN_LOG = 2 * 1024 * 1024
PAGE = 50


@pages.get("/")
@access.access("owner")
def overview() -> Any:
    """All repositories and the newest runs."""
    with reading() as connection:
        return render_template(
            "overview.html",
            repositories=views.repositories(connection),
            runs=views.runs(connection, before=number("before"), limit=PAGE),
            activity=views.activity(connection),
            info=services().info(),
        )


@pages.get("/repos/<int:identifier>")
@access.access("owner")
def repository(identifier: int) -> Any:
    """One repository's runs."""
    with reading() as connection:
        return render_template(
            "repository.html",
            repository=repositories.get(connection, identifier),
            runs=views.runs(connection, repository_id=identifier, before=number("before"), limit=PAGE),
        )


@pages.get("/runs/<int:identifier>")
@access.access("owner")
def run(identifier: int) -> Any:
    """One run with its results."""
    with reading() as connection:
        return render_template("run.html", run=views.results(connection, identifier))


@pages.get("/jobs/<int:identifier>/log")
@access.access("owner")
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


@pages.get("/login/<token>")
@access.access("public")
def login(token: str) -> Any:
    """Open a session by a one-time link.

    The answer is a page that leads on, not a redirect: a SameSite=Strict cookie is not sent along one that began
    elsewhere.
    """
    if not current_app.extensions["links"].redeem(token):
        return render_template("login.html", expired=True), 403
    session.clear()
    session["owner"] = current_app.config["SESSION_EPOCH"]
    session.permanent = True
    return render_template("welcome.html")


@pages.post("/logout")
@access.access("owner")
def logout() -> Response:
    """Close the session."""
    session.clear()
    return redirect("/", 303)
