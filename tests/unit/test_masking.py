"""No form of a secret is left, wherever the stream was cut."""

import base64
import json
import time
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.masking import Masker, forms
from fullautoci.model import FileCoverage, Finding, Outcome, Result, TestCase
from tests.unit.fuzz import FUZZ

ODD = "p\"ä/ß+&<w>\\ 'd\t~"
few = st.text("abcA/+é\n", min_size=4, max_size=9)


def piecewise(masker: Masker, pieces: list[bytes]) -> bytes:
    return b"".join(masker.feed(piece) for piece in pieces) + masker.flush()


@pytest.mark.parametrize("before", ["", "x", "xy", "xyz"])
@pytest.mark.parametrize("after", ["", "1", "12", "123"])
@pytest.mark.parametrize("value", ["s3cret", "hunter22", ODD, "a" * 100])
def test_every_form_is_found_wherever_it_is_cut(value: str, before: str, after: str) -> None:
    whole = before + value + after
    printed = [whole, json.dumps(whole), repr(whole), quote(whole), quote(whole, safe="")]
    printed += [base64.b64encode(whole.encode()).decode(), base64.urlsafe_b64encode(whole.encode()).decode()]
    for text in printed:
        raw = f"<{text}>\n".encode()
        expected = Masker([value]).mask(raw)
        assert b"***" in expected
        assert len(expected) <= len(before + after) * 6 + 20, expected  # nothing of the value is left
        for cut in range(len(raw) + 1):
            assert piecewise(Masker([value]), [raw[:cut], raw[cut:]]) == expected
        assert piecewise(Masker([value]), [raw[at : at + 1] for at in range(len(raw))]) == expected


@FUZZ
@given(st.lists(few, max_size=4), st.lists(st.one_of(few, st.text("abcA/+é\n", max_size=5)), max_size=8), st.data())
def test_the_cut_makes_no_difference_and_no_value_is_left(
    values: list[str], parts: list[str], data: st.DataObject
) -> None:
    raw = "".join(parts).encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=5)))
    pieces = [raw[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    masked = piecewise(Masker(values), pieces)
    assert masked == Masker(values).mask(raw)
    assert not any(form in masked for value in values for form in forms(value))
    if not values:
        assert masked == raw


@FUZZ
@given(st.lists(few, min_size=1, max_size=3), st.binary(max_size=60))
def test_any_bytes_come_out_and_at_most_a_forms_length_is_held(values: list[str], raw: bytes) -> None:
    masker = Masker(values)
    longest = max(len(form) for value in values for form in forms(value))
    given_out = masker.feed(raw)
    if b"***" not in masker.mask(raw):
        assert len(given_out) > len(raw) - longest
        assert given_out + masker.flush() == raw


def test_overlapping_values_are_masked_whole() -> None:
    masker = Masker(["abcdef", "defghi", "abcd"])
    assert masker.mask(b"-abcdefghi-abcdX-") == b"-***-***X-"
    assert piecewise(masker, [b"-abcd", b"efg", b"hi-ab", b"cdX-"]) == b"-***-***X-"
    assert Masker(["aaaa"]).mask(b"aaaaaaaaa-aaa") == b"***-aaa"


def test_what_may_not_begin_a_secret_is_not_held() -> None:
    masker = Masker(["s3cret"])
    assert masker.feed(b"a line\n") == b"a line\n"
    assert masker.feed(b"a line s3c") == b"a line "
    assert masker.feed(b"urity\n") == b"s3curity\n"
    assert masker.flush() == b""


def test_a_value_of_several_lines_is_masked_by_its_lines() -> None:
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQ\nab\n-----END KEY-----"
    assert Masker([key]).mask(b"E   MIIEpAIBAAKCAQ\nE   ab\n") == b"E   ***\nE   ab\n"


def test_a_text_that_was_cut_within_a_value_shows_no_part_of_it() -> None:
    masker = Masker(["correct horse"])
    assert masker.text("say correct ho…") == "say ***…"
    assert masker.text("say correct horse…") == "say ***…"
    assert masker.text("say co…") == "say co…"
    assert masker.text("correct ho") == "correct ho"
    assert masker.text("\ud800 correct horse") == "\ud800 ***"
    assert Masker([]).text("anything…") == "anything…"


def test_all_texts_of_a_result_are_masked() -> None:
    secret = "s3cret"
    result = Result(
        Outcome.FAILED, f"r {secret}", f"h {secret}",
        findings=(Finding(f"{secret}.py", 1, 1, secret, "error", f"m {secret}"),),
        tests=(TestCase(f"t[{secret}]", "failed", 0.1, f"assert '{secret}'"),),
        files=(FileCoverage(f"{secret}.py", 1, 1, 0, 0, ()),),
        identity="i", by_file={"suppressions": {f"{secret}.py": 1.0}},
    )  # fmt: skip
    masked = Masker([secret]).result(result)
    assert secret not in repr(masked)
    assert (masked.outcome, masked.identity, masked.reason) == (Outcome.FAILED, "i", "r ***")
    assert Masker([]).result(result) == result


def test_masking_keeps_up_with_a_chatty_tool() -> None:
    masker = Masker([f"value-{number}-{'x' * 30}" for number in range(20)])
    chunk = (b"a line of a tool that prints a lot " * 2000)[:65536]
    began = time.process_time()
    for _ in range(20):
        masker.feed(chunk)
    assert time.process_time() - began < 3


def test_a_piece_of_no_bytes_changes_nothing() -> None:
    masker = Masker(["aaaa"])
    assert piecewise(masker, [b"aaaa", b"", b"", b"aab"]) == b"***b"
