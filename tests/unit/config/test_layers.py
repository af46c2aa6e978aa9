"""What counts of what several layers say, and where it was said."""

from itertools import combinations
from typing import Any

import pytest

from fullautoci.config import layers, service
from fullautoci.config.detection import Facts
from fullautoci.config.overrides import Overrides, Setting
from fullautoci.errors import ConfigError
from tests.unit.config.layered import (
    DEFAULTS,
    DEFAULTS_SET,
    DETECTED,
    FILE,
    LAYERS,
    OVERRIDE,
    SET,
    WHEN,
    settled,
    value,
)

VALUES: dict[str, list[Any]] = {
    "policy": ["latest", "every"],
    "cache": [False, True],
    "env.A": ["one", "two"],
    "environment": ["venv", "host"],
    "branches.include": [["main"], ["a", "b"]],
    "bring": [[".env"], [".env.test", "x"]],
    "setup": [[["make"]], [["make", "x"], ["y"]]],
    "flaky.quarantine": ["7d", "off"],
    "tools.pylint.timeout": ["5m", "1h"],
    "tools.pylint.args": [["--a"], ["--b", "--c"]],
    "tools.pylint.enabled": [False, True],
    "tools.docs.command": [["make"], ["make", "docs"]],
    "projects": [{"shop": {"path": "shop", "env": {"A": "x"}}}, {"shop": {"path": "store", "env": {"A": "y"}}}],
}


@pytest.mark.parametrize("key", VALUES)
@pytest.mark.parametrize(("lower", "upper"), list(combinations(list(LAYERS)[1:], 2)))
def test_the_upper_of_two_layers_counts(lower: str, upper: str, key: str) -> None:
    first, second = VALUES[key]
    for below, above in ((first, second), (second, first)):
        found = settled({lower: {key: below}, upper: {key: above}})
        assert value(found, key) == value(settled({FILE: {key: above}}), key)
        of = "projects.shop.path" if key == "projects" else key
        assert found.origin(of).source == LAYERS[upper]


@pytest.mark.parametrize("layer", list(LAYERS)[1:])
@pytest.mark.parametrize("key", VALUES)
def test_a_layer_alone_counts(layer: str, key: str) -> None:
    expected = value(settled({FILE: {key: VALUES[key][1]}}), key)
    assert value(settled({layer: {key: VALUES[key][1]}}), key) == expected


@pytest.mark.parametrize("layer", list(LAYERS)[1:])
def test_a_variable_that_the_files_suggest_counts_below_every_layer(layer: str) -> None:
    found = settled({DETECTED: {"env.A": "suggested", "env.B": "too"}, layer: {"env.A": "said"}})
    assert found.file.env == {"A": "said", "B": "too"}
    assert str(found.origin("env.B")) == "built-in (django)"


def test_all_layers_at_once_are_told_apart() -> None:
    found = settled({layer: {f"env.{'ABCDEF'[index]}": layer, "env.ALL": layer} for index, layer in enumerate(LAYERS)})
    assert list(found.file.env.values()) == [DETECTED, list(LAYERS)[-1], *list(LAYERS)[1:]]
    assert {key: str(found.origin(f"env.{key}")) for key in found.file.env} == {
        "A": "built-in (django)",
        "B": "config.yml:4",
        "C": f"database (somebody, {WHEN})",
        "D": ".fullautoci.yml:3",
        "E": "config.yml:13",
        "F": f"database (somebody, {WHEN})",
        "ALL": f"database (somebody, {WHEN})",
    }


def test_what_nobody_says_is_built_in() -> None:
    found = settled({})
    assert {str(found.origin(key)) for key in ("policy", "tools.pylint.timeout", "environment")} == {"built-in"}
    assert (found.file.policy, found.file.environment.kind) == ("every", "auto")
    assert [rule.metric for rule in found.file.tools["pylint"].ratchet] == ["score", "suppressions"]


def test_another_repositorys_override_does_not_count() -> None:
    text = b"repositories: {other: {override: {policy: latest}}}"
    file = service.parsed(text, "config.yml")
    assert layers.effective(b"", Facts(), file, Overrides("shop")).file.policy == "every"
    assert layers.effective(b"", Facts(), file, Overrides("other")).file.policy == "latest"
    assert layers.effective(b"", Facts(), file, Overrides("")).file.policy == "every"


def test_a_suggested_variable_gives_way_to_a_secret_of_its_name() -> None:
    found = settled({DETECTED: {"env.A": "suggested", "env.B": "too"}, FILE: {"secrets": ["A"]}})
    assert found.file.env == {"B": "too"}
    with pytest.raises(ConfigError, match="it is in 'env' too"):
        settled({DETECTED: {"env.A": "suggested"}, FILE: {"secrets": ["A"], "env.A": "said"}})


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ({FILE: {"policy": "all"}}, ".fullautoci.yml:1:9: policy: ", ""),
        (
            {OVERRIDE: {"tools.docs.args": ["x"]}},
            "/somewhere/config.yml:10:11: tools.docs: it is not",
            "",
        ),
        ({OVERRIDE: {"projects.a.env.B": "x"}}, "/somewhere/config.yml:", ""),
        (
            {SET: {"tools.docs.args": ["x"]}},
            "tools.docs.args, set 2026-01-02 by somebody: tools.docs: it is not built in",
            "'fullautoci config unset tools.docs.args' takes it away",
        ),
        (
            {DEFAULTS_SET: {"secrets": ["A"]}, FILE: {"env.A": "x"}},
            "defaults.secrets, set 2026-01-02 by somebody: secrets.0: it is in 'env' too",
            "'fullautoci config unset defaults.secrets --service' takes it away",
        ),
        (
            {FILE: {"projects.a.path": "x"}, SET: {"projects.b.path": "x"}},
            "projects.b.path, set 2026-01-02 by somebody: projects.b.path: the project 'a' has this path too",
            "'fullautoci config unset projects.b.path' takes it away",
        ),
    ],
)
def test_what_is_wrong_is_named_where_it_was_said(said: dict[str, dict[str, Any]], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settled(said)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == hint


def test_a_tool_may_have_its_command_from_another_layer() -> None:
    found = settled({FILE: {"tools.docs.timeout": "5m"}, DEFAULTS: {"tools.docs.command": ["make"]}})
    assert (found.file.tools["docs"].command, found.file.tools["docs"].timeout) == (("make",), 300)


@pytest.mark.parametrize("layer", [DEFAULTS, DEFAULTS_SET])
def test_defaults_for_a_tool_count_where_the_repository_has_it_and_are_nothing_elsewhere(layer: str) -> None:
    said = {layer: {"tools.docs.timeout": "5m"}}
    assert set(settled(said).file.tools) == {"pylint", "coverage"}
    assert settled({**said, FILE: {"tools.docs.command": ["make"]}}).file.tools["docs"].timeout == 300
    assert settled({**said, SET: {"tools.docs.command": ["make"]}}).file.tools["docs"].timeout == 300
    with pytest.raises(ConfigError, match="it is not built in"):
        settled({**said, FILE: {"tools.docs.args": ["x"]}})


def test_the_service_is_settled_from_its_file_and_the_database() -> None:
    file = service.parsed(b"workers: 2\nkeep: {logs: {days: 7}}\nsandbox: on\n", "config.yml")
    told = [Setting("keep.logs.runs", 5, "somebody", WHEN, True), Setting("workers", 3, "somebody", WHEN, True)]
    found, origins = layers.settled(file, told)
    assert (found.workers, found.keep.logs.days, found.keep.logs.runs, found.sandbox.mode) == (3, 7, 5, "on")
    assert {key: origins[key].source for key in ("workers", "keep.logs.days", "keep.logs.runs", "sandbox.mode")} == {
        "workers": "database", "keep.logs.days": "config.yml", "keep.logs.runs": "database",
        "sandbox.mode": "config.yml",
    }  # fmt: skip
    assert layers.origin_of(origins, "grace").source == "built-in"
    with pytest.raises(ConfigError, match=r"^workers, set 2026-01-02 by somebody: workers: "):
        layers.settled(file, [Setting("workers", 0, "somebody", WHEN, True)])
