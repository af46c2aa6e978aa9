"""Parts of a log are whole lines with their numbers, whatever its size and whatever is in it."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.web.dashboard import log_parts

TEXT = st.lists(st.sampled_from([b"a", b"bc", b"\n", b"\n\n", b"\xff", b"x" * 30, b"\x1b[31m"]), max_size=60).map(
    b"".join
)


def lines(part: log_parts.Part) -> list[tuple[int, str]]:
    return [(row.number, str(row.text)) for row in part.rows]


@given(text=TEXT, size=st.integers(1, 5))
def test_parts_one_after_the_other_are_the_whole(text: bytes, size: int) -> None:
    file = io.BytesIO(text)
    whole = log_parts.forward(file, 0)
    at, number, style, found = 0, 1, "", []
    for _ in range(200):
        part = log_parts.forward(file, at, number=number, style=style, lines=size)
        found += lines(part)
        at, number, style = part.end, part.number, part.style
        if at >= len(text):
            break
    assert found == lines(whole)
    assert [number for number, _ in found] == list(range(1, len(found) + 1))
    assert len(found) == len(text.removesuffix(b"\n").split(b"\n")) - (not text)


@given(text=TEXT, size=st.integers(1, 5), most=st.integers(1, 80))
def test_a_part_that_ends_somewhere_begins_at_a_line(text: bytes, size: int, most: int) -> None:
    file = io.BytesIO(text)
    start = log_parts.back(file, len(text), size, most)
    assert start == 0 or text[start - 1 : start] == b"\n"
    assert text[start:].removesuffix(b"\n").count(b"\n") < size
    assert start < len(text) or not text


@given(text=TEXT, number=st.integers(0, 40))
def test_a_line_is_found_by_its_number(text: bytes, number: int) -> None:
    file = io.BytesIO(text)
    starts = [0, *(at + 1 for at, byte in enumerate(text) if byte == 10 and at + 1 < len(text))]
    assert log_parts.of_line(file, number) == starts[min(max(number, 1), len(starts)) - 1]


def test_a_line_without_an_end_comes_again_while_it_is_written() -> None:
    file = io.BytesIO(b"one\n\x1b[31mtwo")
    part = log_parts.forward(file, 0, over=False)
    assert lines(part) == [(1, "one"), (2, '<b class="f1">two</b>')]
    assert (part.end, part.number, part.style) == (4, 2, "")
    file.write(b" more\nthree\n")
    part = log_parts.forward(file, part.end, number=part.number, style=part.style, over=False)
    assert lines(part) == [(2, '<b class="f1">two more</b>'), (3, '<b class="f1">three</b>')]
    assert (part.end, part.number, part.style) == (log_parts.size(file), 4, "31")


def test_a_short_log_is_whole_and_a_long_one_has_a_beginning_and_an_end() -> None:
    assert len(log_parts.overview(io.BytesIO(b"a\n" * 2000), over=True)) == 1
    head, tail = log_parts.overview(io.BytesIO(b"a\n" * 90_000), over=True)
    assert [head.rows[0].number, head.rows[-1].number] == [1, 300]
    assert [tail.rows[0].number, tail.rows[-1].number] == [88_501, 90_000]
    head, tail = log_parts.overview(io.BytesIO(b"a\n" * 1790 + b"b" * 300_000 + b"\n" + b"a\n" * 1700), over=True)
    assert head.end < tail.begin


def test_a_line_of_a_megabyte_is_cut_and_fifty_take_no_time() -> None:
    file = io.BytesIO((b"y" * 1_000_000 + b"\n") * 50)
    began = time.process_time()
    head, *_ = log_parts.overview(file, over=True)
    assert str(head.rows[0].text) == "y" * 8192 + '<i class="more"> … 991808 bytes more</i>'
    assert head.rows[1].number == 2
    log_parts.forward(file, log_parts.back(file, log_parts.size(file)))
    log_parts.of_line(file, 49)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"10 %\r20 %\rdone\r\n", "10 %\n20 %\ndone"), (b"\xff\xfe<b>", "\\xff\\xfe&lt;b&gt;"),
        (b"\x00", '<span class="odd" title="a control character">U+0000</span>'),
    ],
)  # fmt: skip
def test_nothing_of_a_line_is_lost(raw: bytes, shown: str) -> None:
    assert str(log_parts.forward(io.BytesIO(raw), 0).rows[0].text) == shown
