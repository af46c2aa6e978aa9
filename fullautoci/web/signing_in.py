"""Opening and closing a browser's session: by a one-time link, or by a key that is typed in."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, session
from werkzeug.wrappers import Response

from fullautoci.errors import NotFoundError
from fullautoci.store import keys, users
from fullautoci.store.audit import Entry
from fullautoci.text import iso
from fullautoci.web import limits
from fullautoci.web.access import access
from fullautoci.web.api.common import accounts, caller, reading
from fullautoci.web.callers import SESSION

signing_in = Blueprint("signing_in", __name__)
KEY_LIMIT = 200


@signing_in.after_request
def _kept_nowhere(response: Response) -> Response:
    """No cache keeps a page that opened a session, or closed one."""
    response.headers["Cache-Control"] = "no-store"
    return response


@signing_in.get("/login/<token>")
@access("public")
def login(token: str) -> Any:
    """Open a session by a one-time link.

    The answer is a page that leads on, not a redirect: a SameSite=Strict cookie is not sent along one that began
    elsewhere.
    """
    if request.method == "HEAD":
        return render_template("login.html")  # whoever only looks uses nothing up
    user_id = current_app.extensions["links"].redeem(token)
    if user_id is None:
        limits.count_failure()
        return render_template("login.html", expired=True), 403
    return _opened(user_id, None)


@signing_in.get("/login")
@access("public")
def ask_for_key() -> Any:
    """Where a key is typed in."""
    return render_template("login.html")


@signing_in.post("/login")
@access("public")
def login_with_key() -> Any:
    """Open a session by a key."""
    said = request.form.get("key", "").strip()[:KEY_LIMIT]
    with reading() as connection:
        found = keys.check(connection, said, iso(datetime.now(UTC)))
    if found is None:
        limits.count_failure()
        return render_template("login.html", wrong=True), 403
    return _opened(found["user_id"], found["id"])


def _opened(user_id: int, key_id: int | None) -> Any:
    how = "key" if key_id is not None else "link"
    try:
        with reading() as connection:
            name = users.get_name(connection, user_id)
        told = Entry(name, user_id, "session", request.remote_addr or "", "session.open", detail={"by": how})
        accounts().audit(told)
        said = accounts().open_session(user_id, key_id)
    except NotFoundError:  # the user was removed since the link was made
        return render_template("login.html", expired=True), 403
    _close()  # the one that this browser had
    session.clear()
    session[SESSION] = said
    session.permanent = True
    return render_template("welcome.html")


@signing_in.post("/logout")
@access("known")
def logout() -> Response:
    """Close the session."""
    asking = caller()
    accounts().audit(Entry(asking.name, asking.user_id, asking.via, asking.origin, "session.close"))
    _close()
    session.clear()
    return redirect("/login", 303)


def _close() -> None:
    said = session.get(SESSION)
    if isinstance(said, str):
        accounts().close_session(said)


@signing_in.post("/logout-everywhere")
@access("known")
def logout_everywhere() -> Response:
    """Close all sessions of whoever asks."""
    asking = caller()
    count = accounts().close_sessions(asking.user_id)
    current_app.extensions["links"].drop(asking.user_id)
    entry = Entry(
        asking.name, asking.user_id, asking.via, asking.origin, "session.close_all", detail={"sessions": count}
    )
    accounts().audit(entry)
    session.clear()
    return redirect("/login", 303)
