"""Parts of listings: where each begins, and what somebody made of a cursor."""

import base64
import json
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.errors import UsageError
from fullautoci.store.paging import BUDGET, LARGEST, LATEST, LIMIT, NEWEST, Key, Order, collect, cursor, place

NAMES = Order("names", ("", -1), descending=False)


def test_a_cursor_leads_back_to_its_key() -> None:
    assert place(NEWEST, cursor(NEWEST, (17,))) == (17,)
    assert place(NAMES, cursor(NAMES, ("ä\U0001f600/b c", 3))) == ("ä\U0001f600/b c", 3)
    assert place(NEWEST, "") == (LARGEST,)


def test_every_changed_character_is_noticed() -> None:
    made = cursor(NAMES, ("tests/test_it.py", 3))
    for at in range(len(made)):
        for other in "Ab0-_=.":
            if other != made[at]:
                with pytest.raises(UsageError, match="'cursor' is none of this listing's"):
                    place(NAMES, made[:at] + other + made[at + 1 :])
    for cut in range(1, len(made)):
        with pytest.raises(UsageError):
            place(NAMES, made[:cut])


def test_a_cursor_of_another_order_is_refused() -> None:
    with pytest.raises(UsageError):
        place(LATEST, cursor(NAMES, ("a", 1)))
    with pytest.raises(UsageError):
        place(NEWEST, cursor(LATEST, ("a", 1)))


@pytest.mark.parametrize(
    "key", [(), (1,), ("a",), ("a", 1, 2), (1, "a"), ("a", "1"), ("a", None), ("a", True), ("a", 10**30),
            ("a", -(10**30)), ("a", float("nan")), ("a", float("inf")), ("\ud800", 1), (["a"], 1), ({}, 1)],
)  # fmt: skip
def test_a_key_of_another_form_is_refused_though_its_check_is_right(key: Key) -> None:
    with pytest.raises(UsageError):
        place(NAMES, cursor(NAMES, key))


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.mark.parametrize(
    "said",
    ["x", "....", "%00", "\0", "ä", " ", "A" * 3000, "[" * 1999, _coded(b"\xff\xfe"), _coded(b"null"), _coded(b"1"),
     _coded(b"[]"), _coded(b'["a"]'), _coded(b'["a", "b", "c"]'), _coded(b'["a", 1]'), _coded(b'["a", null]'),
     _coded(b'["a", "[]"]'), _coded(b'["a", "{}"]'), _coded(b'["a", "1"]'), _coded(b"[" * 1400),
     _coded(json.dumps(["a", "[" * 1300]).encode())],
)  # fmt: skip
def test_what_is_no_cursor_is_refused(said: str) -> None:
    with pytest.raises(UsageError):
        place(NAMES, said)


@given(st.text(max_size=60))
def test_no_text_is_taken_for_a_cursor_or_breaks_it(said: str) -> None:
    if said:
        with pytest.raises(UsageError):
            place(NAMES, said)


def _walk(total: int, limit: int, fits: range | set[int]) -> list[list[int]]:
    """The parts in which the numbers below a total come that fit, the largest first."""
    parts: list[list[int]] = []
    begin = NEWEST.first

    def fetch(chunk: Sequence[Key]) -> dict[Key, int]:
        assert len(chunk) <= LIMIT
        return {key: key[0] for key in chunk if key[0] in fits}

    while True:
        keys = [(one,) for one in range(total - 1, -1, -1) if (one,) < begin]
        rows, following = collect(keys, fetch, NEWEST, limit)
        parts.append(rows)
        if not following:
            return parts
        begin = place(NEWEST, following)


@pytest.mark.parametrize("total", [0, 1, 9, 10, 11, 20, 21, 1000])
@pytest.mark.parametrize("step", [1, 3, 7])
def test_all_parts_together_are_everything_once(total: int, step: int) -> None:
    fits = set(range(0, total, step))
    parts = _walk(total, 10, fits)
    assert [one for part in parts for one in part] == sorted(fits, reverse=True)
    assert all(len(part) == 10 for part in parts[:-1])
    assert total == 0 or parts[-1], "the last part is not empty where all before it are full"


def test_a_search_for_a_needle_ends_and_goes_on() -> None:
    parts = _walk(3 * BUDGET, 10, {0})
    assert parts[-1] == [0]
    assert all(not part for part in parts[:-1])
    assert 2 <= len(parts) <= 4, "each part looked at as much as it may"


@pytest.mark.parametrize(("limit", "count"), [(-1, 1), (0, 1), (1, 1), (10**30, LIMIT)])
def test_a_part_has_at_least_one_row_and_at_most_so_many(limit: int, count: int) -> None:
    rows, following = collect([(one,) for one in range(2000, 0, -1)], lambda c: {k: k for k in c}, NEWEST, limit)
    assert (len(rows), bool(following)) == (count, True)
