"""What is flaky, and how it is named."""

import pytest

from fullautoci.cli.flaky import called, meant

FOUND = [
    {"tool": "coverage", "project": ".", "variant": "", "name": "percent_lines"},
    {"tool": "coverage", "project": "a", "variant": "3.13", "name": "test_x::test_y"},
    {"tool": "pylint", "project": ".", "variant": "", "name": "score"},
    {"tool": "docs", "project": ".", "variant": "", "name": "pylint.score"},
]


@pytest.mark.parametrize(
    ("said", "tool", "expected"),
    [
        ("percent_lines", "", ("percent_lines", "")),
        ("percent_lines", "coverage", ("percent_lines", "coverage")),
        ("coverage: percent_lines", "", ("percent_lines", "coverage")),
        ("coverage.percent_lines", "", ("percent_lines", "coverage")),
        ("coverage.percent_lines", "coverage", ("percent_lines", "coverage")),
        ("coverage.percent_lines", "pylint", ("coverage.percent_lines", "pylint")),
        ("a:coverage@3.13: test_x::test_y", "", ("test_x::test_y", "coverage")),
        ("coverage: test_x::test_y", "", ("test_x::test_y", "coverage")),
        ("pylint.score", "", ("pylint.score", "")),  # a name of its own comes first
        ("nothing", "", ("nothing", "")),
    ],
)
def test_what_is_meant(said: str, tool: str, expected: tuple[str, str]) -> None:
    assert meant(FOUND, said, tool) == expected


def test_whatever_is_listed_may_be_said() -> None:
    assert [meant(FOUND, called(one), "") for one in FOUND] == [(one["name"], one["tool"]) for one in FOUND]
