"""JUnit XML, as pytest, unittest runners, and most other test tools write it.

There is no standard; what is read here is what all agree on: `testcase` elements with `classname`, `name` and `time`,
and at most one of `failure`, `error` and `skipped` in each (https://github.com/testmoapp/junitxml).
"""

from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from fullautoci.errors import ReportError
from fullautoci.model import TestCase
from fullautoci.text import one_line, storable

OUTCOMES = {"error": "errored", "failure": "failed", "skipped": "skipped"}
CASE_LIMIT = 200_000
MESSAGE_LIMIT = 4000


def parse(raw: bytes) -> tuple[TestCase, ...]:
    """The test cases of a report; entities and document types are refused.

    Raises:
        ReportError: it is not XML, holds what is not allowed, or has more cases than we keep.
    """
    try:
        root = fromstring(raw, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise ReportError(f"the JUnit report cannot be read: {one_line(str(error))}") from error
    cases = [_case(element) for element in root.iter("testcase")]
    if len(cases) > CASE_LIMIT:
        raise ReportError(f"the JUnit report has {len(cases)} cases; the limit is {CASE_LIMIT}")
    return tuple(case for case in cases if case.name)  # an interrupted pytest leaves one without a name


def _case(element: Element) -> TestCase:
    prefix, name = element.get("classname", ""), element.get("name", "")
    outcome, message = "passed", ""
    for child in element:
        if child.tag in OUTCOMES:
            outcome = OUTCOMES[child.tag]
            message = (child.text or child.get("message") or "")[-MESSAGE_LIMIT:]
            break
    return TestCase(storable(f"{prefix}::{name}" if prefix else name), outcome, _seconds(element), storable(message))


def _seconds(element: Element) -> float:
    try:
        seconds = float(element.get("time", "0"))
    except ValueError:
        return 0.0
    return seconds if 0.0 <= seconds < 1e9 else 0.0  # NaN compares false
