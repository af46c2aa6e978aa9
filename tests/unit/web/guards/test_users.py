"""Users through the API: made, changed, removed, and what is told of them."""

from typing import Any

import pytest

from fullautoci.errors import UsageError
from tests.unit.web.guards.team import Team


def test_the_owner_is_the_first_user_and_stays_an_admin(team: Team) -> None:
    asked = team.bearer("admin")
    first = team.ask("GET", "/api/v1/users", asked).json[0]
    assert (first["id"], first["role"], first["owner"]) == (1, "admin", True)
    for name, method, body in (("role", "PUT", {"role": "user"}), ("remove", "DELETE", None)):
        refused = team.ask(method, "/api/v1/users/1", asked, **({"json": body} if body else {}))
        assert refused.status_code == 409, name
        assert "last admin" in refused.json["hint"]
        assert "runs the daemon" in refused.json["title"]
    for method, path in (("PUT", "/api/v1/users/1"), ("DELETE", "/api/v1/users/1/sessions")):
        refused = team.ask(method, path, asked, **({"json": {"name": "x", "role": "admin"}} if method == "PUT" else {}))
        assert refused.status_code == 403
    assert team.as_owner("PUT", "/api/v1/users/1", json={"name": "boss", "role": "admin"}).json["name"] == "boss"
    assert team.as_owner("GET", "/api/v1/me").json["role"] == "admin"


def test_a_user_is_made_changed_and_removed(team: Team) -> None:
    asked = team.bearer("admin")
    made = team.ask("POST", "/api/v1/users", asked, json={"name": "ann.b-c@d", "repositories": [2, 1, 2]})
    assert (made.status_code, made.json["role"], made.json["repositories"]) == (201, "user", [1, 2])
    path = f"/api/v1/users/{made.json['id']}"
    changed = team.ask("PUT", path, asked, json={"role": "read-only", "repositories": []}).json
    assert (changed["role"], changed["repositories"], changed["name"]) == ("read-only", [], "ann.b-c@d")
    assert team.ask("PUT", path, asked, json={}).json == changed
    assert team.ask("PUT", path, asked, json={"name": "ANN.b-c@d"}).json["name"] == "ANN.b-c@d"
    assert team.ask("PUT", path, asked, json={"name": "Admin"}).status_code == 409
    team.ask("PUT", path, asked, json={"name": "ann.b-c@d"})
    assert team.ask("GET", path, asked).json == changed
    assert team.ask("DELETE", path, asked).status_code == 204
    for method in ("GET", "PUT", "DELETE"):
        for gone in (path, f"/api/v1/users/{2**63}"):
            missing = team.ask(method, gone, asked, **({"json": {"role": "user"}} if method == "PUT" else {}))
            assert (missing.status_code, missing.json["title"]) == (404, "there is no such user")
            assert missing.json["hint"] == "'fullautoci user list' shows those there are"


@pytest.mark.parametrize("name", ["", "-x", "a b", "x" * 65, "a\n", "\u0430"])
def test_a_name_that_is_none_gets_into_no_database(team: Team, name: str) -> None:
    with pytest.raises(UsageError, match="is no user name") as told:
        team.accounts.add_user(1, name, "user", [])
    assert "letters, digits" in told.value.hint
    assert "\n" not in told.value.message
    assert len(told.value.message) < 110


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400), ({"name": ""}, 400), ({"name": "-x"}, 400), ({"name": "a b"}, 400), ({"name": "a" * 65}, 400),
        ({"name": "\u0430dmin"}, 400), ({"name": "x\n"}, 400), ({"name": "x", "role": "owner"}, 400),
        ({"name": "x", "role": None}, 400), ({"name": "x", "repositories": [0]}, 400),
        ({"name": "x", "repositories": ["1"]}, 400), ({"name": "x", "repositories": [True]}, 400),
        ({"name": "x", "repositories": [99]}, 404), ({"name": "x", "owner": True}, 400), ({"name": 7}, 400),
        ({"name": "admin"}, 409), ({"name": "ADMIN"}, 409), ({"name": "x", "repositories": [2**60]}, 400),
    ],
)  # fmt: skip
def test_what_no_user_is_made_of(shared_team: Team, body: dict[str, Any], status: int) -> None:
    asked = shared_team.bearer("admin")
    before = shared_team.ask("GET", "/api/v1/users", asked).json
    refused = shared_team.ask("POST", "/api/v1/users", asked, json=body)
    assert refused.status_code == status
    assert refused.json["title"]
    assert shared_team.ask("GET", "/api/v1/users", asked).json == before


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"{", "application/json", 400), (b"[]", "application/json", 400), (b"null", "application/json", 400),
        (b'{"name": NaN}', "application/json", 400), (b"[" * 100_000, "application/json", 400),
        (b'{"name": "\\ud800"}', "application/json", 400), (b"\xff\xfe", "application/json", 400),
        (b'{"name": "x"}', "text/plain", 415), (b"name=x", "application/x-www-form-urlencoded", 415),
        (b'{"name": "x"}', "", 415), (b"", "application/json", 400), (b"x" * 9_000_000, "application/json", 413),
    ],
    ids=range(12),
)  # fmt: skip
def test_a_body_that_is_none(shared_team: Team, raw: bytes, kind: str, status: int) -> None:
    headers = {**shared_team.bearer("admin"), "Content-Type": kind}
    assert shared_team.ask("POST", "/api/v1/users", headers, data=raw).status_code == status


def test_a_user_sees_what_was_assigned_at_once(team: Team) -> None:
    asked, number = team.bearer("admin"), team.ids["stranger"]
    assert team.ask("GET", "/api/v1/repos", team.bearer("stranger")).json == []
    assert team.ask("GET", "/api/v1/runs", team.bearer("stranger")).json == []
    team.ask("PUT", f"/api/v1/users/{number}", asked, json={"repositories": [2]})
    assert [one["id"] for one in team.ask("GET", "/api/v1/repos", team.bearer("stranger")).json] == [2]
    assert [one["repository_id"] for one in team.ask("GET", "/api/v1/runs", team.bearer("stranger")).json] == [2]
    assert team.ask("GET", "/api/v1/runs?repository=1", team.bearer("stranger")).status_code == 404
    assert team.ask("GET", "/api/v1/config?repository=1", team.bearer("stranger")).status_code == 503
    assert {one["id"] for one in team.ask("GET", "/api/v1/repos", asked).json} == {1, 2}


def test_who_may_read_a_user(shared_team: Team) -> None:
    own = shared_team.ids["reader"]
    assert shared_team.ask("GET", f"/api/v1/users/{own}", shared_team.bearer("reader")).json["name"] == "reader"
    for other in (1, shared_team.ids["user"], 999):
        assert shared_team.ask("GET", f"/api/v1/users/{other}", shared_team.bearer("reader")).status_code == 403


def test_listings_go_on_where_they_said(shared_team: Team) -> None:
    asked, seen, path = shared_team.bearer("admin"), [], "/api/v1/users?limit=2"
    whole = shared_team.ask("GET", "/api/v1/users", asked)
    assert "Link" not in whole.headers
    for _ in range(20):
        part = shared_team.ask("GET", path, asked)
        seen += part.json
        link = part.headers.get("Link")
        if link is None:
            break
        assert link.endswith('; rel="next"')
        path = link[1 : link.index(">")]
        assert "limit=2" in path
    assert seen == whole.json
    for cursor in ("x", "-1", "1" * 30, "1.5", "%00"):
        assert shared_team.ask("GET", f"/api/v1/users?cursor={cursor}", asked).status_code == 422


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=-1", "limit=501", "limit=x", "limit=1&limit=2", "limit=", "page=1", "LIMIT=1"]
)
def test_a_query_that_is_not_as_described(shared_team: Team, query: str) -> None:
    refused = shared_team.ask("GET", f"/api/v1/users?{query}", shared_team.bearer("admin"))
    assert (refused.status_code, refused.json["type"]) == (400, "urn:fullautoci:usage")
