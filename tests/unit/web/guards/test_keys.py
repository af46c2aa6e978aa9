"""Keys: what opens, what does not, and what is kept of them."""

import re
import sqlite3
from collections.abc import Callable
from typing import Any

import pytest

from fullautoci.store import database, keys
from tests.unit.web.guards.team import Team


def me(team: Team, value: str) -> int:
    """What comes of a value of the Authorization header."""
    return team.ask("GET", "/api/v1/me", {"Authorization": value}).status_code


def test_a_key_opens_by_its_whole_text_alone(shared_team: Team) -> None:
    text = shared_team.keys["reader"]
    assert re.fullmatch(r"fac_[a-z0-9]{12}_[A-Za-z0-9_-]{43}", text)
    assert me(shared_team, f"Bearer {text}") == 200
    assert me(shared_team, f"bearer {text}") == 200  # the scheme's case does not matter (RFC 9110, 11.1)
    head, secret = text[:17], text[17:]
    other = shared_team.keys["user"]
    wrong = [
        "", "fac_", head, secret, f"{head}{'A' * 43}", f"{head}{secret[:-1]}", f"{head}{secret}A", text.upper(),
        f"{head}{secret[::-1]}", f"{other[:17]}{secret}", f"{head}{other[17:]}", f"{text} {text}", f"{text},{other}",
        f"fac_{'z' * 12}_{secret}", f"{head}' OR '1'='1", f"{head}%", text.replace("_", "-"), "null", "\x80\xff",
    ]  # fmt: skip
    for one in wrong:
        assert me(shared_team, f"Bearer {one}") == 401, one
    for scheme in ("Basic", "Token", "Digest", "", "Bearer:"):
        assert me(shared_team, f"{scheme} {text}") == 401, scheme


def test_a_wrong_key_is_told_so_and_the_cookie_beside_it_does_not_count(team: Team) -> None:
    cookie = team.cookie("admin")
    assert team.ask("GET", "/api/v1/me", {"Cookie": cookie}).json["name"] == "admin"
    refused = team.ask("GET", "/api/v1/me", {"Cookie": cookie, "Authorization": "Bearer fac_no"})
    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="Full Auto CI", error=invalid_token'
    assert refused.json["title"] == "that key opens nothing"
    nothing = team.ask("GET", "/api/v1/me")
    assert nothing.json["title"] == "a key is needed: 'Authorization: Bearer fac_…'"
    assert nothing.headers["WWW-Authenticate"] == 'Bearer realm="Full Auto CI"'
    assert nothing.content_type == "application/problem+json"


def test_the_key_counts_where_a_cookie_comes_too(team: Team) -> None:
    headers = {"Cookie": team.cookie("admin"), **team.bearer("reader")}
    assert team.ask("GET", "/api/v1/me", headers).json["name"] == "reader"


def test_who_a_key_is_for(shared_team: Team) -> None:
    for name, role in (("reader", "read-only"), ("user", "user"), ("stranger", "user"), ("admin", "admin")):
        said = shared_team.ask("GET", "/api/v1/me", shared_team.bearer(name)).json
        assert (said["name"], said["role"], said["via"], said["owner"]) == (name, role, "key", False)


@pytest.fixture
def made(team: Team) -> dict[str, Any]:
    """A key that the reader made for itself."""
    response = team.ask("POST", "/api/v1/keys", team.bearer("reader"), json={"label": "laptop"})
    assert response.status_code == 201
    return dict(response.json)


def test_a_new_key_is_shown_once_and_only_its_digest_is_kept(team: Team, made: dict[str, Any]) -> None:
    assert me(team, f"Bearer {made['key']}") == 200
    secret = made["key"][17:]
    assert secret not in team.ask("GET", f"/api/v1/keys/{made['id']}", team.bearer("reader")).text
    assert secret not in team.ask("GET", "/api/v1/keys", team.bearer("admin")).text
    with sqlite3.connect(team.database) as connection:
        dump = "\n".join(connection.iterdump())
    connection.close()
    assert secret not in dump
    assert keys.digest(secret) in dump
    for name in ("fullautoci.db", "fullautoci.db-wal"):
        assert secret.encode() not in team.database.with_name(name).read_bytes()


def test_a_revoked_key_opens_nothing_nor_do_its_sessions(team: Team, made: dict[str, Any]) -> None:
    team.keys["laptop"] = made["key"]
    cookie = team.cookie("laptop")
    assert team.ask("GET", "/", {"Cookie": cookie}).status_code == 200
    assert team.ask("DELETE", f"/api/v1/keys/{made['id']}", team.bearer("reader")).status_code == 204
    assert me(team, f"Bearer {made['key']}") == 401
    assert team.ask("GET", "/", {"Cookie": cookie}).status_code == 401
    assert me(team, f"Bearer {team.keys['reader']}") == 200
    listed = team.ask("GET", "/api/v1/keys", team.bearer("reader")).json
    assert [one["revoked_at"] is None for one in listed if one["id"] == made["id"]] == [False]


def test_the_last_use_of_a_key_is_kept(team: Team, made: dict[str, Any]) -> None:
    shown: Callable[[], Any] = lambda: team.ask("GET", f"/api/v1/keys/{made['id']}", team.bearer("admin")).json  # noqa: E731
    assert shown()["last_used_at"] is None
    me(team, f"Bearer {made['key']}")
    team.writer.call(lambda db: None)  # what was put off is written now
    first = shown()["last_used_at"]
    assert first is not None
    me(team, f"Bearer {made['key']}")
    team.writer.call(lambda db: None)
    assert shown()["last_used_at"] == first  # to the minute


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("2999-01-01", 201),
        ("2999-01-01T10:00:00Z", 201),
        (None, 201),
        ("2020-01-01", 422),
        ("soon", 422),
        ("", 400),
        (" ", 422),
    ],
)
def test_when_a_key_expires(team: Team, said: str | None, status: int) -> None:
    assert team.ask("POST", "/api/v1/keys", team.bearer("user"), json={"expires_at": said}).status_code == status


def test_keys_of_others_are_for_admins(team: Team) -> None:
    number = team.ids["user"]
    key = team.ask("GET", "/api/v1/keys", team.bearer("user")).json[0]["id"]
    for name in ("reader", "stranger"):
        asked = team.bearer(name)
        assert team.ask("POST", "/api/v1/keys", asked, json={"user": number}).status_code == 403
        assert team.ask("GET", f"/api/v1/keys?user={number}", asked).status_code == 403
        assert team.ask("GET", f"/api/v1/keys/{key}", asked).status_code == 404
        assert team.ask("DELETE", f"/api/v1/keys/{key}", asked).status_code == 404
        assert {one["user"] for one in team.ask("GET", "/api/v1/keys", asked).json} == {name}
    assert me(team, f"Bearer {team.keys['user']}") == 200
    asked = team.bearer("admin")
    assert len({one["user"] for one in team.ask("GET", "/api/v1/keys", asked).json}) > 3
    assert {one["user"] for one in team.ask("GET", f"/api/v1/keys?user={number}", asked).json} == {"user"}
    made = team.ask("POST", "/api/v1/keys", asked, json={"user": number}).json
    assert team.ask("GET", "/api/v1/me", {"Authorization": f"Bearer {made['key']}"}).json["name"] == "user"
    assert team.ask("POST", "/api/v1/keys", asked, json={"user": 999}).status_code == 404
    assert team.ask("DELETE", f"/api/v1/keys/{key}", asked).status_code == 204


def test_a_key_of_nobody_takes_as_long_as_a_wrong_one(shared_team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """That digests are compared in constant time is the standard library's; that it is asked at all, this."""
    seen: list[tuple[object, object]] = []
    real = keys.hmac.compare_digest

    def compared(left: Any, right: Any) -> bool:
        seen.append((left, right))
        return real(left, right)

    monkeypatch.setattr("hmac.compare_digest", compared)
    with database.reading(shared_team.database) as connection:
        for text in (
            shared_team.keys["user"],
            f"{shared_team.keys['user'][:17]}{'A' * 43}",
            f"fac_{'z' * 12}_{'A' * 43}",
            "no",
        ):
            keys.check(connection, text, "2026-01-01T00:00:00Z")
    assert len(seen) == 4
    assert all(len(str(one)) == 64 for pair in seen for one in pair)


def test_a_key_ends_at_its_moment_and_not_after_it(team: Team) -> None:
    made, moment = keys.made(), "2999-01-01T00:00:00.000Z"
    team.writer.call(lambda db: keys.add(db, team.ids["user"], made, "", moment, 1))
    with database.reading(team.database) as connection:
        assert keys.check(connection, made.text, "2998-12-31T23:59:59.999Z") is not None
        assert keys.check(connection, made.text, moment) is None


def test_the_owners_key_is_the_owners(team: Team) -> None:
    text = team.as_owner("POST", "/api/v1/keys", json={"label": "mine"}).json["key"]
    said = team.ask("GET", "/api/v1/me", {"Authorization": f"Bearer {text}"}).json
    assert (said["owner"], said["via"]) == (True, "key")
    assert team.ask("GET", "/api/v1/me", team.bearer("admin")).json["owner"] is False


def test_a_key_is_not_shown_where_values_are(shared_team: Team) -> None:
    made = keys.made()
    assert made.secret not in repr(made)


def test_what_is_not_there_is_told_with_where_to_look(shared_team: Team) -> None:
    asked = shared_team.bearer("admin")
    for noun in ("key", "user"):
        missing = shared_team.ask("GET", f"/api/v1/{noun}s/999", asked).json
        assert missing["title"] == f"there is no such {noun}"
        assert missing["hint"] == f"'fullautoci {noun} list' shows those there are"
        assert shared_team.ask("GET", f"/api/v1/{noun}s/{2**63}", asked).json == missing
        assert shared_team.ask("GET", f"/api/v1/{noun}s/0", asked).json == missing
        assert shared_team.ask("GET", f"/api/v1/{noun}s/1", asked).json["id"] == 1
