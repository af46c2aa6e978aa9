"""A configuration as a file has it, with and without where each value is from."""

import pytest
import yaml

from fullautoci.config import shown
from fullautoci.config.load import parse
from fullautoci.config.origin import Origin
from fullautoci.config.overrides import Setting, covers, ordered
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.service import MASK, parsed
from tests.support.configurations import SERVICE, rendered, valid


@pytest.mark.parametrize("name", [name for name, _ in valid()])
def test_what_is_shown_says_the_same_as_what_was_read(name: str) -> None:
    file = parse(rendered(dict(valid())[name])[0].encode())
    for values in (shown.written(file), shown.written(file, everything=True), shown.written(file, said=True)):
        text = "\n".join(shown.yaml_lines(values))
        assert parse(text.encode()) == file
        assert RepositoryFile.model_validate(values) == file


def test_values_are_shown_as_people_write_them() -> None:
    file = parse(
        b"environment: {docker: {memory: 1073741824, timeout: 90, network: on, cpus: 2}}\nflaky: {quarantine: off}\n"
        b"tools: {pylint: {timeout: 5400, ratchet: {metric: score, slack: 0.1}, cache: off}}\nenv: {A: 'on', B: '1'}\n"
    )
    assert shown.yaml_lines(shown.written(file, said=True)) == [
        "environment:",
        "  docker:",
        "    network: on",
        "    memory: 1G",
        "    cpus: 2",
        "    timeout: 90s",
        "env:",
        "  A: 'on'",
        "  B: '1'",
        "flaky:",
        "  quarantine: off",
        "tools:",
        "  pylint:",
        "    timeout: 90m",
        "    ratchet:",
        "      - metric: score",
        "        slack: 10%",
        "    cache: false",
    ]


def test_no_secret_is_shown() -> None:
    text = "\n".join(shown.yaml_lines(shown.written(parsed(rendered(SERVICE)[0].encode(), "config.yml"))))
    assert "everybodys" not in text
    assert "its-own" not in text
    assert yaml.safe_load(text)["secrets"] == {"TOKEN": MASK}


def test_where_values_are_from_stands_beside_them_in_a_column() -> None:
    values = {"a": 1, "env": {"LONGER": "x"}, "empty": {}, "list": [1, 2], "of": [{"metric": "score", "target": 9}]}
    lines = shown.yaml_lines(values, Origin)
    assert lines == [
        "a: 1               # a",
        "env:",
        "  LONGER: x        # env.LONGER",
        "empty: {}          # empty",
        "list: [1, 2]       # list",
        "of:",
        "  - metric: score  # of.0.metric",
        "    target: 9      # of.0.target",
    ]
    assert yaml.safe_load("\n".join(lines)) == values


@pytest.mark.parametrize(
    ("origin", "words", "unset"),
    [
        (Origin("built-in"), "built-in", None),
        (Origin("built-in", detail="django"), "built-in (django)", None),
        (Origin(".fullautoci.yml", line=3), ".fullautoci.yml:3", None),
        (
            Setting("tools.pylint.args", [], "somebody", "2026-01-02T03:04:05.678Z").origin,
            "database (somebody, 2026-01-02T03:04:05)",
            "fullautoci config unset tools.pylint.args",
        ),
        (
            Setting("workers", 2, "somebody", "2026-01-02T03:04:05Z", True).origin,
            "database (somebody, 2026-01-02T03:04:05Z)",
            "fullautoci config unset workers --service",
        ),
    ],
)
def test_an_origin_in_words(origin: Origin, words: str, unset: str | None) -> None:
    assert str(origin) == words
    assert unset is None or origin.unset == unset


def test_settings_of_parts_come_after_those_of_the_whole() -> None:
    found = [Setting(key, 0, "", "") for key in ("tools.pylint.args", "env", "tools", "env.A")]
    assert [one.key for one in ordered(found)] == ["env", "tools", "env.A", "tools.pylint.args"]


@pytest.mark.parametrize(
    ("above", "key", "expected"),
    [("env", "env", True), ("env", "env.A", True), ("env", "environment", False), ("env.A", "env", False)],
)
def test_a_key_covers_its_parts_and_no_others(above: str, key: str, expected: bool) -> None:
    assert covers(above, key) is expected


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        (None, ["null"]),
        (1.5, ["1.5"]),
        ("on", ["'on'"]),
        ([], ["[]"]),
        ({}, ["{}"]),
        (["a", "b: c"], ["[a, 'b: c']"]),
        ([{"b": 1, "a": 2}, {}], ["- b: 1", "  a: 2", "- {}"]),
        ({"a": {"b": [{"c": 1}]}}, ["a:", "  b:", "    - c: 1"]),
    ],
)
def test_any_value_can_be_shown(value: object, lines: list[str]) -> None:
    assert shown.yaml_lines(value) == lines
    assert yaml.safe_load("\n".join(lines)) == value
