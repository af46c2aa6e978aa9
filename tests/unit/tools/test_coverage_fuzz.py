"""Any report at all is a result that can be stored, or a report error."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci.errors import ReportError
from fullautoci.model import ToolPlan
from fullautoci.tools.base import Left
from fullautoci.tools.coverage import CoverageTool
from tests.fuzzing import coverage
from tests.unit.fuzz import FUZZ, damaged, transplanted, values
from tests.unit.recorded import recorded

WHOLE = recorded("coverage.json")


def _parse(raw: bytes) -> None:
    reports = {"coverage.json": raw, "junit.xml": coverage.TESTS}
    CoverageTool().parse(ToolPlan("coverage"), Left(0, reports, b"", "/checkout"))


@FUZZ
@given(st.one_of(st.binary(max_size=80), values))
def test_any_bytes_and_any_json_are_a_result_or_a_report_error(raw: bytes) -> None:
    coverage.check(raw)


@FUZZ
@given(damaged(coverage.SEEDS, coverage.WORDS))
def test_a_damaged_report_is_a_result_or_a_report_error(raw: bytes) -> None:
    coverage.check(raw)


@FUZZ
@given(transplanted(WHOLE))
@example(WHOLE.replace(b'"num_statements": 6', b'"num_statements": 1' + b"0" * 400))
@example(WHOLE.replace(b'"num_statements": 6', b'"num_statements": ' + b"[" * 950 + b"]" * 950))
@example(WHOLE.replace(b'"calc.py"', b'"\\ud800.py"'))
def test_other_values_in_any_place_are_a_result_or_a_report_error(raw: bytes) -> None:
    coverage.check(raw)


def test_a_report_that_was_cut_anywhere_is_a_report_error() -> None:
    for length in range(len(WHOLE.rstrip())):
        with pytest.raises(ReportError):
            _parse(WHOLE[:length])


@pytest.mark.parametrize("value", ["", {}, "12", {"1": 2}, None, [1.5], [True]])
def test_missing_lines_that_are_no_list_of_lines_are_a_report_error(value: object) -> None:
    made = json.loads(WHOLE)
    made["files"]["calc.py"]["missing_lines"] = value
    with pytest.raises(ReportError):
        _parse(json.dumps(made).encode())
