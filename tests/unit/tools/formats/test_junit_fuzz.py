"""Any report at all is test cases or a report error, in bounded memory; well-formed ones as their tree says."""

import time
import tracemalloc
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci.errors import ReportError
from fullautoci.tools.formats import junit
from tests.fuzzing import junit as target
from tests.unit.fuzz import FUZZ, damaged
from tests.unit.recorded import recorded

WHOLE = recorded("junit.xml")

names = st.sampled_from(["testcase", "failure", "error", "skipped", "testsuite", "system-out"])
texts = st.text(st.characters(codec="utf-8", min_codepoint=32, exclude_characters="\ufffe\uffff"), max_size=6)
attributes = st.dictionaries(st.sampled_from(["name", "classname", "time", "message"]), texts, max_size=4)


@st.composite
def _tree(draw: st.DrawFn, depth: int = 0) -> ElementTree.Element:
    element = ElementTree.Element(draw(names), draw(attributes))
    element.text, element.tail = draw(texts), draw(texts) if depth else None
    element.extend(draw(st.lists(_tree(depth + 1), max_size=3)) if depth < 4 else ())
    return element


def _told(element: ElementTree.Element) -> tuple[str, str, str]:
    """A test case's name, outcome and message, from its tree."""
    prefix, name = element.get("classname", ""), element.get("name", "")
    said = next((child for child in element if child.tag in junit.OUTCOMES), None)
    outcome = "passed" if said is None else junit.OUTCOMES[said.tag]
    message = "" if said is None else said.text or said.get("message") or ""
    return f"{prefix}::{name}" if prefix else name, outcome, message


@FUZZ
@given(_tree(), st.booleans())
def test_what_is_well_formed_is_read_as_its_tree_says(tree: ElementTree.Element, in_pieces: bool) -> None:
    raw = ElementTree.tostring(tree, "utf-8")
    expected = [told for told in map(_told, ElementTree.fromstring(raw).iter("testcase")) if told[0]]
    before = junit.PIECE
    junit.PIECE = 7 if in_pieces else before
    try:
        found = [(case.name, case.outcome, case.message) for case in junit.parse(raw)]
    finally:
        junit.PIECE = before
    assert found == expected


@FUZZ
@given(damaged(target.SEEDS, target.WORDS))
@example(WHOLE.replace(b'time="0.001"', b'time="1e999"'))
@example(WHOLE.replace(b"test_add", b"&#xD800;"))
def test_a_damaged_report_is_test_cases_or_a_report_error(raw: bytes) -> None:
    target.check(raw)


def test_a_report_that_was_cut_anywhere_is_a_report_error() -> None:
    for length in range(len(WHOLE.rstrip())):
        with pytest.raises(ReportError):
            junit.parse(WHOLE[:length])


SIZE = 16 * 1024 * 1024
LARGE = {
    "deep": b"<a>" * (SIZE // 3),
    "elements": b"<t>" + b"<a/>" * (SIZE // 4) + b"</t>",
    "cases": b"<t>" + b"<testcase/>" * (SIZE // 11) + b"</t>",
    "attributes": b"<t " + b" ".join(b"a%x=''" % number for number in range(SIZE // 10)) + b"/>",
    "name": b"<t><testcase name='" + b"x" * SIZE + b"'/></t>",
}


@pytest.mark.parametrize("kind", LARGE)
def test_a_report_of_more_than_is_kept_costs_little(kind: str) -> None:
    began = time.process_time()
    tracemalloc.start()
    try:
        with pytest.raises(ReportError, match=r"more than|the limit is"):
            junit.parse(LARGE[kind])
        assert tracemalloc.get_traced_memory()[1] < 150 * 1024 * 1024
    finally:
        tracemalloc.stop()
    assert time.process_time() - began < 10


def test_a_message_of_many_pieces_is_its_end() -> None:
    raw = b"<t><testcase name='a'><failure>" + b"one line &amp; more\n" * 500_000 + b"end</failure></testcase></t>"
    (case,) = junit.parse(raw)
    assert case.message.endswith("& more\nend")
    assert len(case.message) == junit.MESSAGE_LIMIT
