"""Sessions: by link or key, once, for as long as they are good."""

import os
import pwd
import sqlite3
import time
from contextlib import closing
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from fullautoci.store import sessions
from fullautoci.web import links
from tests.unit.web.guards.team import HOST, Team


def home(team: Team, cookie: str) -> int:
    """What a browser with a cookie is answered."""
    return team.ask("GET", "/", {"Cookie": cookie}).status_code


def linked(team: Team) -> str:
    """A link, as the owner's command gets it."""
    response = team.as_owner("POST", "/api/v1/login-links")
    assert response.status_code == 201
    return str(response.json["path"])


def cookie_of(response: TestResponse) -> str:
    assert response.status_code == 200
    return response.headers["Set-Cookie"].partition(";")[0]


def test_a_link_opens_the_owners_session_once(team: Team) -> None:
    link = linked(team)
    first = team.ask("GET", link)
    assert home(team, cookie_of(first)) == 200
    assert team.ask("GET", "/api/v1/me", {"Cookie": cookie_of(first)}).json["owner"] is True
    again = team.ask("GET", link)
    assert (again.status_code, again.headers.get("Set-Cookie")) == (403, None)
    assert "used up" in again.text


def test_a_link_is_good_for_a_minute(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    link, late = linked(team), linked(team)
    now = time.monotonic()
    monkeypatch.setattr(links.time, "monotonic", lambda: now + 59)
    assert team.ask("GET", link).status_code == 200
    monkeypatch.setattr(links.time, "monotonic", lambda: now + 61)
    assert team.ask("GET", late).status_code == 403


def test_links_are_kept_as_digests_and_not_without_end(team: Team) -> None:
    tokens = [linked(team).rpartition("/")[2] for _ in range(links.LIMIT + 5)]
    assert all(len(token) == 43 for token in tokens)
    known = team.app.extensions["links"]
    assert not set(tokens) & set(known._open)
    assert len(known._open) <= links.LIMIT + 1
    assert team.ask("GET", f"/login/{tokens[-1]}").status_code == 200
    assert team.ask("GET", f"/login/{tokens[0]}").status_code == 403


def test_links_are_made_at_the_socket_alone(team: Team) -> None:
    for name in ("admin", "user"):
        refused = team.ask("POST", "/api/v1/login-links", team.bearer(name))
        assert refused.status_code == 403
        assert "socket" in refused.json["title"]
    refused = team.ask("POST", "/api/v1/login-links", {"Cookie": team.cookie("admin")})
    assert refused.status_code == 403


@pytest.mark.parametrize(
    "token", ["", "guessed", "x" * 5000, "%00", "..%2f..", "'; DROP TABLE users; --", "\u202e", "%ff%fe"]
)
def test_guessed_links_open_nothing(shared_team: Team, token: str) -> None:
    response = shared_team.ask("GET", f"/login/{quote(token, safe='%')}")
    assert response.status_code in (401, 403, 404)
    assert "Set-Cookie" not in response.headers


def test_a_key_opens_a_session_of_its_user(team: Team) -> None:
    response = team.ask("POST", "/login", data={"key": f"  {team.keys['reader']}\n"})
    said = team.ask("GET", "/api/v1/me", {"Cookie": cookie_of(response)}).json
    assert (said["name"], said["via"]) == ("reader", "session")
    attributes = {part.strip() for part in response.headers["Set-Cookie"].split(";")}
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= attributes
    assert any(part.startswith("Expires=") for part in attributes)  # it outlives the browser
    assert "Secure" not in attributes
    behind = team.ask(
        "POST", "/login", data={"key": team.keys["reader"]}, environ_overrides={"wsgi.url_scheme": "https"}
    )
    assert "Secure" in {part.strip() for part in behind.headers["Set-Cookie"].split(";")}


@pytest.mark.parametrize("said", ["", "no", "revoked", "expired", "removed", "x" * 100_000])
def test_what_is_no_key_opens_no_session(team: Team, said: str) -> None:
    response = team.ask("POST", "/login", data={"key": team.keys.get(said, said)})
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers
    assert "opens nothing" in response.text
    assert team.keys.get(said, "fac_") not in response.text


def test_a_cookie_that_was_changed_opens_nothing(team: Team) -> None:
    cookie = team.cookie("admin")
    name, _, value = cookie.partition("=")
    for place in (0, len(value) // 2, len(value) - 2):
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        assert home(team, f"{name}={changed}") == 401
    signed = team.app.session_interface.get_signing_serializer(team.app)
    assert signed is not None
    for content in ({"s": "guessed"}, {"s": 1}, {"s": None}, {"owner": 1}, {}, {"s": ["x"]}):
        assert home(team, f"{name}={signed.dumps(content)}") == 401


def test_a_cookie_holds_no_digest_and_the_database_no_cookie(team: Team) -> None:
    cookie = team.cookie("admin")
    value = team.app.session_interface.get_signing_serializer(team.app).loads(cookie.partition("=")[2])["s"]  # type: ignore[union-attr]
    with closing(sqlite3.connect(team.database)) as connection:
        dump = "\n".join(connection.iterdump())
    assert value not in dump
    assert sessions.digest(value) in dump


def test_logging_out_ends_this_session_alone(team: Team) -> None:
    one, other = team.cookie("user"), team.cookie("user")
    assert team.ask("POST", "/logout", {"Cookie": one}).status_code == 303
    assert (home(team, one), home(team, other)) == (401, 200)


def test_logging_out_everywhere_ends_all_of_ones_own(team: Team) -> None:
    one, other, admin = team.cookie("user"), team.cookie("user"), team.cookie("admin")
    assert team.ask("POST", "/logout-everywhere", {"Cookie": one}).status_code == 303
    assert (home(team, one), home(team, other), home(team, admin)) == (401, 401, 200)
    cookie = team.cookie("user")
    assert team.ask("DELETE", "/api/v1/me/sessions", team.bearer("user")).json == {"closed": 1}
    assert home(team, cookie) == 401
    assert team.ask("GET", "/api/v1/me", team.bearer("user")).status_code == 200  # keys stay


def test_an_epoch_ends_sessions_whose_rows_are_still_there(team: Team) -> None:
    cookie = team.cookie("user")
    team.writer.call(lambda db: db.execute("UPDATE users SET epoch = epoch + 1 WHERE name = 'user'"))
    assert home(team, cookie) == 401


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sessions SET expires_at = '2020-01-01T00:00:00Z'",
        "UPDATE users SET removed_at = '2020-01-01T00:00:00Z' WHERE name = 'user'",
        "UPDATE keys SET revoked_at = '2020-01-01T00:00:00Z'",
        "UPDATE keys SET expires_at = '2020-01-01T00:00:00Z'",
        "DELETE FROM sessions",
    ],
)
def test_a_session_ends_with_what_it_stands_on(team: Team, change: str) -> None:
    cookie = team.cookie("user")
    assert home(team, cookie) == 200
    team.writer.call(lambda db: db.execute(change))
    assert home(team, cookie) == 401


def test_a_lowered_role_ends_sessions_and_counts_at_once_for_keys(team: Team) -> None:
    cookie = team.cookie("user")
    number = team.ids["user"]
    assert (
        team.ask("PUT", f"/api/v1/users/{number}", team.bearer("admin"), json={"role": "read-only"}).status_code == 200
    )
    assert home(team, cookie) == 401
    assert team.ask("POST", "/api/v1/repos/1/scan", team.bearer("user")).status_code == 403
    assert home(team, team.cookie("user")) == 200
    renamed = team.cookie("user")
    assert team.ask("PUT", f"/api/v1/users/{number}", team.bearer("admin"), json={"name": "other"}).status_code == 200
    assert home(team, renamed) == 200


def test_a_removed_user_is_nobody_at_once(team: Team) -> None:
    cookie, number = team.cookie("user"), team.ids["user"]
    assert team.ask("DELETE", f"/api/v1/users/{number}", team.bearer("admin")).status_code == 204
    assert home(team, cookie) == 401
    assert team.ask("GET", "/api/v1/me", team.bearer("user")).status_code == 401
    assert team.ask("POST", "/login", data={"key": team.keys["user"]}).status_code == 403
    made = team.ask("POST", "/api/v1/users", team.bearer("admin"), json={"name": "user"})
    assert made.status_code == 201
    assert made.json["id"] != number
    assert team.ask("GET", "/api/v1/me", team.bearer("user")).status_code == 401


def test_a_link_for_a_user_who_went_opens_nothing(team: Team) -> None:
    token = team.app.extensions["links"].issue(team.ids["user"])
    team.accounts.remove_user(1, team.ids["user"])
    response = team.ask("GET", f"/login/{token}")
    assert (response.status_code, response.headers.get("Set-Cookie")) == (403, None)
    assert "This link is used up" in response.text


def test_a_session_is_not_carried_over_to_who_logs_in_next(team: Team) -> None:
    before = team.cookie("reader")
    response = team.ask("POST", "/login", {"Cookie": before}, data={"key": team.keys["admin"]})
    after = cookie_of(response)
    assert after != before
    assert team.ask("GET", "/api/v1/me", {"Cookie": after}).json["name"] == "admin"


def test_a_page_of_ours_says_nothing_of_where_one_came_from(team: Team) -> None:
    response = team.ask("GET", linked(team))
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["Cache-Control"] == "no-store"
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert HOST not in policy


def test_other_users_of_this_machine_are_whom_the_configuration_says(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = 65534
    assert team.ask("GET", "/api/v1/me", uid=uid).status_code == 403
    name = pwd.getpwuid(uid).pw_name
    team.peers[name] = "reader"
    said = team.ask("GET", "/api/v1/me", uid=uid).json
    assert (said["name"], said["role"], said["via"], said["owner"]) == ("reader", "read-only", "socket", False)
    assert team.ask("GET", "/api/v1/repos/2", uid=uid).status_code == 404
    assert team.ask("POST", "/api/v1/repos/1/scan", uid=uid).status_code == 403
    assert team.ask("POST", "/api/v1/events", uid=uid).status_code == 403
    team.peers[name] = "admin"
    assert team.ask("POST", "/api/v1/events", uid=uid).status_code == 403  # an admin, and not whoever runs the daemon
    assert team.ask("GET", "/api/v1/users", uid=uid).status_code == 200
    assert len(team.ask("GET", "/api/v1/repos", uid=uid).json) == 2, "admins see all, assigned or not"
    for nobody in ("nobody-here", "removed", "root"):
        team.peers[name] = nobody
        assert team.ask("GET", "/api/v1/me", uid=uid).status_code == 403
    assert team.ask("GET", "/api/v1/me", uid=0).json["owner"] is True
    monkeypatch.setattr(os, "getuid", lambda: 1234)
    assert team.ask("GET", "/api/v1/me", uid=1234).json["owner"] is True
    assert team.ask("GET", "/api/v1/me", uid=0).json["owner"] is True
    assert team.ask("GET", "/api/v1/me", uid=-1).status_code == 403
