"""Rules: what they allow, which of two is the stricter, and when one is looser than another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fullautoci.ratchet.rule import HIGHER, LOWER, Rule, loosens, strictest
from fullautoci.ratchet.shifting import moved, shifted
from tests.unit.ratchet.worlds import rules

VALUES = st.integers(0, 48).map(lambda value: value / 4)
SAME = rules().flatmap(lambda one: st.tuples(st.just(one), rules().filter(lambda two: two.direction == one.direction)))


def fails(rule: Rule, value: float, floor: float) -> bool:
    """Whether a value breaks a floor that ancestors reached."""
    return rule.breaks(value, rule.capped(floor))


@given(rules(), VALUES)
def test_the_best_floor_that_a_value_does_not_break_is_the_best(rule: Rule, value: float) -> None:
    best = rule.highest(value)
    assert not rule.breaks(value, best)
    assert rule.breaks(value, best + (0.001 if rule.direction == HIGHER else -0.001))


@given(SAME, VALUES, VALUES)
def test_the_stricter_of_two_rules_fails_what_either_fails(both: tuple[Rule, Rule], value: float, floor: float) -> None:
    one, other = both
    found = strictest(one, other)
    assert found == strictest(found, other) == strictest(found, one)
    if fails(one, value, floor) or fails(other, value, floor):
        assert fails(found, value, floor)
    assert found.met(value) <= (one.met(value) and other.met(value))


@given(SAME, VALUES, VALUES)
def test_a_rule_that_loosens_nothing_fails_what_the_old_one_failed(
    both: tuple[Rule, Rule], value: float, floor: float
) -> None:
    new, old = both
    assert not loosens(old, old)
    if not loosens(new, old) and fails(old, value, floor):
        assert fails(new, value, floor)


@pytest.mark.parametrize(
    ("new", "old", "loose"),
    [
        (None, Rule("m", HIGHER), True),
        (Rule("m", LOWER), Rule("m", HIGHER), True),
        (Rule("m", HIGHER, target=9), Rule("m", HIGHER), True),
        (Rule("m", HIGHER), Rule("m", HIGHER, target=9), False),
        (Rule("m", HIGHER, target=8), Rule("m", HIGHER, target=9), True),
        (Rule("m", HIGHER, target=9), Rule("m", HIGHER, target=8), False),
        (Rule("m", LOWER, target=9), Rule("m", LOWER, target=8), True),
        (Rule("m", LOWER, target=8), Rule("m", LOWER, target=9), False),
        (Rule("m", HIGHER, tolerance=1), Rule("m", HIGHER), True),
        (Rule("m", HIGHER), Rule("m", HIGHER, tolerance=1), False),
        (Rule("m", HIGHER, target=9, slack=0.2), Rule("m", HIGHER, target=9, slack=0.1), True),
        (Rule("m", HIGHER, target=9, slack=0.1), Rule("m", HIGHER, target=9, slack=0.2), False),
        # A nearer target for a smaller tolerance is still a nearer target.
        (Rule("m", HIGHER, target=8), Rule("m", HIGHER, target=9, tolerance=1), True),
    ],
)
def test_what_is_looser(new: Rule | None, old: Rule, loose: bool) -> None:
    assert loosens(new, old) == loose


def test_slack_of_joined_rules_is_counted_to_the_nearer_target() -> None:
    near, far = (Rule("m", HIGHER, target=target, slack=0.5) for target in (90.0, 100.0))
    for found in (strictest(near, far), strictest(far, near)):
        assert (found.target, found.reach, found.end) == (100.0, 90.0, 90.0)
        assert found.allowance(80.0) == 5.0
        assert found.allowance(95.0) == 0.0
    assert strictest(near, near).reach is None
    assert strictest(Rule("m", LOWER), Rule("m", HIGHER)).direction == LOWER


@pytest.mark.parametrize(
    ("metric", "floor", "was", "now", "expected"),
    [
        ("score", 9.5, 9.5, 8.0, 8.0),
        ("score", 9.5, 9.4, 8.0, 8.1),
        ("score", 9.5, 9.7, 8.0, 8.0),
        ("score", 9.5, 9.0, 9.8, 10.0),  # no score is beyond ten
        ("percent_lines", 90.0, 80.0, 95.0, 100.0),
        ("percent_lines", 190.0, 180.0, 195.0, 205.0),  # of that name, and no share
        ("score", 20.0, 19.0, 19.5, 20.5),
    ],
)
def test_what_was_owed_is_owed_of_other_values(
    metric: str, floor: float, was: float, now: float, expected: float
) -> None:
    found = shifted({"": floor}, {"": was}, {"": now}, Rule(metric, HIGHER))
    assert found == {"": pytest.approx(expected)}


@pytest.mark.parametrize(
    ("floor", "was", "now", "expected"),
    [
        ({"a": 1}, {"a": 1}, {"a": 5}, {"a": 5}),
        ({"a": 1}, {"a": 2}, {"a": 5}, {"a": 4}),
        ({"a": 3}, {"a": 2}, {"a": 5}, {"a": 5}),
        ({"a": 1}, {"a": 4}, {"a": 2}, {"a": -1}),
        ({}, {"a": 2}, {"a": 5}, {"a": 3}),
        ({"a": 2}, {"a": 2}, {}, {}),
        ({"a": 2}, {}, {}, {"a": 2}),
        ({"a": 2}, {}, {"b": 2}, {"a": 2, "b": 2}),
    ],
)
def test_by_file_what_was_owed_is_owed(
    floor: dict[str, float], was: dict[str, float], now: dict[str, float], expected: dict[str, float]
) -> None:
    assert shifted(floor, was, now, Rule("findings", LOWER, per="file")) == expected


@pytest.mark.parametrize(
    ("floor", "was", "now", "expected"),
    [
        ({"a": 1}, {"a": 2}, {"a": 5}, {"a": 4}),
        ({"a": 3}, {"a": 2}, {"a": 5}, {"a": 6}),
        ({"a": 1}, {"a": 4}, {"a": 2}, {"a": 0}),
        ({"a": 3}, {"a": 2}, {}, {"a": 1}),
        ({}, {}, {"a": 5}, {"a": 5}),
    ],
)
def test_by_file_a_floor_moves_with_its_values(
    floor: dict[str, float], was: dict[str, float], now: dict[str, float], expected: dict[str, float]
) -> None:
    assert moved(floor, was, now, Rule("findings", LOWER, per="file")) == expected


def test_a_floor_moves_to_either_side() -> None:
    rule = Rule("percent_lines", HIGHER)
    assert moved({"": 80.0}, {"": 85.0}, {"": 70.0}, rule) == {"": 65.0}
    assert moved({"": 90.0}, {"": 85.0}, {"": 97.0}, rule) == {"": 100.0}
    assert moved({"": 2.0}, {"": 85.0}, {"": 70.0}, rule) == {"": 0.0}
    assert moved({"": 9.0}, {}, {"": 7.0}, rule) == {"": 7.0}
