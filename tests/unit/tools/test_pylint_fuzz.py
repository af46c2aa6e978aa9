"""Any report at all is a result that can be stored, or a report error."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools.base import Left
from fullautoci.tools.pylint import EXTENT, REPORT, PylintTool
from tests.fuzzing import pylint
from tests.unit.fuzz import FUZZ, damaged, transplanted, values
from tests.unit.recorded import recorded

REPORTS = ("pylint.json", "pylint-missing.json", "pylint-nothing.json", "pylint-syntax.json")
WHOLE = recorded("pylint.json")


@FUZZ
@given(st.one_of(st.binary(max_size=80), values))
def test_any_bytes_and_any_json_are_a_result_or_a_report_error(raw: bytes) -> None:
    pylint.check(raw)
    pylint.check(WHOLE + b"\0" + raw)


@FUZZ
@given(damaged(pylint.SEEDS, pylint.WORDS))
@example(WHOLE.replace(b"Undefined", b"\\ud800"))
def test_a_damaged_report_is_a_result_or_a_report_error(raw: bytes) -> None:
    pylint.check(raw)


@FUZZ
@given(st.sampled_from(REPORTS).map(recorded).flatmap(transplanted))
def test_other_values_in_any_place_are_a_result_or_a_report_error(raw: bytes) -> None:
    pylint.check(raw)


@FUZZ
@given(transplanted(pylint.EXTENT_SEED))
@example(b'{"modules": 1e999, "statements": 1}')
@example(b'{"modules": 1, "statements": ' + b"[" * 950 + b"]" * 950 + b"}")
def test_any_extent_is_a_result_or_a_report_error(raw: bytes) -> None:
    pylint.check(recorded("pylint-nothing.json") + b"\0" + raw)


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_that_was_cut_anywhere_is_a_report_error(name: str) -> None:
    for length in range(len(recorded(name).rstrip())):
        with pytest.raises(ReportError):
            _parse(recorded(name)[:length])


def _parse(raw: bytes, extent: bytes = pylint.EXTENT_SEED) -> None:
    PylintTool().parse(ToolPlan("pylint"), Left(0, {REPORT: raw, EXTENT: extent}, b"", "/checkout"))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("messages",), ""),
        (("messages",), {}),
        (("messages", 0, "path"), None),
        (("messages", 0, "path"), ["calc.py"]),
        (("messages", 0, "symbol"), 5),
        (("messages", 0, "type"), None),
        (("messages", 0, "message"), {"a": 1}),
        (("statistics", "score"), 10**300),
        (("statistics", "score"), 1e300),
        (("statistics",), []),
    ],
)
def test_a_value_of_the_wrong_kind_is_a_report_error(place: tuple[str | int, ...], value: object) -> None:
    made = json.loads(WHOLE)
    inside = made
    for part in place[:-1]:
        inside = inside[part]
    inside[place[-1]] = value
    with pytest.raises(ReportError):
        _parse(json.dumps(made).encode())


def test_errors_that_are_counted_and_not_told_are_no_pass() -> None:
    made = json.loads(WHOLE)
    made["messages"] = [one for one in made["messages"] if one["type"] != "error"]
    with pytest.raises(ReportError, match="contradicts itself"):
        _parse(json.dumps(made).encode())
