"""Other ways to write a path, another method said in a header, numbers that are none: nobody gains a right by them."""

import pytest

from tests.unit.web.guards.team import Team

ADMINS = "/api/v1/users"
WAYS = [
    "//api/v1/users", "/api//v1/users", "/api/v1//users", "/api/v1/users/", "/api/v1/users//", "/api/v1/./users",
    "/api/v1/x/../users", "/api/v1/%2e/users", "/api/v1/x/%2e%2e/users", "/api/v1/%75sers", "/api/v1/users%2f",
    "/api/v1/users;x=1", "/api/v1;x/users", "/api/v1/users%3bx", "/api/v1/users%00", "/api/v1/users%20",
    "/API/v1/users", "/api/V1/users", "/api/v1/Users", "/api\\v1\\users", "/static/../api/v1/users",
    "/static/%2e%2e/api/v1/users", "/static/..%2fapi/v1/users", "/login/../api/v1/users", "/login/..;/api/v1/users",
    "/./api/v1/users", "/api/v1/users%0a", "/api/v1/users.json", "/api/v1/repos/1/../../users",
    "/api/v1/repos/2/../1", "/api/v1/repos/1%2f..%2f2",
]  # fmt: skip
OVERRIDES = [
    "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL",
    "X-Original-Method",
]  # fmt: skip
NUMBERS = [
    "0", "-1", "1e3", "1.0", "+1", "0x1", "%31%32", "9" * 30,
    "9" * 400,
    "999", "1%00", "1%20", "null", "*", "1,2",
]  # fmt: skip


@pytest.mark.parametrize("path", WAYS)
def test_another_way_to_write_a_path_gives_no_right(shared_team: Team, path: str) -> None:
    for name in ("reader", "user", "stranger"):
        answer = shared_team.ask("GET", path, shared_team.bearer(name))
        assert answer.status_code in (403, 404), answer.text
        assert "admin" not in answer.text or answer.status_code == 403
    # Below static files and links are things for anybody, but not these.
    assert shared_team.ask("GET", path).status_code == (404 if path.startswith("/static/") else 401)


def test_static_files_are_not_left(shared_team: Team) -> None:
    for path in (
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "....//app.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..\\app.py",
    ):
        answer = shared_team.ask("GET", f"/static/{path}")
        assert answer.status_code in (401, 404), path
        assert "create_app" not in answer.text


@pytest.mark.parametrize("header", OVERRIDES)
def test_no_header_makes_another_method_or_path(shared_team: Team, header: str) -> None:
    for value in ("DELETE", "PUT", "POST", ADMINS):
        answer = shared_team.ask("GET", "/api/v1/me", {**shared_team.bearer("reader"), header: value})
        assert (answer.status_code, answer.json["name"]) == (200, "reader")
        assert shared_team.ask("GET", ADMINS, {**shared_team.bearer("reader"), header: "/api/v1/me"}).status_code == 403
        refused = shared_team.ask("POST", "/api/v1/repos/1/ratchets", {**shared_team.bearer("reader"), header: value})
        assert refused.status_code == 405


def test_a_query_makes_no_other_method(shared_team: Team) -> None:
    answer = shared_team.ask("GET", "/api/v1/repos?_method=DELETE", shared_team.bearer("admin"))
    assert answer.status_code == 400


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_are_none_name_nothing(shared_team: Team, number: str) -> None:
    for path in ("repos/{}", "runs/{}", "runs/{}/results", "jobs/{}/log", "users/{}", "keys/{}", "repos/{}/commits"):
        answer = shared_team.ask("GET", f"/api/v1/{path.format(number)}", shared_team.bearer("user"))
        assert answer.status_code in (403, 404), answer.text


def test_unknown_paths_are_told_to_those_who_may_ask(shared_team: Team) -> None:
    assert shared_team.ask("GET", "/api/v1/nothing").status_code == 401
    assert shared_team.ask("GET", "/nothing").status_code == 401
    assert shared_team.ask("GET", "/api/v1/nothing", shared_team.bearer("reader")).status_code == 404
    refused = shared_team.ask("POST", "/api/v1/me", shared_team.bearer("reader"))
    assert refused.status_code == 405
    assert set(refused.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}
