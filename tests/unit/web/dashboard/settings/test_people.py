"""One's own account, users, their keys and sessions."""

import re

import pytest

from fullautoci.web.dashboard.forms import _is_list
from fullautoci.web.schemas.users import ChangedUser, NewKey, NewUser
from tests.unit.web.api.reader import HOST
from tests.unit.web.dashboard.handed import post
from tests.unit.web.dashboard.settings.conftest import Site

HOSTILE = "<script>alert(1)</script>\u202e"
_SECRET = re.compile(r'<code class="secret">([^<]+)</code>')


def made_key(site: Site, who: str = "all", **said: object) -> str:
    answer = post(site.reader, "/settings/keys", who, **said)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    (found,) = _SECRET.findall(answer.text)
    return str(found)


def status(site: Site, key: str) -> int:
    client = site.reader.app.test_client(use_cookies=False)
    headers = {"Host": HOST, "Authorization": f"Bearer {key}"}
    return client.get("/api/v1/me", headers=headers, base_url=f"http://{HOST}/").status_code


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("all", ["", "/repositories", "/configuration", "/tools", "/users", "/storage", "/service", "/audit"]),
        ("one", ["", "/repositories", "/configuration", "/tools"]),
    ],
)
def test_sections_that_one_may_not_see_are_not_linked(site: Site, who: str, seen: list[str]) -> None:
    shown = site.reader.ask("/settings", who).text
    nav = shown[shown.index('aria-label="Of the settings"') :]
    assert re.findall(r'<a href="/settings([^"?]*)"', nav[: nav.index("</nav>")]) == seen


def test_a_key_is_shown_once_opens_and_is_revoked(site: Site) -> None:
    key = made_key(site, "one", label=HOSTILE, expires_at="2999-12-31")
    assert status(site, key) == 200
    shown = site.reader.ask("/settings", "one").text
    assert "alert(1)" in shown
    assert "<script>alert" not in shown
    assert "2999-12-31" in shown
    assert key not in shown
    numbers = re.findall(r"/settings/keys/(\d+)/revoke", shown)
    assert len(numbers) == 2, "the one that was made for the test, and this one"
    answer = post(site.reader, f"/settings/keys/{numbers[-1]}/revoke", "one")
    assert (answer.status_code, answer.location) == (303, "/settings")
    assert status(site, key) == 401
    assert HOSTILE[:8] not in site.reader.ask("/settings", "one").text


def test_nobody_revokes_or_makes_what_is_anothers(site: Site) -> None:
    admins = re.findall(r"/settings/keys/(\d+)/revoke", site.reader.ask("/settings").text)
    assert admins
    assert post(site.reader, f"/settings/keys/{admins[0]}/revoke", "one").status_code == 404
    assert post(site.reader, "/settings/keys", "one", user="2").status_code == 403
    assert post(site.reader, "/settings/keys", user="1").status_code == 403, "the owner's are the owner's"


def test_an_end_that_is_over_is_refused(site: Site) -> None:
    assert post(site.reader, "/settings/keys", expires_at="2001-01-01").status_code == 422
    assert post(site.reader, "/settings/keys", nothing="1").status_code == 400


def test_sessions_are_ended_everywhere(site: Site) -> None:
    client = site.reader.app.test_client()
    base, headers = f"http://{HOST}/", {"Host": HOST}
    client.post("/login", data={"key": site.reader.keys["one"]}, headers=headers, base_url=base)
    assert client.get("/settings", headers=headers, base_url=base).status_code == 200
    answer = client.post("/settings/sessions/end", headers=headers, base_url=base)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert client.get_cookie("fullautoci", domain=HOST.partition(":")[0]) is None
    assert client.get("/settings", headers=headers, base_url=base).status_code == 401


def test_a_user_is_added_changed_and_removed(site: Site) -> None:
    answer = post(site.reader, "/settings/users", name="ada", role="read-only", repositories=["1", "2"])
    assert answer.status_code == 303, answer.text
    where = answer.location
    shown = site.reader.ask(where).text
    assert shown.count(" checked") == 2
    assert "<option selected>read-only</option>" in shown
    key = made_key(site, user=where.rpartition("/")[2])
    assert post(site.reader, where, name="ada", role="user", repositories=["", "2"]).location == where
    assert site.reader.ask(where).text.count(" checked") == 1
    assert post(site.reader, where, name="ada", role="user", repositories=[""]).status_code == 303
    shown = site.reader.ask(where).text
    assert " checked" not in shown
    assert "<option selected>user</option>" in shown
    assert post(site.reader, f"{where}/sessions/end").location == where
    assert post(site.reader, f"{where}/remove").location == "/settings/users"
    assert site.reader.ask(where).status_code == 404
    assert status(site, key) == 401


def test_the_owner_is_neither_changed_nor_removed(site: Site) -> None:
    shown = site.reader.ask("/settings/users/1").text
    assert "runs the service" in shown
    assert "Remove" not in shown
    assert post(site.reader, "/settings/users/1/remove").status_code == 409


def test_users_are_shown_part_by_part(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fullautoci.web.dashboard.settings.users.SHOWN", 2)
    first = site.reader.ask("/settings/users").text
    assert "?cursor=2" in first
    assert ">none</a>" not in first
    second = site.reader.ask("/settings/users?cursor=2").text
    assert ">none</a>" in second
    assert 'rel="next"' not in second
    assert site.reader.ask("/settings/users?cursor=x").status_code == 422


def test_without_a_daemon_nothing_is_offered(site: Site) -> None:
    services = site.reader.app.extensions["services"]
    object.__setattr__(services, "actions", None)
    for path in ("/settings", "/settings/users", "/settings/repositories", "/settings/service", "/settings/users/2"):
        shown = site.reader.ask(path)
        assert shown.status_code == 200
        assert '<form method="post"' not in shown.text
        assert 'method="post" action="/settings' not in shown.text


def test_lists_are_known_beside_other_types() -> None:
    assert _is_list(NewUser.model_fields["repositories"].annotation)
    assert _is_list(ChangedUser.model_fields["repositories"].annotation)
    assert not _is_list(ChangedUser.model_fields["name"].annotation)
    assert not _is_list(NewKey.model_fields["expires_at"].annotation)
