"""Repositories, configuration, storage, tools, the service itself, and the trail of what was changed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from fullautoci.errors import ConfigError, NotFoundError
from fullautoci.web.dashboard.settings.configuration import origin, rows
from tests.unit.web.api.reader import HOST
from tests.unit.web.dashboard.handed import ANSWERS, post
from tests.unit.web.dashboard.settings.conftest import Site

HOSTILE = "<script>alert(1)</script>\x1b[31m"


@dataclass
class Configured:
    """What counts, as a daemon would tell it."""

    problem: Exception | None = None
    asked: list[tuple[int, str | None]] = field(default_factory=list)

    def service(self) -> dict[str, Any]:
        """For the service."""
        return {"values": {"workers": 2}, "origins": {"workers": "config.yml:1"}, "set": []}

    def repository(self, identifier: int, commit: str | None) -> dict[str, Any]:
        """For a repository; the file of its commit is wrong where that is wanted."""
        self.asked.append((identifier, commit))
        if self.problem is not None and commit is not None:
            raise self.problem
        told = {"key": "tools.x.args", "value": [HOSTILE], "actor": HOSTILE, "at": "2026-01-01T00:00:00.000Z"}
        values = {"tools": {"x": {"args": [HOSTILE], "timeout": "10m"}}, "policy": "every"}
        origins = {"tools.x.args": "database (ada)", "policy": f".fullautoci.yml:{identifier}"}
        return {"values": values, "origins": origins, "set": [told], "project_type": "python", "commit": commit}


class Stored:
    """Files of which only the sizes take long."""

    def __init__(self) -> None:
        self.measured = 0

    def environments(self) -> Sequence[Mapping[str, Any]]:
        """One of each state."""
        common = {"interpreter": "3.13", "used_at": "2026-01-01T00:00:00.000Z", "detail": {"from": HOSTILE}}
        return [
            {"kind": "venv", "key": "k1", "complete": True, "in_use": True, **common},
            {"kind": "nix", "key": "k2", "complete": False, "in_use": False, **common},
        ]

    def places(self) -> Sequence[tuple[str, str, int]]:
        """One place."""
        self.measured += 1
        return [("Logs", "/somewhere", 1_500_000)]

    def size(self, kind: str, key: str) -> int:
        """Of an environment."""
        self.measured += 1
        return {"venv": 2_000, "nix": 3_000}[kind]


def give(site: Site, **doors: Any) -> None:
    services = site.reader.app.extensions["services"]
    site.reader.app.extensions["services"] = replace(services, **doors)


def test_repositories_are_those_that_one_may_see(site: Site) -> None:
    shown = site.reader.ask("/settings/repositories").text
    assert shown.count("<tr data-row") == 2
    mine = site.reader.ask("/settings/repositories", "one").text
    assert mine.count("<tr data-row") == 1
    assert "Watch it" not in mine
    assert "assigned to you" in site.reader.ask("/settings/repositories", "none").text


def test_a_badge_is_shown_once_and_revoked(site: Site) -> None:
    answer = post(site.reader, "/settings/repositories/1/badge")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
    (address,) = re.findall(rf'<code class="secret">http://{re.escape(HOST)}(/badges/[^<]+)</code>', answer.text)
    assert site.reader.ask(address, "").status_code == 200
    assert address not in site.reader.ask("/settings/repositories/1").text
    assert post(site.reader, "/settings/repositories/1/badge/revoke").location == "/settings/repositories/1"
    assert site.reader.ask(address, "").status_code == 404


def test_a_repository_is_removed(site: Site) -> None:
    answer = post(site.reader, "/settings/repositories/2/remove")
    assert (answer.status_code, answer.location) == (303, "/settings/repositories")
    assert [(name, told[0].id) for name, told in site.hands.done] == [("unregister", 2)]
    assert post(site.reader, "/settings/repositories", path="relative").status_code == 400


def test_what_counts_is_shown_with_where_it_was_said(site: Site) -> None:
    give(site, configuration=Configured())
    service = site.reader.ask("/settings/configuration").text
    assert "workers" in service
    assert "config.yml:1" in service
    shown = site.reader.ask("/settings/configuration?repository=1").text
    assert ".fullautoci.yml:1" in shown
    assert "alert(1)" in shown
    assert "<script>alert" not in shown
    assert "\x1b" not in shown
    assert "built-in" in shown


def test_the_services_configuration_is_for_admins_and_anothers_repository_is_not_there(site: Site) -> None:
    configured = Configured()
    give(site, configuration=configured)
    assert "workers" not in site.reader.ask("/settings/configuration", "one").text
    assert {number for number, _ in configured.asked} == {1}
    assert site.reader.ask("/settings/configuration?repository=2", "one").status_code == 404
    assert "No repository is assigned to you" in site.reader.ask("/settings/configuration", "none").text
    assert site.reader.ask("/settings/configuration?repository=x").status_code == 400


@pytest.mark.parametrize("problem", [ConfigError("line 3 is wrong", "mend it"), NotFoundError("no such commit")])
def test_a_wrong_file_is_told_of_and_the_rest_is_shown(site: Site, problem: Exception) -> None:
    give(site, configuration=Configured(problem))
    shown = site.reader.ask("/settings/configuration?repository=1").text
    assert str(problem.args[0]) in shown
    assert "tools.x.timeout" in shown


def test_without_a_daemon_configuration_says_so(site: Site) -> None:
    assert "No daemon runs" in site.reader.ask("/settings/configuration?repository=1").text


def test_a_value_is_yaml_and_is_set_and_unset(site: Site) -> None:
    said = {"key": "tools.pylint.args", "value": "[--jobs=2, 1.10]", "repository": "1"}
    answer = post(site.reader, "/settings/configuration", **said)
    assert (answer.status_code, answer.location) == (303, "/settings/configuration?repository=1")
    answer = post(site.reader, "/settings/configuration", key="workers", value="3")
    assert answer.location == "/settings/configuration"
    assert post(site.reader, "/settings/configuration/unset", key="workers").location == "/settings/configuration"
    told = [(name, one[0].id if one[0] else None, one[1:3]) for name, one in site.hands.done]
    assert told == [
        ("configure", 1, ("tools.pylint.args", ["--jobs=2", "1.10"])), ("configure", None, ("workers", 3)),
        ("unconfigure", None, ("workers", "all")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"key": "no.such.key", "value": "1"}, 422), ({"key": "workers", "value": "[1"}, 422),
        ({"key": "workers"}, 400), ({"value": "1"}, 400), ({"key": "workers", "value": "1", "more": "1"}, 400),
        ({"key": "workers", "value": "1", "repository": "x"}, 400),
        ({"key": "tools.pylint.args", "value": "[]", "repository": "9"}, 404),
    ],
)  # fmt: skip
def test_what_cannot_be_set_is_said_in_words(site: Site, said: dict[str, str], status: int) -> None:
    assert post(site.reader, "/settings/configuration", **said).status_code == status
    assert site.hands.done == []


def test_where_a_value_was_said_is_found_above_and_within_it() -> None:
    told = {"a.b": "one", "c.0.d": "two"}
    assert [origin(key, told) for key in ("a.b", "a.b.c", "c", "a", "d")] == ["one", "one", "two", "one", "built-in"]
    shown = [*rows({"a": {"b": {"c": 1}}, "e": {}, "f": [True]}, told)]
    assert shown == [("a.b.c", "1", "one"), ("e", "{}", "built-in"), ("f", "[true]", "built-in")]


def test_sizes_are_measured_on_a_page_of_their_own(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "No daemon runs" in site.reader.ask("/settings/storage").text
    stored = Stored()
    give(site, storage=stored)
    shown = site.reader.ask("/settings/storage").text
    assert stored.measured == 0
    assert 'hx-get="/settings/storage/sizes"' in shown
    assert "in use" in shown
    assert "unfinished" in shown
    assert "<script>alert" not in shown
    gone = [{"kind": "log", "path": f"/logs/{HOSTILE}", "bytes": 10_000, "reason": "old"}]
    monkeypatch.setitem(ANSWERS, "prune", gone)
    sizes = site.reader.ask("/settings/storage/sizes").text
    assert "1.5 MB" in sizes
    assert "2.0 kB" in sizes
    assert "/logs/" in sizes
    assert "<script>alert" not in sizes
    assert "hx-get" not in sizes[sizes.index('id="main"') :]
    assert site.hands.done == [("prune", (True,))]


def test_pruning_is_asked_for_and_noted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ANSWERS, "prune", [])
    assert post(site.reader, "/settings/storage/prune").location == "/settings/storage"
    assert site.hands.done == [("prune", (False,))]
    assert "service.prune" in site.reader.ask("/settings/audit").text


def test_a_pause_has_an_end_or_none(site: Site) -> None:
    assert post(site.reader, "/settings/pause", what="backfill", seconds="").location == "/settings/service"
    assert post(site.reader, "/settings/pause", what="everything", seconds="3600").status_code == 303
    assert post(site.reader, "/settings/resume").status_code == 303
    assert post(site.reader, "/settings/pause", what="nothing").status_code == 400
    (first, second, third) = site.hands.done
    assert first == ("pause", ("backfill", None))
    assert second[1][1] is not None
    assert third == ("resume", ())


def test_tools_that_ran_are_shown_with_what_they_measured(site: Site) -> None:
    shown = site.reader.ask("/settings/tools?repository=1", "one").text
    assert "pylint" in shown
    assert "score" in shown
    assert "built in" in shown
    assert site.reader.ask("/settings/tools?repository=2", "one").status_code == 404
    assert "No repository is watched" in site.reader.ask("/settings/tools", "none").text


def test_the_trail_is_narrowed_and_goes_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        post(site.reader, "/settings/keys", label=f"{HOSTILE}{number}")
    post(site.reader, "/settings/repositories/1/badge")
    shown = site.reader.ask("/settings/audit").text
    assert shown.count("<tr data-row") == 4
    assert "alert(1)" in shown
    assert "<script>alert" not in shown
    assert site.reader.ask("/settings/audit?action=badge").text.count("<tr data-row") == 1
    assert site.reader.ask("/settings/audit?repository=1&actor=all").text.count("<tr data-row") == 1
    assert "No entry is like that" in site.reader.ask("/settings/audit?actor=nobody").text
    assert site.reader.ask("/settings/audit?repository=x").status_code == 400
    monkeypatch.setattr("fullautoci.web.dashboard.settings.audit.SHOWN", 3)
    first = site.reader.ask("/settings/audit").text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first)
    assert site.reader.ask(following).text.count("<tr data-row") == 1
