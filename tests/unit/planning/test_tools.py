"""What is run for a commit, and which rules hold."""

from dataclasses import asdict

import pytest

from fullautoci.config.load import parse
from fullautoci.config.ratchets import DEFAULTS
from fullautoci.errors import ConfigError, UsageError
from fullautoci.model import ToolPlan
from fullautoci.planning.tools import PLAN_LIMIT, Plans, plan

FILES = ["pkg/__init__.py", "tests/test_a.py"]


def planned(text: str = "", names: list[str] = FILES, only: tuple[str, ...] = ()) -> Plans:
    return plan(parse(text.encode()), names, only)


def one(text: str, tool: str) -> ToolPlan:
    return next(made for made, _ in planned(text).tools if made.tool == tool)


def told(plans: Plans) -> list[tuple[str, str, str]]:
    return [(made.project, made.tool, made.variant) for made, _ in plans.tools]


@pytest.mark.parametrize(
    ("text", "tool", "expected"),
    [
        ("", "pylint", ("tree", False, ("pkg",), True, None)),
        ("tools: {pylint: {paths: [pkg]}}", "pylint", ("tree", True, ("pkg",), True, None)),
        ("tools: {pylint: {reads: commit}}", "pylint", ("commit", False, ("pkg",), True, None)),
        ("tools: {x: {command: [a]}}", "x", ("commit", False, (), True, None)),
        ("tools: {x: {command: [a], reads: tree, expires: 2d}}", "x", ("tree", False, (), True, 172_800.0)),
        ("tools: {x: {command: [a], cache: false}}", "x", ("commit", False, (), False, None)),
        ("cache: false", "pylint", ("tree", False, ("pkg",), False, None)),
    ],
)
def test_what_a_result_hangs_on_and_how_long_it_stands(
    text: str, tool: str, expected: tuple[str, bool, tuple[str, ...], bool, float | None]
) -> None:
    found = one(text, tool)
    assert (found.reads, found.said, found.paths, found.cache, found.expires) == expected
    assert (found.project, found.reads_paths) == (".", ())


MONO = """
tools: {docs: {command: [make]}}
projects:
  api: {path: services/api, reads: [libs], tools: {docs: {enabled: false}}}
  web: {path: web, environment: {venv: {python: ['3.11', '3.12']}}}
  gone: {path: gone, tools: {coverage: {enabled: false}, docs: {enabled: false}}}
"""
MONO_FILES = ["services/api/src/api/__init__.py", "services/api/test_api.py", "web/web.py", "setup.py"]


def test_each_project_has_its_own_layout_and_what_is_not_there_says_so() -> None:
    plans = planned(MONO, MONO_FILES)
    assert told(plans) == [
        ("services/api", "pylint", ""), ("services/api", "coverage", ""),
        *(("web", tool, python) for tool in ("pylint", "coverage", "docs") for python in ("3.11", "3.12")),
        ("gone", "pylint", ""),
    ]  # fmt: skip
    found = {(made.project, made.tool): (made, why) for made, why in plans.tools}
    api, why = found["services/api", "pylint"]
    assert (api.paths, api.reads_paths, why) == (("src/api",), ("services/api", "libs"), "")
    assert found["web", "pylint"][0].paths == ("web.py",)
    assert found["services/api", "coverage"][1] == ""
    assert found["web", "coverage"][1] == "no tests were found"
    assert found["web", "docs"][1] == ""
    assert found["gone", "pylint"][1] == "there is no folder gone at this commit"


def test_a_tool_that_was_asked_for_is_run_in_every_project() -> None:
    assert told(planned(MONO, MONO_FILES, ("coverage",))) == [
        ("services/api", "coverage", ""), ("web", "coverage", "3.11"), ("web", "coverage", "3.12"),
        ("gone", "coverage", ""),
    ]  # fmt: skip
    own = "projects: {a: {path: a, tools: {x: {command: [a]}}}, b: {path: b}}"
    assert told(planned(own, only=("x",))) == [("a", "x", "")]
    with pytest.raises(UsageError) as error:
        planned(own, only=("pylint", "y"))
    assert (error.value.message, error.value.hint) == (
        "there is no tool 'y' at this commit",
        "there are: pylint, coverage, x",
    )


def test_the_policy_tells_of_every_enabled_tool_whatever_is_run() -> None:
    text = "tools: {coverage: {ratchet: off}, x: {command: [a], enabled: false}, y: {command: [a]}}"
    everything = planned(text, []).policy
    assert [(entry["tool"], len(entry["rules"])) for entry in everything] == [("pylint", 2), ("coverage", 0), ("y", 0)]
    assert everything[0]["rules"] == [asdict(rule) for rule in DEFAULTS["pylint"]]
    assert planned(text, FILES, ("x",)).policy == everything
    assert [(made.tool, why) for made, why in planned(text, [], ("coverage",)).tools] == [
        ("coverage", "no tests were found")
    ]


def test_the_policy_has_an_entry_a_project_and_variant() -> None:
    policy = planned(MONO, MONO_FILES).policy
    assert [(entry["project"], entry["tool"], entry["variant"]) for entry in policy] == told(planned(MONO, MONO_FILES))


@pytest.mark.parametrize(("projects", "fits"), [(PLAN_LIMIT // 2 // 10, True), (PLAN_LIMIT // 2 // 10 + 1, False)])
def test_a_commit_can_ask_for_so_many_jobs_and_no_more(projects: int, fits: bool) -> None:
    pythons = ", ".join(f"'3.{number}'" for number in range(10))
    folders = ", ".join(f"p{number}: {{path: p{number}}}" for number in range(projects))
    text = f"environment: {{venv: {{python: [{pythons}]}}}}\nprojects: {{{folders}}}"
    if fits:
        assert len(planned(text).tools) == PLAN_LIMIT
    else:
        with pytest.raises(ConfigError, match="2020 jobs"):
            planned(text)
