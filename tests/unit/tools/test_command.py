"""Commands of the configuration's, and the reports that they promise."""

from pathlib import Path

import pytest

from fullautoci.errors import ReportError
from fullautoci.layout import python_layout
from fullautoci.model import Outcome, Result, ToolPlan
from fullautoci.tools import named
from fullautoci.tools.base import Context, Left
from fullautoci.tools.command import CommandTool
from tests.unit.recorded import recorded

GOOD = b"<t><testcase classname='a' name='b' time='2'/></t>"


def parse(returncode: int, report: bytes | None = None, *, promised: bool = False) -> Result:
    plan = ToolPlan("docs", command=("make", "docs"), reports={"junit": "build/j.xml"} if promised else {})
    reports = {} if report is None else {"junit": report}
    return CommandTool("docs").parse(plan, Left(returncode, reports, b"said\nthis", "/checkout"))


def test_a_command_is_its_exit_status() -> None:
    assert parse(0) == Result(Outcome.PASSED, metrics={"exit_code": 0})
    failed = parse(3)
    assert (failed.outcome, failed.reason, failed.hint) == (Outcome.FAILED, "it ended with 3", "said\nthis")


@pytest.mark.parametrize("returncode", [126, 127])
def test_a_command_that_is_not_there_is_no_verdict(returncode: int) -> None:
    with pytest.raises(ReportError, match="'make' could not be run"):
        parse(returncode)


@pytest.mark.parametrize("returncode", [-9, -11])
def test_a_command_that_was_killed_is_no_verdict(returncode: int) -> None:
    with pytest.raises(ReportError):
        parse(returncode)


def test_the_tests_of_its_report_count() -> None:
    passed = parse(0, GOOD, promised=True)
    assert (passed.outcome, passed.tests[0].duration_s, passed.metrics["tests_passed"]) == (Outcome.PASSED, 2, 1)
    failed = parse(0, recorded("junit.xml"), promised=True)
    assert (failed.outcome, failed.metrics["tests_failed"]) == (Outcome.FAILED, 3)
    assert failed.reason == "3 tests failed, the first: test_calc::test_wrong"


def test_a_bad_status_is_not_outweighed_by_a_good_report() -> None:
    assert parse(1, GOOD, promised=True).outcome == Outcome.FAILED


@pytest.mark.parametrize("report", [None, b"", b"<t>", b"\xff"])
def test_a_promised_report_that_is_missing_or_broken_is_no_verdict(report: bytes | None) -> None:
    with pytest.raises(ReportError):
        parse(0, report, promised=True)


def test_a_report_without_tests_is_no_pass() -> None:
    try:
        outcome = parse(0, b"<testsuite/>", promised=True).outcome
    except ReportError:
        return
    assert outcome == Outcome.SKIPPED


def test_the_command_line_is_as_configured(tmp_path: Path) -> None:
    plan = ToolPlan("docs", command=("make", "docs"), args=("-j",), paths=("a b",))
    context = Context(plan, python_layout([]), "python", tmp_path, tmp_path)
    assert named("docs", plan.command).command(context) == ["make", "docs", "-j", "a b"]
    assert [named(name, ()).name for name in ("pylint", "coverage")] == ["pylint", "coverage"]
