"""Text from outside, made safe to store and to show."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from fullautoci import text
from tests.unit.fuzz import FUZZ

anything = st.text(st.one_of(st.characters(), st.characters(categories=["Cs"])), max_size=40)
UNSHOWN = "\x00\x07\x1b\x7f\x9b\r\u200e\u202e\u2066"


@FUZZ
@given(st.binary(max_size=40))
def test_bytes_of_a_path_become_storable_text(raw: bytes) -> None:
    stored = text.storable(raw.decode("utf-8", "surrogateescape"))
    assert stored == text.decode(raw)
    with closing(sqlite3.connect(":memory:")) as connection:
        assert connection.execute("SELECT ?", [stored]).fetchone() == (stored,)


@FUZZ
@given(anything)
@example(chr(0xD800))
def test_any_text_can_be_made_storable(value: str) -> None:
    assert text.storable(value).encode("utf-8").decode() == text.storable(value)


@FUZZ
@given(anything, st.integers(1, 30))
def test_one_line_is_one_short_line_of_plain_text(value: str, limit: int) -> None:
    line = text.one_line(value, limit)
    assert len(line) <= limit
    assert not set(line) & set(UNSHOWN + "\n\t")
    assert text.one_line(line, limit) == line


@FUZZ
@given(anything)
def test_plain_text_has_no_control_characters_and_stays_so(value: str) -> None:
    shown = text.plain(value)
    assert not set(shown) & set(UNSHOWN)
    assert text.plain(shown) == shown


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;AAAA\x07after", "after"),
        ("\x1b]0;never closed", ""),
        ("\x1bPdcs\x1b\\after", "after"),
        ("a\x1b[2Jb", "ab"),
        ("a\rb\nc\td", "a\N{REPLACEMENT CHARACTER}b c d"),
        ("user\u202egpj.exe", "user\N{REPLACEMENT CHARACTER}gpj.exe"),
    ],
)
def test_terminal_sequences_and_direction_marks_do_not_reach_a_line(raw: str, expected: str) -> None:
    assert text.one_line(raw) == expected


def test_a_long_line_is_cut_with_a_mark() -> None:
    assert text.one_line("abcdef", 4) == "abc…"
    assert text.one_line("abcd", 4) == "abcd"


def test_line_ends_of_other_systems_become_plain_ones() -> None:
    assert text.plain("a\r\nb\rc\x1b[1m\n") == "a\nb\nc\n"


def test_the_tail_is_the_last_lines() -> None:
    assert text.tail(b"".join(b"%d\n" % n for n in range(100)), 3) == "97\n98\n99"
    assert text.tail(b"\xff\x1b[31mx") == "\\xffx"
    assert text.tail(b"") == ""


@pytest.mark.parametrize(("value", "expected"), [(1, "1"), (0.5, "0.5"), (9.999, "10"), (100.0, "100"), (0.0, "0")])
def test_numbers_have_no_needless_digits(value: float, expected: str) -> None:
    assert text.number(value) == expected


def test_counts_have_their_nouns() -> None:
    assert [text.counted(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]


def test_times_are_iso_8601_in_utc() -> None:
    moment = datetime(2026, 1, 31, 23, 59, 59, 123456, timezone(timedelta(hours=2)))
    assert text.iso(moment) == "2026-01-31T21:59:59.123Z"
    assert abs(datetime.fromisoformat(text.timestamp()) - datetime.now(UTC)) < timedelta(minutes=1)
