"""What lasts, and what does not: rights that are gone, keys that others know, repositories that are watched no more."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from fullautoci.errors import ForbiddenError
from fullautoci.store import keys, repositories
from fullautoci.text import iso
from tests.unit.web.guards.team import Team


def test_keys_of_the_owner_are_the_owners_to_make(team: Team) -> None:
    assert team.ask("POST", "/api/v1/keys", team.bearer("admin"), json={"user": 1}).status_code == 403
    assert team.as_owner("POST", "/api/v1/keys", json={"user": 1}).status_code == 201


def test_what_a_removed_admin_has_seen_opens_nothing(team: Team) -> None:
    made = team.ask("POST", "/api/v1/keys", team.bearer("admin"), json={"user": team.ids["user"]}).json
    header = {"Authorization": f"Bearer {made['key']}"}
    assert team.ask("GET", "/api/v1/me", header).json["name"] == "user"
    team.as_owner("DELETE", f"/api/v1/users/{team.ids['admin']}")
    assert team.ask("GET", "/api/v1/me", header).status_code == 401
    assert team.ask("GET", "/api/v1/me", team.bearer("user")).status_code == 200


def test_rights_are_asked_for_again_in_the_turn_that_writes(team: Team) -> None:
    removed, user = team.ids["removed"], team.ids["user"]
    for change in (
        lambda: team.accounts.add_user(removed, "x", "admin", []),
        lambda: team.accounts.update_user(user, user, name=None, role="admin", repositories=None),
        lambda: team.accounts.remove_user(user, team.ids["reader"]),
        lambda: team.accounts.add_key(removed, removed, "", None),
        lambda: team.accounts.add_key(user, team.ids["reader"], "", None),
    ):
        with pytest.raises(ForbiddenError, match="may not do that any more"):
            change()


def test_two_admins_cannot_remove_each_other(team: Team) -> None:
    other = team.accounts.add_user(1, "other", "admin", [])
    team.keys["other"] = team.accounts.add_key(1, other, "", None)[1]
    answers: list[int] = []
    pairs = [("admin", other), ("other", team.ids["admin"])]
    threads = [
        threading.Thread(
            target=lambda who=who, whom=whom: answers.append(
                team.ask("DELETE", f"/api/v1/users/{whom}", team.bearer(who)).status_code
            )
        )
        for who, whom in pairs
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) in ([204, 401], [204, 403])


def test_a_user_has_no_more_keys_than_there_may_be(team: Team) -> None:
    made = [team.ask("POST", "/api/v1/keys", team.bearer("reader"), json={}).status_code for _ in range(keys.LIMIT)]
    assert made == [201] * (keys.LIMIT - 1) + [409]
    first = team.ask("GET", "/api/v1/keys", team.bearer("reader")).json[-1]["id"]
    team.ask("DELETE", f"/api/v1/keys/{first}", team.bearer("reader"))
    assert team.ask("POST", "/api/v1/keys", team.bearer("reader"), json={}).status_code == 201


def test_a_key_made_with_a_key_is_good_for_no_longer(team: Team) -> None:
    soon = iso(datetime.now(UTC) + timedelta(hours=1))
    short = team.ask("POST", "/api/v1/keys", team.bearer("user"), json={"expires_at": soon}).json
    team.keys["short"] = short["key"]
    for headers in (team.bearer("short"), {"Cookie": team.cookie("short")}):
        for body in ({}, {"expires_at": "2999-01-01"}):
            assert team.ask("POST", "/api/v1/keys", headers, json=body).json["expires_at"] == short["expires_at"]
        sooner = iso(datetime.now(UTC) + timedelta(minutes=1))
        made = team.ask("POST", "/api/v1/keys", headers, json={"expires_at": sooner}).json
        assert made["expires_at"] == sooner
    assert team.ask("POST", "/api/v1/keys", team.bearer("user"), json={}).json["expires_at"] is None


def test_a_repository_that_is_watched_no_more_is_seen_by_none_and_assigned_to_none(team: Team) -> None:
    badge = team.accounts.add_badge(1)
    assert team.ask("GET", f"/badges/{badge}/build.svg").status_code == 200
    team.writer.call(lambda db: repositories.remove(db, 1))
    for path in ("repos/1", "runs/1", "runs/1/results", "jobs/1", "jobs/1/log", "repos/1/commits"):
        assert team.ask("GET", f"/api/v1/{path}", team.bearer("user")).status_code == 404, path
    assert team.ask("GET", f"/badges/{badge}/build.svg").status_code == 404
    team.writer.call(
        lambda db: repositories.add(db, name="r1", path="/nowhere/1/.git", worktree=None, kind="working", refs={})
    )
    assert team.ask("GET", "/api/v1/repos", team.bearer("user")).json == []
    assert team.ask("GET", f"/badges/{badge}/build.svg").status_code == 404


def test_what_is_the_owners_on_disk_is_for_admins(team: Team) -> None:
    for body in ({"dirty": True}, {"worktree": "/etc"}, {"dirty": True, "worktree": "/root"}):
        refused = team.ask("POST", "/api/v1/trigger/1", team.bearer("user"), json=body)
        assert refused.status_code == 403
        assert team.ask("POST", "/api/v1/trigger/1", team.bearer("admin"), json=body).status_code == 503


@pytest.mark.parametrize("body", [{"revisions": ["HEAD"] * 51}, {"tools": ["x"] * 51}, {"revisions": []}])
def test_no_request_asks_for_more_than_can_be_done_at_once(shared_team: Team, body: dict[str, list[str]]) -> None:
    assert shared_team.ask("POST", "/api/v1/trigger/1", shared_team.bearer("user"), json=body).status_code == 400


def test_whoever_only_looks_at_a_link_uses_it_not_up(team: Team) -> None:
    link = team.as_owner("POST", "/api/v1/login-links").json["path"]
    assert team.ask("HEAD", link).status_code == 200
    assert team.ask("GET", link).status_code == 200


def test_ending_all_sessions_ends_links_that_would_open_others(team: Team) -> None:
    token = team.app.extensions["links"].issue(team.ids["user"])
    team.ask("DELETE", f"/api/v1/users/{team.ids['user']}/sessions", team.bearer("admin"))
    assert team.ask("GET", f"/login/{token}").status_code == 403


def test_the_session_that_a_browser_had_ends_with_the_next(team: Team) -> None:
    before = team.cookie("reader")
    assert team.ask("POST", "/login", {"Cookie": before}, data={"key": team.keys["user"]}).status_code == 200
    assert team.ask("GET", "/", {"Cookie": before}).status_code == 401


def test_what_was_begun_and_never_ended_stays_on_the_trail(team: Team) -> None:
    """As where the daemon is killed between the entry and the change, or between the change and its end."""
    entry = team.accounts.audit_begun
    team.ask("POST", "/api/v1/users", team.bearer("admin"), json={"name": "ann"})
    before = team.ask("GET", "/api/v1/audit", team.bearer("admin")).json
    assert [(one["action"], one["done"]) for one in before] == [("user.add", True)]
    from fullautoci.store.audit import Entry

    entry(Entry("admin", 1, "key", "127.0.0.1", "user.add"))
    told = team.ask("GET", "/api/v1/audit", team.bearer("admin")).json[0]
    assert (told["action"], told["done"]) == ("user.add", False)


def test_prometheus_is_told_as_programs_are(shared_team: Team) -> None:
    refused = shared_team.ask("GET", "/metrics")
    assert (refused.status_code, refused.content_type) == (401, "application/problem+json")
    assert "WWW-Authenticate" in refused.headers
    assert shared_team.ask("GET", "/metrics", shared_team.bearer("reader")).status_code == 200


def test_a_cursor_of_half_a_letter_is_none(shared_team: Team) -> None:
    import base64
    import json

    half = base64.urlsafe_b64encode(json.dumps(["x", '["newest","\ud800"]']).encode()).decode().rstrip("=")
    for path in ("runs", "events", "jobs", "repos/1/tests", "repos/1/findings", "repos/1/commits", "repos/1/feed.json"):
        answer = shared_team.ask("GET", f"/api/v1/{path}?cursor={half}", shared_team.bearer("reader"))
        assert answer.status_code == 422, path
