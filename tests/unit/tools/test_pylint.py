"""Pylint's report: what it says, and that no lack of evidence becomes a pass or a metric."""

import json
import subprocess
import sys
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.errors import ReportError
from fullautoci.layout import python_layout
from fullautoci.model import Finding, Outcome, Result, ToolPlan
from fullautoci.tools.base import Left
from fullautoci.tools.pylint import PylintTool
from tests.unit.fuzz import FUZZ
from tests.unit.recorded import recorded

HUGE = 10**30


def parse(report: bytes | None, returncode: int = 0) -> Result:
    reports = {"pylint.json.extent.json": b'{"modules": 1, "statements": 9}'}
    reports |= {} if report is None else {"pylint.json": report}
    return PylintTool().parse(ToolPlan("pylint"), Left(returncode, reports, b"last words", "/checkout"))


def report(**statistics: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(recorded("pylint.json"))
    made["statistics"].update(statistics)
    return made


def with_message(**fields: Any) -> dict[str, Any]:
    made = report()
    made["messages"][0].update(fields)
    return made


def test_what_pylint_wrote_is_read() -> None:
    result = parse(recorded("pylint.json"), 22)
    assert result.outcome == Outcome.FAILED
    assert result.reason == "1 error, the first: Undefined variable 'undefined_name'"
    assert result.metrics == {
        "score": 0.0,
        "errors": 1,
        "warnings": 1,
        "conventions": 1,
        "refactors": 0,
        "findings": 3,
    } | {"score": round(json.loads(recorded("pylint.json"))["statistics"]["score"], 4)}
    assert result.findings[0] == Finding(
        "calc.py", 7, 15, "undefined-variable", "error", "Undefined variable 'undefined_name'"
    )
    assert len(result.findings) == 3


def test_warnings_alone_pass() -> None:
    made = report(messageTypeCount={"error": 0, "warning": 1, "convention": 0, "refactor": 0})
    made["messages"] = [one for one in made["messages"] if one["type"] == "warning"]
    result = parse(json.dumps(made).encode(), 4)
    assert (result.outcome, result.reason, result.metrics["warnings"]) == (Outcome.PASSED, "", 1)


def test_a_syntax_error_is_the_codes_fault() -> None:
    result = parse(recorded("pylint-syntax.json"), 2)
    assert (result.outcome, result.findings[0].rule, result.metrics["errors"]) == (Outcome.FAILED, "syntax-error", 1)


def test_absolute_paths_become_relative_to_the_checkout() -> None:
    found = parse(json.dumps(with_message(path="/checkout/src/a.py")).encode()).findings
    assert found[0].path == "src/a.py"
    found = parse(json.dumps(with_message(path="/checkout2/a.py")).encode()).findings
    assert found[0].path == "/checkout2/a.py"


@pytest.mark.parametrize("returncode", [32, 34, -9, -11])
def test_a_crash_or_wrong_use_is_no_verdict_whatever_lies_there(returncode: int) -> None:
    with pytest.raises(ReportError) as caught:
        parse(recorded("pylint.json"), returncode)
    assert caught.value.hint == "last words"


def disabling_all(folder: Path, *paths: str) -> str:
    """Why there is no verdict of a pylint that is told to look for nothing, and is run."""
    (folder / "calc.py").write_text("import os\n")
    command = [sys.executable, "-m", "pylint", "--disable=all", "--", *paths]
    ran = subprocess.run(command, cwd=folder, capture_output=True, timeout=120, check=False)
    with pytest.raises(ReportError) as caught:
        PylintTool().parse(ToolPlan("pylint", paths=paths), Left(ran.returncode, {}, ran.stdout, str(folder)))
    return caught.value.message


def test_that_every_check_is_disabled_is_said_so(tmp_path: Path) -> None:
    assert disabling_all(tmp_path, "calc.py").startswith("pylint looks for nothing: its configuration or arguments")
    assert "did not understand" in disabling_all(tmp_path)


@pytest.mark.parametrize("raw", [None, b""])
def test_a_missing_report_is_no_verdict(raw: bytes | None) -> None:
    with pytest.raises(ReportError, match="left no report"):
        parse(raw)


def parse_extent(extent: bytes | None) -> Result:
    """What comes of a report without messages when pylint looked at so much."""
    reports = {"pylint.json": recorded("pylint-nothing.json")} | ({"pylint.json.extent.json": extent} if extent else {})
    return PylintTool().parse(ToolPlan("pylint"), Left(0, reports, b"last words", "/checkout"))


def test_an_analysis_of_no_files_is_no_verdict() -> None:
    with pytest.raises(ReportError, match="no files"):
        parse_extent(b'{"modules": 0, "statements": 0}')


def test_an_analysis_of_no_code_is_no_pass() -> None:
    assert parse_extent(b'{"modules": 1, "statements": 0}').outcome == Outcome.SKIPPED
    assert parse_extent(b'{"modules": 1, "statements": 1}').outcome == Outcome.PASSED


@pytest.mark.parametrize(
    ("said", "score"), [("9.9966", 9.9966), ("9.994", 10.0), ("0", 10.0), ("9.99499999", 9.995), ("10.004", 10.004)]
)
def test_a_rounded_score_is_as_pylint_has_it(said: str, score: float) -> None:
    found = parse_extent(b'{"modules": 1, "statements": 9, "score": %s}' % said.encode())
    assert found.metrics["score"] == score


@pytest.mark.parametrize(
    "extent",
    [
        None,
        b"{",
        b"{}",
        b'{"modules": 1, "statements": 1, "score": "x"}',
        b'{"modules": -1, "statements": 1}',
        b'{"modules": true, "statements": 1}',
    ],
)
def test_an_extent_that_is_not_told_is_no_verdict(extent: bytes | None) -> None:
    with pytest.raises(ReportError, match="how much"):
        parse_extent(extent)


def test_a_crash_on_a_file_is_no_verdict() -> None:
    with pytest.raises(ReportError, match=r"crashed on calc\.py"):
        parse(json.dumps(with_message(symbol="astroid-error", type="fatal")).encode(), 1)


HOSTILE = [
    [], {}, 5, None, "x",
    {"messages": [], "statistics": {}},
    {"messages": {}, "statistics": report()["statistics"]} | {"messages": 5},
    {"messages": [5], "statistics": report()["statistics"]},
    {"messages": ["x"], "statistics": report()["statistics"]},
    report(score=None), report(score=[]), report(score="high"),
    report(score=float("nan")), report(score=float("inf")), report(score=float("-inf")),
    report(messageTypeCount=None), report(messageTypeCount={}),
    report(messageTypeCount={"error": float("nan"), "warning": 0, "convention": 0, "refactor": 0}),
    with_message(line=None), with_message(line="x"), with_message(line=float("inf")), with_message(line=HUGE),
    with_message(column=-HUGE),
]  # fmt: skip


@pytest.mark.parametrize("made", HOSTILE, ids=range(len(HOSTILE)))
def test_wrong_types_and_numbers_are_report_errors(made: object) -> None:
    with pytest.raises(ReportError):
        parse(json.dumps(made).encode())


@pytest.mark.parametrize("raw", [b"[" * 100_000, b'{"messages": ' + b"9" * 5000, b"\xff", b"\x00", b"NaN", b"{'a': 1}"])
def test_what_is_no_json_is_a_report_error(raw: bytes) -> None:
    with pytest.raises(ReportError):
        parse(raw)


@pytest.mark.parametrize("name", ["path", "message", "symbol", "type"])
@pytest.mark.parametrize("value", ["a" + chr(0xDCFF), "a" + chr(0xD800)])
def test_text_that_is_no_unicode_is_refused_or_made_visible(name: str, value: str) -> None:
    try:
        found = parse(json.dumps(with_message(**{name: value})).encode()).findings[0]
    except ReportError:
        return
    assert value not in astuple(found)
    assert str(found).encode()


@FUZZ
@given(st.integers(0, len(recorded("pylint.json").rstrip()) - 1))
def test_no_half_of_a_report_is_one(length: int) -> None:
    with pytest.raises(ReportError):
        parse(recorded("pylint.json")[:length])


leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=3))
junk = st.recursive(leaves, lambda inner: st.one_of(st.lists(inner, max_size=2), st.dictionaries(st.text(), inner)))


@FUZZ
@given(st.sampled_from(["score", "messageTypeCount"]), junk, st.sampled_from(["line", "path"]), junk)
def test_any_values_are_a_result_or_a_report_error(name: str, value: object, field: str, other: object) -> None:
    made = with_message(**{field: other})
    made["statistics"][name] = value
    try:
        result = parse(json.dumps(made).encode())
        assert all(-1e300 < number < 1e300 for number in result.metrics.values())
        assert all(abs(one.line) < 2**63 for one in result.findings)
    except ReportError as error:
        assert error.message  # noqa: PT017 - either way is right


def test_it_applies_to_projects_with_python_and_looks_at_their_own_packages() -> None:
    assert PylintTool().why_not(python_layout(["README"])) == "there are no Python files"
    layout = python_layout(["src/p/__init__.py", "tests/test_p.py"])
    assert PylintTool().why_not(layout) == ""
    assert PylintTool().default_paths(layout) == ("src/p",)
