"""Coverage's reports, and which runner a project's tests have."""

import json
from pathlib import Path
from typing import Any

import pytest

from fullautoci.errors import ReportError
from fullautoci.layout import python_layout
from fullautoci.model import FileCoverage, Outcome, Result, ToolPlan
from fullautoci.tools.base import Context, Left
from fullautoci.tools.coverage import CoverageTool, uses_pytest
from tests.unit.recorded import recorded

GOOD = b"<t><testcase classname='a' name='b'/></t>"
HUGE = 10**30


def parse(coverage: object, junit: bytes | None = GOOD, returncode: int = 0) -> Result:
    raw = coverage if isinstance(coverage, bytes) else json.dumps(coverage).encode()
    reports = {"coverage.json": raw, **({"junit.xml": junit} if junit is not None else {})}
    return CoverageTool().parse(ToolPlan("coverage"), Left(returncode, reports, b"last words", "/checkout"))


def report(**fields: Any) -> dict[str, Any]:
    summary = {"num_statements": 4, "covered_lines": 3, "num_branches": 2, "covered_branches": 1}
    one: dict[str, Any] = {"summary": summary, "missing_lines": [4]}
    one["summary"] = {**summary, **{name: value for name, value in fields.items() if name in summary}}
    one |= {name: value for name, value in fields.items() if name not in summary}
    return {"files": {"/checkout/a.py": one}}


def test_what_coverage_and_pytest_wrote_is_read() -> None:
    result = parse(recorded("coverage.json"), recorded("junit.xml"), 1)
    assert result.outcome == Outcome.FAILED
    assert result.reason == "3 of 5 tests failed, the first: test_calc::test_wrong"
    assert result.files[0] == FileCoverage("calc.py", 6, 4, 2, 1, (7, 12))
    totals = json.loads(recorded("coverage.json"))["totals"]
    assert result.metrics == {
        "percent_lines": round(100 * totals["covered_lines"] / totals["num_statements"], 4),
        "percent_branches": 50.0,
        "missing_lines": totals["missing_lines"],
        "missing_branches": 1,
        "tests_failed": 3,
        "tests_passed": 1,
    }


def test_a_file_of_the_checkout_has_a_relative_path_and_no_branches_no_metric() -> None:
    result = parse(report(num_branches=0, covered_branches=0))
    assert result.files == (FileCoverage("a.py", 4, 3, 0, 0, (4,)),)
    assert result.metrics == {"percent_lines": 75, "missing_lines": 1, "tests_failed": 0, "tests_passed": 1}


@pytest.mark.parametrize("returncode", [3, 4, 6, 70, -9, -11])
def test_a_crash_of_the_runner_is_no_verdict(returncode: int) -> None:
    with pytest.raises(ReportError, match="could not be run to their end") as caught:
        parse(report(), returncode=returncode)
    assert caught.value.hint == "last words"


@pytest.mark.parametrize("junit", [None, b"", b"<t>", b"<!DOCTYPE t><t/>"])
def test_a_missing_or_broken_list_of_tests_is_no_verdict(junit: bytes | None) -> None:
    with pytest.raises(ReportError):
        parse(report(), junit)


@pytest.mark.parametrize("returncode", [0, 5])
def test_no_tests_are_skipped_not_passed(returncode: int) -> None:
    result = parse(report(), b"<testsuite/>", returncode)
    assert (result.outcome, result.reason, dict(result.metrics)) == (Outcome.SKIPPED, "no tests were found", {})


@pytest.mark.parametrize("junit", [b"<testsuite/>", GOOD])
def test_tests_that_were_interrupted_are_no_pass_and_not_skipped(junit: bytes) -> None:
    try:
        outcome = parse(report(), junit, 2).outcome
    except ReportError:
        return
    assert outcome == Outcome.FAILED


def test_a_runner_that_says_failed_is_believed_over_its_list() -> None:
    try:
        outcome = parse(report(), GOOD, 1).outcome
    except ReportError:
        return
    assert outcome == Outcome.FAILED


HOSTILE = [
    b"", b"{", b"[" * 100_000, b"\xff", [], 5, None, {}, {"files": []}, {"files": {}}, {"files": {"a.py": 5}},
    {"files": {"a.py": {}}}, {"files": {"a.py": {"summary": {}, "missing_lines": []}}},
    report(num_statements=0, covered_lines=0), report(num_statements=None), report(num_statements="many"),
    report(num_statements=float("nan")), report(num_statements=float("inf")), report(num_statements=HUGE),
    report(num_statements=-4), report(covered_lines=-1), report(covered_lines=5), report(covered_branches=3),
    report(num_branches=float("inf")), report(missing_lines=None), report(missing_lines=[float("inf")]),
    report(missing_lines=["x"]), report(missing_lines=5),
]  # fmt: skip


@pytest.mark.parametrize("made", HOSTILE, ids=range(len(HOSTILE)))
def test_wrong_reports_and_nothing_measured_are_report_errors(made: object) -> None:
    with pytest.raises(ReportError):
        parse(made)


@pytest.mark.parametrize("length", range(0, len(recorded("coverage.json").rstrip()) - 1, 41))
def test_no_half_of_a_report_is_one(length: int) -> None:
    with pytest.raises(ReportError):
        parse(recorded("coverage.json")[:length])


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"test_a.py": "import unittest\n"}, False),
        ({"test_a.py": "from unittest import TestCase\n"}, False),
        ({"test_a.py": "import unittest\n", "tests/test_b.py": "import pytest\n"}, True),
        ({"test_a.py": "import unittest\n", "tests/conftest.py": ""}, True),
        ({"test_a.py": "def test_a():\n    assert 1\n"}, True),
        ({"test_a.py": "import unittest\n", "pytest.ini": "[pytest]\n"}, True),
        ({"test_a.py": "import unittest\n", "pyproject.toml": "[tool.pytest.ini_options]\n"}, True),
        ({"test_a.py": "import unittest\n", "pyproject.toml": '[dependency-groups]\ntest = ["pytest>=8"]\n'}, True),
        ({"test_a.py": "import unittest\n", "setup.cfg": "[tool:pytest]\n"}, True),
        ({"test_a.py": "import unittest\n", "tox.ini": "[testenv]\ndeps =\n    pytest\n"}, True),
        ({"test_a.py": "import unittest\n", "tox.ini": "[testenv]\ncommands = python -m unittest\n"}, False),
        ({"test_a.py": b"\xff\xfe import unittest"}, True),
    ],
)
def test_the_runner_is_told_from_the_projects_files(
    tmp_path: Path, files: dict[str, str | bytes], expected: bool
) -> None:
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert uses_pytest(tmp_path) is expected
    runner = CoverageTool().command(Context(ToolPlan("coverage"), python_layout(files), "py", tmp_path, tmp_path))[3]
    assert runner == ("pytest" if expected else "unittest")


def test_links_out_of_the_checkout_are_not_read_for_the_runner(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("[pytest]\n")
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "test_a.py").write_text("import unittest\n")
    (checkout / "pytest.ini").symlink_to(tmp_path / "secret")
    assert uses_pytest(checkout) is False


def test_it_applies_to_projects_with_tests() -> None:
    assert CoverageTool().why_not(python_layout(["a.py"])) == "no tests were found"
    assert CoverageTool().why_not(python_layout(["a.py", "test_a.py"])) == ""
