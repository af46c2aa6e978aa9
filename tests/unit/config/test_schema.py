"""What the repository's file may say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.config.load import parse
from fullautoci.config.values import seconds
from tests.unit.fuzz import FUZZ


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (90, 90),
        ("90", 90),
        ("90s", 90),
        ("10m", 600),
        ("1.5h", 5400),
        (1, 1),
        ("24h", 86400),
        (2.5, 2.5),
        (" 5 m ", 300),
    ],
)
def test_durations(value: object, expected: float) -> None:
    assert seconds(value) == expected


@pytest.mark.parametrize(
    "value", ["", "s", "10 d", "-5", "1e3", True, None, [], float("nan"), float("inf"), 0, 0.5, 86401, "99999999h"]
)
def test_what_is_no_duration_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="a duration"):
        seconds(value)


@FUZZ
@given(st.one_of(st.text(max_size=12), st.floats(), st.integers(), st.booleans(), st.none(), st.binary()))
def test_any_value_is_a_duration_within_a_day_or_a_value_error(value: object) -> None:
    try:
        assert 1 <= seconds(value) <= 86400
    except ValueError as error:
        assert "a duration" in str(error)  # noqa: PT017 - either way is right


def test_everything_at_once() -> None:
    found = parse(
        b"version: 1\nenvironment: venv\nenv: {A: b, N: 3}\n"
        b"bring: [.env.test, ./a//b/]\nsecrets: [S, _T2]\nsetup: [[make, -j, 2], [./x]]\n"
        b"tools:\n"
        b"  pylint: {enabled: false, paths: [src], args: [--enable=all, 5], timeout: 2m}\n"
        b"  docs: {command: [make, docs], report: {junit: build/junit.xml}}\n"
    )
    assert found.environment.kind == "venv"
    assert found.env == {"A": "b", "N": "3"}
    assert found.secrets == ("S", "_T2")
    assert found.bring == (".env.test", "a/b")
    assert found.setup == (("make", "-j", "2"), ("./x",))
    pylint, docs = found.tools["pylint"], found.tools["docs"]
    assert (pylint.enabled, pylint.paths, pylint.args, pylint.timeout) == (False, ("src",), ("--enable=all", "5"), 120)
    assert (docs.enabled, docs.command, docs.report.junit) == (True, ("make", "docs"), "build/junit.xml")
    assert (docs.timeout, docs.paths) == (600, ())


@pytest.mark.parametrize("path", ["src", "a/b.py", ".", "..a", "a..b/c", "a b"])
def test_paths_below_the_top_are_taken(path: str) -> None:
    assert parse(f"tools: {{pylint: {{paths: ['{path}']}}}}".encode()).tools["pylint"].paths == (path,)
