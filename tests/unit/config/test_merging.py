"""What of one layer of configuration stays under another."""

from typing import Any

import pytest

from fullautoci.config.layers import Effective
from tests.unit.config.layered import DEFAULTS, FILE, OVERRIDE, SET, settled, value


def test_mappings_are_merged_and_lists_replaced() -> None:
    found = settled(
        {
            DEFAULTS: {"tools.pylint.args": ["--a", "--b"], "tools.pylint.timeout": "5m", "env.A": "x"},
            FILE: {"tools.pylint.args": ["--c"], "env.B": "y", "tools.docs.command": ["make"]},
        }
    )
    pylint = found.file.tools["pylint"]
    assert (pylint.args, pylint.timeout) == (("--c",), 300)
    assert found.file.env == {"A": "x", "B": "y"}
    assert set(found.file.tools) == {"pylint", "coverage", "docs"}


def test_a_list_can_be_emptied() -> None:
    found = settled({FILE: {"bring": [".env"]}, SET: {"bring": []}})
    assert found.file.bring == ()
    assert found.origin("bring").source == "database"


@pytest.mark.parametrize("place", ["environment", "projects.shop.environment"])
def test_what_is_said_of_a_kind_of_environment_is_merged_and_another_kind_replaces_it(place: str) -> None:
    project = {"projects.shop.path": "shop"} if place.startswith("projects") else {}
    lower = {f"{place}.docker": {"image": "python:3.13", "cpus": 2}, **project}
    same = settled({FILE: lower, SET: {f"{place}.docker.cpus": 1}})
    assert (value(same, place)["docker"]["image"], value(same, place)["docker"]["cpus"]) == ("python:3.13", 1)
    assert same.origin(f"{place}.docker.image").source == ".fullautoci.yml"
    assert same.origin(f"{place}.docker.cpus").source == "database"
    by_name = settled({FILE: lower, SET: {place: "docker"}})
    assert value(by_name, place)["docker"]["image"] == "python:3.13"
    other = settled({FILE: lower, SET: {place: "venv"}})
    assert list(value(other, place)) == ["venv"]


def test_of_a_kind_that_was_replaced_nothing_comes_back() -> None:
    docker = {"environment.docker": {"image": "python:3.13"}}
    found = settled({DEFAULTS: docker, FILE: {"environment": "venv"}, SET: {"environment": {"docker": {"cpus": 1}}}})
    assert (value(found, "environment.docker.image"), value(found, "environment.docker.cpus")) == (None, 1)


def metrics(found: Effective, tool: str) -> Any:
    held = found.file.tools[tool].ratchet
    return held if held == "off" else {(one.metric, one.per): one for one in held}


def test_ratchets_are_merged_metric_by_metric() -> None:
    found = settled(
        {
            DEFAULTS: {"tools.pylint.ratchet": [{"metric": "score", "target": 9}, {"metric": "errors"}]},
            FILE: {"tools.pylint.ratchet": [{"metric": "score", "tolerance": 1}]},
            SET: {"tools.pylint.ratchet": {"metric": "errors", "enabled": False}},
        }
    )
    held = metrics(found, "pylint")
    assert list(held) == [("score", None), ("suppressions", None), ("errors", None)]
    assert (held["score", None].target, held["score", None].tolerance) == (9, 1)
    assert held["errors", None].enabled is False
    sources = [found.origin(f"tools.pylint.ratchet.0.{key}").source for key in ("target", "tolerance", "direction")]
    assert sources == ["config.yml", ".fullautoci.yml", "built-in"]


def test_a_metric_by_file_is_another_than_the_metric() -> None:
    rules = [{"metric": "findings", "tolerance": 1}, {"metric": "findings", "per": "file", "tolerance": 2}]
    found = settled({FILE: {"tools.pylint.ratchet": rules}, OVERRIDE: {"cache": False}})
    held = metrics(found, "pylint")
    assert (held["findings", None].tolerance, held["findings", "file"].tolerance) == (1, 2)


@pytest.mark.parametrize("off", ["off", False])
def test_off_takes_all_ratchets_away_and_an_upper_layer_can_name_some_again(off: Any) -> None:
    nothing = settled({FILE: {"tools.pylint.ratchet": off}})
    assert metrics(nothing, "pylint") == "off"
    again = settled(
        {
            FILE: {"tools.pylint.ratchet": off},
            OVERRIDE: {"tools.pylint.ratchet": [{"metric": "errors"}]},
        }
    )
    held = metrics(again, "pylint")
    assert {metric for (metric, _), one in held.items() if one.enabled} == {"errors"}
    assert {metric for (metric, _), one in held.items() if not one.enabled} == {"score", "suppressions"}
    back = settled(
        {
            DEFAULTS: {"tools.pylint.ratchet": [{"metric": "errors"}]},
            FILE: {"tools.pylint.ratchet": off},
        }
    )
    assert metrics(back, "pylint") == "off"


def test_of_ratchets_that_were_off_none_comes_back() -> None:
    rules = {"tools.pylint.ratchet": [{"metric": "errors"}]}
    named = {"tools.pylint.ratchet": [{"metric": "warnings"}]}
    held = metrics(settled({DEFAULTS: rules, FILE: {"tools.pylint.ratchet": "off"}, SET: named}), "pylint")
    assert {metric for (metric, _), one in held.items() if one.enabled} == {"warnings"}


def test_projects_are_merged_key_by_key() -> None:
    found = settled(
        {
            FILE: {"projects.shop": {"path": "shop", "tools": {"pylint": {"timeout": "5m", "args": ["--a"]}}}},
            OVERRIDE: {"projects.shop.tools.pylint.timeout": "1h"},
            SET: {"projects.store.path": "store"},
        }
    )
    assert {name: project.path for name, project in found.file.projects.items()} == {"shop": "shop", "store": "store"}
    pylint = found.file.projects["shop"].tools["pylint"]
    assert (pylint.timeout, pylint.args) == (3600, ("--a",))


def test_a_setting_of_a_part_counts_over_one_of_the_whole_whichever_was_first() -> None:
    both = {"tools.pylint.timeout": "5m", "tools.pylint": {"timeout": "1h", "args": ["--a"]}}
    found = settled({SET: both})
    assert found.file.tools["pylint"].timeout == 300
    assert found.file.tools["pylint"].args == ("--a",)
