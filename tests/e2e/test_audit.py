"""The audit trail: every change by command and API, with who, what, when and from where."""

import os
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from fullautoci.client import SocketTransport
from fullautoci.errors import FullAutoCIError
from fullautoci.web.callers import login_name
from tests.support.home import Home
from tests.support.team import Member, Team


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """One service for all of these tests."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        home = Home(Path(folder) / "h")
        home.env |= {"HOME": folder}
        made = Team(home, tmp_path_factory.mktemp("team"))
        yield made
        made.close()
        home.close()


@pytest.fixture(scope="module")
def admin(team: Team) -> Member:
    return team.member("ann", "admin")


def newest(team: Team) -> dict[str, Any]:
    found = team.home.json("audit", "--limit", "1")
    return dict(found[0])


SETTING = "tools.pylint.timeout"
CHANGES: dict[str, tuple[str, Callable[[Any, Team], object], str]] = {
    "user.add": ("user.add", lambda api, team: api.add_user("new"), "new"),
    "user.update": ("user.update", lambda api, team: api.update_user(_user(api, "new"), role="read-only"), "new"),
    "user.remove": ("user.remove", lambda api, team: api.remove_user(_user(api, "new")), "new"),
    "key.add": ("key.add", lambda api, team: api.add_key(label="of-a-test"), ""),
    "key.revoke": ("key.revoke", lambda api, team: api.revoke_key(_key(api)), ""),
    "sessions": ("session.close_all", lambda api, team: api.close_sessions(), ""),
    "trigger": ("run.trigger", lambda api, team: api.trigger(team.number("ours"), {"revisions": ["HEAD"]}), "ours"),
    "rerun": ("run.rerun", lambda api, team: api.rerun(1), "1"),
    "backfill": ("run.cancel_backfill", lambda api, team: api.cancel_backfill(team.number("ours")), "ours"),
    "pause": ("service.pause", lambda api, team: api.pause("backfill", 60), "backfill"),
    "resume": ("service.resume", lambda api, team: api.resume(), ""),
    "prune": ("service.prune", lambda api, team: api.prune(dry_run=True), ""),
    "configure": (
        "config.set",
        lambda api, team: api.configure(SETTING, "9m", team.number("ours")),
        SETTING,
    ),
    "unconfigure": (
        "config.unset",
        lambda api, team: api.unconfigure(SETTING, team.number("ours")),
        SETTING,
    ),
    "bring": ("bring.allow", lambda api, team: api.allow_bring(team.number("ours"), [".env"]), "ours"),
    "bring.revoke": ("bring.revoke", lambda api, team: api.revoke_bring(team.number("ours"), [".env"]), "ours"),
    "forgive": ("flaky.forgive", lambda api, team: api.forgive(team.number("ours"), "x"), "x"),
    "unregister": ("repository.remove", lambda api, team: api.unregister(team.number("theirs")), "theirs"),
    "register": ("repository.add", lambda api, team: api.register(team.theirs.path, "theirs"), "theirs"),
}


def _user(api: Any, name: str) -> int:
    return next(int(one["id"]) for one in api.users() if one["name"] == name)


def _key(api: Any) -> int:
    return next(int(one["id"]) for one in list(api.keys()) if one["label"] == "of-a-test" and not one["revoked_at"])


@pytest.mark.parametrize("via", ["key", "socket"])
def test_every_change_is_told_with_who_and_from_where(via: str, team: Team, admin: Member) -> None:
    api = admin.client if via == "key" else team.home.api()
    who, origin = ("ann", "127.0.0.1") if via == "key" else (login_name(os.getuid()), f"uid {os.getuid()}")
    for name, (action, change, target) in CHANGES.items():
        began = datetime.now(UTC) - timedelta(seconds=1)
        change(api, team)
        found = newest(team)
        assert (name, found["action"], found["via"], found["actor"], found["origin"]) == (
            name,
            action,
            via,
            who,
            origin,
        )
        assert began <= datetime.fromisoformat(found["at"]) <= datetime.now(UTC) + timedelta(seconds=1)
        assert found["target"] == target or not target, name
        if target == "ours":
            assert (found["repository"], found["repository_id"]) == ("ours", team.number("ours"))


def test_what_is_refused_or_only_read_is_no_change(team: Team, admin: Member) -> None:
    before = newest(team)["id"]
    client = admin.client
    for refused in (
        lambda: client.add_user("ann"), lambda: client.remove_user(1), lambda: client.remove_user(999),
        lambda: client.trigger(999, {}), lambda: client.cancel(1), lambda: client.revoke_key(999),
    ):  # fmt: skip
        with pytest.raises(FullAutoCIError):
            refused()
    client.status()
    list(client.users())
    admin.run("history", "--all")
    assert newest(team)["id"] == before


def test_the_trail_is_narrowed_and_gone_through_in_parts(team: Team, admin: Member) -> None:
    for number in range(7):
        admin.client.add_user(f"many{number}")
    everything = team.home.json("audit", "--limit", "1000")
    assert [one["id"] for one in everything] == sorted((one["id"] for one in everything), reverse=True)
    assert list(team.home.api().audit(part=3)) == everything
    of_ann = team.home.json("audit", "--actor", "ann", "--action", "user", "--limit", "5")
    assert [one["target"] for one in of_ann] == [f"many{number}" for number in (6, 5, 4, 3, 2)]
    assert {one["action"] for one in team.home.json("audit", "--action", "run.trigger")} == {"run.trigger"}
    assert {one["repository"] for one in team.home.json("audit", "--repo", "ours")} == {"ours"}
    assert team.home.json("audit", "--actor", "nobody") == []
    shown = team.home.cli("audit", "--limit", "2").splitlines()
    assert shown[0].split() == ["when", "who", "from", "what", "of", "repository"]
    assert len(shown) == 3
    assert "many6" in shown[1]
    done = team.home.run("audit", "--repo", "nothing")
    assert (done.returncode, "no repository 'nothing'" in done.stderr) == (1, True)
    assert team.home.run("audit", "--limit", "0").returncode == 2


def test_what_others_wrote_drives_no_terminal(team: Team, admin: Member) -> None:
    admin.client.add_key(label="\x1b[31m[red]x\u202e")
    shown = team.home.cli("audit", "--limit", "1")
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "[red]x" in shown
    assert "\x1b" not in team.home.cli("key", "list", "--all")


def test_nobody_changes_the_trail(team: Team) -> None:
    before = team.home.rows("SELECT * FROM audit ORDER BY id")
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        transport = SocketTransport(team.home.paths.socket)
        for path in ("/api/v1/audit", "/api/v1/audit/1"):
            assert transport.send(method, path, b"{}", {"Content-Type": "application/json"}).status in (404, 405)
    assert team.home.rows("SELECT * FROM audit ORDER BY id") == before
