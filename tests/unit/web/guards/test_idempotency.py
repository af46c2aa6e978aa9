"""The same POST twice is done once."""

import threading
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.unit.web.guards.team import Team


def post(team: Team, key: str, body: Any, name: str = "admin", path: str = "/api/v1/users") -> TestResponse:
    """A POST with a key of the caller's own."""
    return team.ask("POST", path, {**team.bearer(name), "Idempotency-Key": key}, json=body)


def test_the_second_is_answered_as_the_first_and_changes_nothing(team: Team) -> None:
    first, second = (post(team, "k-1", {"name": "ann"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json == second.json
    assert (first.headers.get("Idempotency-Replayed"), second.headers["Idempotency-Replayed"]) == (None, "true")
    names = [one["name"] for one in team.ask("GET", "/api/v1/users", team.bearer("admin")).json]
    assert names.count("ann") == 1


def test_another_request_with_the_same_key_is_refused(team: Team) -> None:
    post(team, "k-1", {"name": "ann"})
    assert post(team, "k-1", {"name": "bob"}).status_code == 422
    assert post(team, "k-1", {"name": "ann"}, path="/api/v1/keys").status_code == 400
    assert post(team, "k-1", {}, path="/api/v1/keys").status_code == 422
    assert post(team, "k-2", {"name": "bob"}).status_code == 201


def test_keys_are_each_callers_own(team: Team) -> None:
    made = post(team, "k", {"label": "a"}, path="/api/v1/keys")
    other = post(team, "k", {"label": "a"}, name="reader", path="/api/v1/keys")
    assert (made.json["user"], other.json["user"]) == ("admin", "reader")
    for name in ("admin", "reader"):
        headers = {"Cookie": team.cookie(name), "Idempotency-Key": "k"}
        assert team.ask("POST", "/api/v1/keys", headers, json={"label": "a"}).json["user"] == name


def test_what_was_refused_may_be_tried_again(team: Team) -> None:
    assert post(team, "k", {"name": "admin"}).status_code == 409
    assert post(team, "k", {"name": "ann"}).status_code == 201


def test_a_secret_is_not_shown_again(team: Team) -> None:
    made = post(team, "k", {"label": "a"}, path="/api/v1/keys")
    again = post(team, "k", {"label": "a"}, path="/api/v1/keys")
    assert (made.status_code, again.status_code) == (201, 409)
    assert made.json["key"] not in again.text
    listed = team.ask("GET", f"/api/v1/keys?user={team.ids['admin']}", team.bearer("admin"))
    assert len(listed.json) == 4


@pytest.mark.parametrize("key", ["", "x" * 256, "a b", "\xe4"])
def test_a_key_that_is_none(shared_team: Team, key: str) -> None:
    assert post(shared_team, key, {"name": "z"}).status_code == 400


def test_a_day_later_it_is_another_request(team: Team) -> None:
    post(team, "k", {"name": "ann"})
    team.writer.call(lambda db: db.execute("UPDATE answers SET at = '2020-01-01T00:00:00Z'"))
    assert post(team, "k", {"name": "bob"}).status_code == 201
    rows = team.writer.call(lambda db: db.execute("SELECT count(*) FROM answers").fetchone())
    assert rows == (1,)


def test_twenty_at_once_do_one_thing(team: Team) -> None:
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(post(team, "once", {"name": "ann"}).status_code))
        for _ in range(20)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert set(answers) <= {201, 409}
    assert 201 in answers
    trail = team.ask("GET", "/api/v1/audit?action=user.add", team.bearer("admin")).json
    assert len(trail) == 1


def test_other_methods_take_no_notice(team: Team) -> None:
    headers = {**team.bearer("admin"), "Idempotency-Key": "k"}
    path = f"/api/v1/users/{team.ids['user']}"
    for name in ("one", "two"):
        assert team.ask("PUT", path, headers, json={"name": name}).json["name"] == name
