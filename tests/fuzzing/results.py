"""What holds for every result and every expected error, whatever they were made of."""

import math

from fullautoci.errors import FullAutoCIError
from fullautoci.model import Outcome, Result, TestCase

COUNT_LIMIT = 2**53


def check_error(error: FullAutoCIError) -> None:
    """It says something, on one line that can be printed."""
    assert error.message
    assert "\n" not in error.message
    (error.message + error.hint).encode()


def check_tests(tests: tuple[TestCase, ...]) -> None:
    """They can be stored, and their times added up."""
    for test in tests:
        assert test.name
        assert test.outcome in ("passed", "failed", "errored", "skipped")
        assert math.isfinite(test.duration_s)
        assert test.duration_s >= 0
        (test.name + test.message).encode()


def check_result(result: Result) -> None:
    """It can be stored and shown, and passes only if nothing in it is bad."""
    assert "\n" not in result.reason
    (result.reason + result.hint).encode()
    assert all(math.isfinite(number) and abs(number) <= 2 * COUNT_LIMIT for number in result.metrics.values())
    check_tests(result.tests)
    for finding in result.findings:
        assert 0 <= finding.line <= COUNT_LIMIT
        assert 0 <= finding.column <= COUNT_LIMIT
        (finding.path + finding.rule + finding.severity + finding.message).encode()
    for file in result.files:
        assert 0 <= file.covered <= file.statements <= COUNT_LIMIT
        assert 0 <= file.covered_branches <= file.branches <= COUNT_LIMIT
        assert all(0 <= line <= COUNT_LIMIT for line in file.missing)
        file.path.encode()
    if result.outcome == Outcome.PASSED:
        assert not [one for one in result.findings if one.severity in ("fatal", "error")]
        assert not [one for one in result.tests if one.outcome in ("failed", "errored")]
        assert not result.metrics.get("errors")
        assert not result.metrics.get("tests_failed")
