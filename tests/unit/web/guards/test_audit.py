"""Every change is on the trail: who, what, when, and from where; and no secret is."""

import os
import pwd
from typing import Any

import pytest

from tests.unit.web.guards.team import Team
from tests.unit.web.guards.test_matrix import UNSAFE, declared

# Changes nothing that outlasts it, or is written down elsewhere.
UNTOLD = {
    ("POST", "/api/v1/repos/<int:identifier>/scan"), ("POST", "/repos/<int:identifier>/scan"),
    ("POST", "/api/v1/events"),
}  # fmt: skip
# They write their entries themselves, or are forms that say themselves which operation of the API they do.
PAGES = {
    ("POST", "/login"), ("POST", "/logout"), ("POST", "/logout-everywhere"), ("POST", "/settings/configuration"),
    ("POST", "/settings/configuration/unset"), ("POST", "/settings/storage/prune"),
}  # fmt: skip


def trail(team: Team, **query: Any) -> list[dict[str, Any]]:
    """The trail, the newest first."""
    return list(team.ask("GET", "/api/v1/audit", team.bearer("admin"), query_string=query).json)


def test_every_operation_that_changes_something_says_what_the_trail_calls_it(shared_team: Team) -> None:
    untold = set()
    for rule in shared_team.app.url_map.iter_rules():
        declaration = getattr(shared_team.app.view_functions[rule.endpoint], "operation", None)
        for method in (rule.methods or set()) & set(UNSAFE):
            if (declaration is None or not declaration.audit) and (method, rule.rule) in declared():
                untold.add((method, rule.rule))
    assert untold == UNTOLD | PAGES


def test_what_was_done_is_told(team: Team) -> None:
    asked = {**team.bearer("admin")}
    number = team.ask("POST", "/api/v1/users", asked, json={"name": "ann", "repositories": [1]}).json["id"]
    team.ask("PUT", f"/api/v1/users/{number}", asked, json={"role": "admin"})
    key = team.as_owner("POST", "/api/v1/keys", json={"user": number, "label": "l"}).json
    team.ask("DELETE", f"/api/v1/keys/{key['id']}", asked)
    team.ask("DELETE", f"/api/v1/users/{number}", asked)
    team.ask("POST", "/login", data={"key": team.keys["reader"]})
    found = trail(team)
    assert [(one["actor"], one["via"], one["action"], one["target"]) for one in found] == [
        ("reader", "session", "session.open", ""),
        ("admin", "key", "user.remove", "ann"),
        ("admin", "key", "key.revoke", key["public"]),
        (found[3]["actor"], "socket", "key.add", key["public"]),
        ("admin", "key", "user.update", "ann"),
        ("admin", "key", "user.add", "ann"),
    ]
    assert found[5]["detail"] == {"user": number, "role": "user", "repositories": [1]}
    assert found[4]["detail"] == {"user": number, "role": "admin"}
    assert (found[5]["origin"], found[5]["user_id"]) == ("127.0.0.1", team.ids["admin"])
    assert found[3]["origin"].startswith("uid ")
    assert all(one["at"].startswith("20") for one in found)
    assert key["key"][17:] not in str(found)


@pytest.mark.parametrize("name", ["reader", "revoked"])
def test_what_was_refused_is_not(team: Team, name: str) -> None:
    before = trail(team)
    team.ask("POST", "/api/v1/users", team.bearer(name), json={"name": "ann"})
    team.ask("POST", "/api/v1/users", team.bearer("admin"), json={"name": "admin"})
    team.ask("POST", "/api/v1/users", team.bearer("admin"), json={"name": ""})
    assert trail(team) == before


def test_the_trail_is_looked_through(team: Team) -> None:
    asked = team.bearer("admin")
    for name in ("a", "b", "c"):
        team.ask("POST", "/api/v1/users", asked, json={"name": name})
    team.ask("POST", "/api/v1/keys", team.bearer("user"), json={})
    assert [one["target"] for one in trail(team, action="user.add")] == ["c", "b", "a"]
    assert [one["target"] for one in trail(team, action="user")] == ["c", "b", "a"]
    assert [one["action"] for one in trail(team, actor="user")] == ["key.add"]
    assert trail(team, action="use") == []
    assert trail(team, repository=1) == []
    first = team.ask("GET", "/api/v1/audit?limit=2&action=user", asked)
    path = first.headers["Link"][1 : first.headers["Link"].index(">")]
    assert [one["target"] for one in [*first.json, *team.ask("GET", path, asked).json]] == ["c", "b", "a"]


def test_the_trail_outlives_its_users(team: Team) -> None:
    team.ask("POST", "/api/v1/keys", team.bearer("user"), json={})
    team.accounts.remove_user(1, team.ids["user"])
    assert [(one["actor"], one["user_id"]) for one in trail(team)] == [("user", team.ids["user"])]


def test_how_a_session_was_opened_and_ended_is_told(team: Team) -> None:
    link = team.as_owner("POST", "/api/v1/login-links").json["path"]
    team.ask("GET", link)
    cookie = team.cookie("user")
    team.ask("POST", "/logout-everywhere", {"Cookie": cookie})
    closed, by_key, by_link, issued = trail(team)
    user = team.ids["user"]
    assert (closed["action"], closed["actor"], closed["detail"]) == ("session.close_all", "user", {"sessions": 1})
    assert (by_key["user_id"], by_key["detail"], by_key["origin"]) == (user, {"by": "key"}, "127.0.0.1")
    assert (by_link["user_id"], by_link["detail"]) == (1, {"by": "link"})
    assert issued["action"] == "session.link"
    assert link not in str(trail(team))


def test_other_users_of_this_machine_are_told_by_their_names_here(team: Team) -> None:
    uid = 65534
    team.peers[pwd.getpwuid(uid).pw_name] = "reader"
    headers = {"Idempotency-Key": "k"}
    made = [team.ask("POST", "/api/v1/keys", headers, uid=one, json={}).status_code for one in (uid, uid, os.getuid())]
    assert made == [201, 409, 201]  # of the owner it is another request
    owner, other = trail(team)
    assert (other["actor"], other["via"], other["origin"]) == ("reader", "socket", f"uid {uid}")
    assert (owner["actor"], owner["origin"]) == (pwd.getpwuid(os.getuid()).pw_name, f"uid {os.getuid()}")
