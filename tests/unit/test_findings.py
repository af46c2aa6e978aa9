"""Findings over time: known again whatever line they are on, and each counted once."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.findings import NEW, UNRESOLVED, Comparison, compare, normal
from fullautoci.model import Finding
from tests.unit.fuzz import FUZZ

BLANK = "e3b0c44298fc1c14"


def finding(path: str = "a.py", line: int = 1, rule: str = "r", message: str = "m", anchor: str = "") -> Finding:
    return Finding(path, line, 0, rule, "warning", message, anchor)


def figures(before: Sequence[Finding], after: Sequence[Finding]) -> tuple[int, int]:
    """How many are new and fixed."""
    compared = compare(before, after)
    return len(compared.new), len(compared.fixed)


lists = st.lists(
    st.builds(
        finding,
        path=st.sampled_from(["a.py", "b.py", "c.py"]),
        line=st.integers(0, 5),
        rule=st.sampled_from(["r", "s"]),
        message=st.sampled_from(["m", "n (line 3)", "n (line 4)"]),
        anchor=st.sampled_from(["", BLANK, "1", "2"]),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("function already defined line 12", "function already defined line #"),
        ("Redefining name 'x1' from outer scope (line 12)", "Redefining name 'x1' from outer scope (line #)"),
        ('Name "x" already defined (previous definition on line 4)', None),
        ("lines 3-9", "lines #-#"),
        ("lines 3, 5 and 19", "lines #, # and #"),
        ("at (12:30)", "at (#:#)"),
        ("==pkg.a:[3:10]\n==pkg.b:[12:30]\nx = 1", "==pkg.a:[#:#]\n==pkg.b:[#:#]\nx = 1"),
        ("pkg/a.py:12:30: oh", "pkg/a.py:#:#: oh"),
        ("Parsing failed: 'invalid syntax (a, line 12)'", "Parsing failed: 'invalid syntax (a, line #)'"),
        ("Line too long (130/100)", "Line too long (#/#)"),
        ("line too long (130 > 88 characters)", "line too long (# > # characters)"),
        ("Column 7 of COL 8", "Column # of COL #"),
        ("Found 7 spaces, expected 8", "Found 7 spaces, expected 8"),
        ("Module 'outline 3' has no member 'x2'", "Module 'outline 3' has no member 'x2'"),
        ("no number", "no number"),
    ],
)
def test_numbers_that_say_where_are_left_out_of_a_message(message: str, expected: str | None) -> None:
    assert normal(message) == (expected or message.replace("line 4", "line #"))


def test_lines_above_change_nothing() -> None:
    before = [finding(line=line, message=f"defined on line {line - 1}", anchor=str(line)) for line in (2, 5, 9)]
    after = [replace(one, line=one.line + 30, message=f"defined on line {one.line + 29}") for one in before]
    assert figures(before, after) == (0, 0)


def test_one_more_of_the_same_is_one_new_and_one_less_is_one_fixed() -> None:
    two, three = [finding(line=n) for n in (1, 2)], [finding(line=n) for n in (1, 2, 3)]
    assert figures(two, three) == (1, 0)
    assert figures(three, two) == (0, 1)
    assert compare(two, three).new == (2,)
    assert compare(three, two).fixed == (2,)
    assert compare(two, three[::-1]).new == (0,), "the last by its line"


def test_an_edited_line_keeps_its_finding_and_the_other_of_its_kind_is_told_by_its_text() -> None:
    before = [finding(line=1, anchor="1"), finding(line=2, anchor="2")]
    assert figures(before, [finding(line=1, anchor="x"), finding(line=2, anchor="2")]) == (0, 0)
    compared = compare(before, [finding(line=1, anchor="2")])
    assert (compared.known, compared.fixed) == ({0: 1}, (0,))


def test_moved_code_keeps_its_findings_and_another_line_does_not() -> None:
    assert figures([finding("a.py", anchor="1")], [finding("b.py", anchor="1")]) == (0, 0)
    assert figures([finding("a.py", anchor="1")], [finding("b.py", anchor="2")]) == (1, 1)


@pytest.mark.parametrize("anchor", ["", BLANK])
def test_without_text_nothing_shows_that_a_finding_moved(anchor: str) -> None:
    assert figures([finding("a.py", anchor=anchor)], [finding("b.py", anchor=anchor)]) == (1, 1)


def test_another_wording_on_the_same_line_is_the_same() -> None:
    assert figures([finding(message="unused 'a'", anchor="1")], [finding(message="unused 'b'", anchor="1")]) == (0, 0)
    assert figures([finding(message="unused 'a'")], [finding(message="unused 'b'")]) == (1, 1)


def test_in_a_renamed_file_all_is_known_again_where_some_of_its_lines_are() -> None:
    before = [
        finding("a.py", 3, anchor="1"), finding("a.py", 0, "whole", "not formatted"),
        finding("a.py", 1, "head", "no docstring", "2"), finding("a.py", 9, "name", "bad name of a", "3"),
    ]  # fmt: skip
    after = [replace(one, path="b.py") for one in before[:2]]
    after += [finding("b.py", 1, "head", "no docstring", "x"), finding("b.py", 9, "name", "bad name of b", "3")]
    assert figures(before, after) == (0, 0)
    still_there = [finding("a.py", rule="other")]
    assert figures([*before, *still_there], [*after, *still_there]) == (3, 3)  # no file was renamed: a line was moved


def test_the_rest_is_new_or_fixed() -> None:
    compared = compare([finding(rule="gone"), finding()], [finding(), finding(rule="came")])
    assert compared == Comparison({0: 1}, (1,), (0,))
    assert [compared.status(0), compared.status(1)] == [UNRESOLVED, NEW]


def test_which_of_several_alike_is_which_hangs_on_no_order() -> None:
    before = [finding(line=1, anchor="1"), finding(line=2, anchor="2")]
    after = [finding(line=7, anchor="3"), finding("b.py", 1, anchor="2")]
    assert figures(before, after) == figures(before[::-1], after[::-1]) == (0, 0)


@FUZZ
@given(lists, st.randoms(use_true_random=False))
def test_another_order_changes_nothing(findings: list[Finding], chance: random.Random) -> None:
    other = findings.copy()
    chance.shuffle(other)
    assert figures(findings, other) == (0, 0)


@FUZZ
@given(lists, lists, st.randoms(use_true_random=False))
def test_each_finding_is_paired_at_most_once(
    before: list[Finding], after: list[Finding], chance: random.Random
) -> None:
    compared = compare(before, after)
    assert len(compared.new) - len(compared.fixed) == len(after) - len(before)
    assert sorted([*compared.known, *compared.new]) == list(range(len(after)))
    assert sorted([*compared.known.values(), *compared.fixed]) == list(range(len(before)))
    other = after.copy()
    chance.shuffle(other)
    assert figures(before, other) == (len(compared.new), len(compared.fixed))


@FUZZ
@given(lists, lists, st.integers(1, 10**6))
def test_lines_inserted_above_change_nothing(before: list[Finding], after: list[Finding], lines: int) -> None:
    moved = [replace(one, line=one.line + lines) for one in after]
    assert figures(before, moved) == figures(before, after)


@pytest.mark.parametrize("kind", ["moved", "unknown", "alike"])
def test_many_findings_take_no_more_than_their_number(kind: str) -> None:
    count = 50_000
    before = [finding(f"{n % 700}.py", n, f"r{n % 40}", f"m{n % 300} (line {n})", f"{n:016x}") for n in range(count)]
    if kind == "alike":
        before = [finding()] * count
    after = [replace(one, path=f"x/{one.path}", rule=one.rule + "x" * (kind == "unknown")) for one in before]
    start = time.process_time()
    compared = compare(before, after)
    assert time.process_time() - start < 15  # about one second here; by pairs it would be hours
    assert (len(compared.new) == 0) == (kind == "moved")


@pytest.mark.parametrize(
    "message",
    ["line " * 100_000 + "9", "lines 1" + ", 1" * 100_000, "(" + "1" * 300_000, ".a" * 200_000, "." + "a" * 300_000],
    ids=lambda message: message[:8],
)
def test_a_hostile_message_costs_no_more_than_its_length(message: str) -> None:
    start = time.process_time()
    normal(message + "0")
    assert time.process_time() - start < 5
