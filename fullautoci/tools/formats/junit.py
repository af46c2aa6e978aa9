"""JUnit XML, as pytest, unittest runners, and most other test tools write it.

There is no standard; what is read here is what all agree on: `testcase` elements with `classname`, `name` and `time`,
and at most one of `failure`, `error` and `skipped` in each (https://github.com/testmoapp/junitxml).
"""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import XMLParser

from fullautoci.errors import ReportError
from fullautoci.model import TestCase
from fullautoci.text import one_line, storable

OUTCOMES = {"error": "errored", "failure": "failed", "skipped": "skipped"}
CASE_LIMIT = 200_000
ELEMENT_LIMIT = 2_000_000
DEPTH_LIMIT = 100
TAG_LIMIT = 4 * 1024 * 1024
MESSAGE_LIMIT = 4000
# What the parser takes at once: it goes on to the end of a piece after it was told to stop.
PIECE = 1024 * 1024


def parse(raw: bytes) -> tuple[TestCase, ...]:
    """The test cases of a report; entities and document types are refused.

    Raises:
        ReportError: it is not XML, holds what is not allowed, or has more than we keep.
    """
    reader = _Reader()
    try:
        parser = XMLParser(target=reader, forbid_dtd=True)
        for start in range(0, len(raw), PIECE):
            parser.feed(raw[start : start + PIECE])
            if start + PIECE - parser.parser.CurrentByteIndex > TAG_LIMIT:
                raise ValueError(f"one of its tags has more than {TAG_LIMIT} bytes")
        parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise ReportError(f"the JUnit report cannot be read: {one_line(str(error))}") from error
    cases = [case.value() for case in reader.cases]
    return tuple(case for case in cases if case.name)  # an interrupted pytest leaves one without a name


class _Case:
    """A test case as far as it was read; its first outcome counts.

    Attributes:
        depth: how deep its element is.
    """

    def __init__(self, depth: int, attributes: Mapping[str, str]) -> None:
        self.depth = depth
        self.outcome = "passed"
        self.message = ""
        self.told = ""
        prefix, name = attributes.get("classname", ""), attributes.get("name", "")
        self._name = f"{prefix}::{name}" if prefix else name
        self._seconds = _seconds(attributes.get("time", "0"))

    def value(self) -> TestCase:
        """What it came to."""
        message = (self.message or self.told)[-MESSAGE_LIMIT:]
        return TestCase(storable(self._name), self.outcome, self._seconds, storable(message))


class _Reader:
    """Takes the parser's events, and keeps test cases only: a tree of the whole would be forty times the report.

    Attributes:
        cases: in the order in which they begin.
    """

    def __init__(self) -> None:
        self.cases: list[_Case] = []
        self._elements = 0
        self._depth = 0
        self._open: list[_Case] = []
        self._telling = False

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        self._elements += 1
        self._depth += 1
        self._telling = False  # a message is the text before the first element in it
        if self._elements > ELEMENT_LIMIT:
            raise ValueError(f"it has more than {ELEMENT_LIMIT} elements")
        if self._depth > DEPTH_LIMIT:
            raise ValueError(f"it is nested more than {DEPTH_LIMIT} deep")
        if tag == "testcase":
            self._begin(_Case(self._depth, attributes))
        elif tag in OUTCOMES and self._open:
            case = self._open[-1]
            if case.depth == self._depth - 1 and case.outcome == "passed":
                case.outcome, case.told = OUTCOMES[tag], attributes.get("message", "")[-MESSAGE_LIMIT:]
                self._telling = True

    def _begin(self, case: _Case) -> None:
        if len(self.cases) == CASE_LIMIT:
            raise ValueError(f"it has more test cases than are kept; the limit is {CASE_LIMIT}")
        self.cases.append(case)
        self._open.append(case)

    def data(self, text: str) -> None:
        """Text; the end of a message is what is kept."""
        if self._telling:
            self._open[-1].message = (self._open[-1].message + text)[-MESSAGE_LIMIT:]

    def end(self, tag: str) -> None:
        """An element ends."""
        self._telling = False
        if self._open and self._open[-1].depth == self._depth:
            self._open.pop()
        self._depth -= 1

    def close(self) -> Any:
        """The report ends."""


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        return 0.0
    return seconds if 0.0 <= seconds < 1e9 else 0.0  # NaN compares false
