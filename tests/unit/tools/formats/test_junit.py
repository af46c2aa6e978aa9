"""JUnit XML as hostile input: test cases or a report error, never anything else."""

import encodings.aliases
import math
import time
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.errors import ReportError
from fullautoci.model import TestCase
from fullautoci.tools.formats import junit
from tests.unit.fuzz import FUZZ
from tests.unit.recorded import recorded

CASE = '<testsuite><testcase classname="a" name="b" {}/></testsuite>'
BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))


def test_what_pytest_wrote_is_read() -> None:
    cases = junit.parse(recorded("junit.xml"))
    assert [(case.name, case.outcome) for case in cases] == [
        ("test_calc::test_add", "passed"),
        ("test_calc::test_wrong", "failed"),
        ("test_calc::test_crash", "failed"),
        ("test_calc::test_later", "skipped"),
        ("test_calc::test_error", "errored"),
    ]
    assert cases[0] == TestCase("test_calc::test_add", "passed", 0.001)
    assert "assert 3 == 4" in cases[1].message
    assert cases[3].message.endswith("later")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no xml",
        b"<testsuite>",
        b"<a></b>",
        b"\x00" * 50,
        b"<testsuite>\x07</testsuite>",
        b"<testsuite>&#0;</testsuite>",
        b"<testsuite>&undefined;</testsuite>",
        b"<testsuite>\xff</testsuite>",
        b'<?xml version="1.0" encoding="nonsense"?><testsuite/>',
        b'<?xml version="1.0" encoding="utf-16"?><testsuite/>',
        b'<?xml version="1.0" encoding="ascii"?><testsuite name="\xc3\xbc"/>',
        b"<!DOCTYPE testsuite><testsuite/>",
        b'<!DOCTYPE t [<!ENTITY x SYSTEM "file:///etc/passwd">]><t><testcase name="&x;"/></t>',
        b'<!DOCTYPE t SYSTEM "http://127.0.0.1:1/x.dtd"><t/>',
        f'<!DOCTYPE t [{BOMB}]><t><testcase name="&e9;"/></t>'.encode(),
        b'<!DOCTYPE t [<!ATTLIST testcase name CDATA "forged">]><t><testcase/></t>',
        b'<t xmlns:a="b"><testcase c:name="x"/></t>',
        b'<t><testcase name="x" name="y"/></t>',
    ],
)
def test_what_is_not_allowed_is_a_report_error(raw: bytes) -> None:
    began = time.process_time()
    with pytest.raises(ReportError, match="cannot be read"):
        junit.parse(raw)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("length", range(0, len(recorded("junit.xml").rstrip()) - 1, 37))
def test_no_half_of_a_report_is_one(length: int) -> None:
    with pytest.raises(ReportError):
        junit.parse(recorded("junit.xml")[:length])


@pytest.mark.parametrize(
    ("value", "expected"),
    [("1.5", 1.5), ("nan", 0), ("inf", 0), ("-1", 0), ("1e999", 0), ("1,234.5", 0), ("", 0), ("9" * 5000, 0)],
)
def test_times_are_seconds_or_nothing(value: str, expected: float) -> None:
    assert junit.parse(CASE.format(f'time="{value}"').encode())[0].duration_s == expected


@pytest.mark.parametrize(
    "encoding", sorted(set(encodings.aliases.aliases.values()) | {"idna", "punycode", "undefined"})
)
def test_every_encoding_is_read_or_refused(encoding: str) -> None:
    raw = f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + CASE.format("").encode()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some codecs complain about being asked
        try:
            assert [case.name for case in junit.parse(raw)] == ["a::b"]
        except ReportError as error:
            assert "cannot be read" in error.message  # noqa: PT017 - either way is right


def test_utf16_is_read_where_it_says_so() -> None:
    raw = '<?xml version="1.0" encoding="utf-16"?><t><testcase name="ü"/></t>'.encode("utf-16")
    assert junit.parse(raw) == (TestCase("ü", "passed", 0),)


def test_deep_nesting_is_read_or_refused_but_never_fatal() -> None:
    try:
        assert junit.parse(b"<a>" * 50_000 + b"</a>" * 50_000) == ()
    except ReportError as error:
        assert error.message  # noqa: PT017 - either way is right


def test_the_first_outcome_counts_and_its_message_is_capped() -> None:
    raw = f"<t><testcase name='x'><failure>{'y' * 9000}z</failure><skipped/></testcase></t>".encode()
    (case,) = junit.parse(raw)
    assert case.outcome == "failed"
    assert len(case.message) == junit.MESSAGE_LIMIT
    assert case.message.endswith("yz")


def test_too_many_cases_are_refused() -> None:
    with pytest.raises(ReportError, match="the limit is 200000"):
        junit.parse(b"<t>" + b"<testcase/>" * (junit.CASE_LIMIT + 1) + b"</t>")


def _only_report_errors(raw: bytes) -> None:
    try:
        for case in junit.parse(raw):
            assert math.isfinite(case.duration_s)
            assert case.outcome in ("passed", "failed", "errored", "skipped")
            (case.name + case.message).encode()
    except ReportError as error:
        assert error.message  # noqa: PT017 - either way is right


@FUZZ
@given(st.data())
def test_a_damaged_report_is_a_report_or_a_report_error(data: st.DataObject) -> None:
    raw = bytearray(recorded("junit.xml"))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    _only_report_errors(bytes(raw))


@FUZZ
@given(st.one_of(st.binary(max_size=80), st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))))
def test_any_bytes_are_a_report_or_a_report_error(raw: bytes) -> None:
    _only_report_errors(raw)
    _only_report_errors(b"<t><testcase name='" + raw + b"' time='" + raw + b"'><failure>" + raw)


@FUZZ
@given(st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=20), st.floats())
def test_any_name_and_time_are_read(name: str, seconds: float) -> None:
    quoted = "".join(f"&#{ord(letter)};" for letter in name if letter not in "\ufffe\uffff")
    _only_report_errors(f'<t><testcase name="{quoted}" time="{seconds}"/></t>'.encode())
