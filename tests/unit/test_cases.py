"""Tests over time, by name."""

import pytest

from fullautoci.cases import compare


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("passed", "failed", "newly failing"), ("skipped", "errored", "newly failing"),
        (None, "failed", "newly failing"),
        ("errored", "failed", "still failing"), ("failed", "errored", "still failing"),
        ("failed", "passed", "newly passing"), ("errored", "passed", "newly passing"),
        ("failed", "skipped", "newly skipped"), ("errored", "skipped", "newly skipped"),
        ("passed", "skipped", "newly skipped"), ("skipped", "skipped", ""),
        ("skipped", "passed", ""), ("passed", "passed", ""),
        (None, "passed", "new"), (None, "skipped", "new"),
        ("failed", None, "gone"), ("passed", None, "gone"),
    ],
)  # fmt: skip
def test_what_became_of_a_test(before: str | None, after: str | None, expected: str) -> None:
    old, new = ([("t", outcome)] if outcome else [] for outcome in (before, after))
    assert compare(old, new) == {"t": expected}


def test_of_several_under_one_name_the_worst_counts() -> None:
    assert compare([("t", "passed"), ("t", "failed")], [("t", "failed"), ("t", "passed")]) == {"t": "still failing"}
    assert compare([("t", "passed"), ("t", "odd")], [("t", "skipped"), ("t", "errored")]) == {"t": "newly failing"}
