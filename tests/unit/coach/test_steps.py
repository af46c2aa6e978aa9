"""The way to a goal: never more than it takes, and what is promised of each step is what it then brings."""

from hypothesis import given
from hypothesis import strategies as st

from fullautoci.coach.steps import Goal, Group, goal, is_reached, walk
from tests.unit.fuzz import FUZZ


def test_the_floor_comes_before_the_target() -> None:
    assert goal(8.0, 9.0, 9.5, higher=True) == Goal("floor", 9.0)
    assert goal(9.2, 9.0, 9.5, higher=True) == Goal("target", 9.5)
    assert goal(9.5, 9.0, 9.5, higher=True) == Goal()
    assert goal(9.2, None, None, higher=True) == Goal()
    assert goal(12, 10, 5, higher=False) == Goal("floor", 10)
    assert goal(10, 10, 5, higher=False) == Goal("target", 5)
    assert goal(0, 10, 5, higher=False) == Goal()


sizes = st.lists(st.integers(1, 30), min_size=1, max_size=8)


@FUZZ
@given(sizes, st.integers(0, 200))
def test_no_way_takes_more_than_it_must(counts: list[int], bar: int) -> None:
    groups = [Group(lambda n: f"{n}", size) for size in counts]
    total = sum(counts)
    steps, reaches = walk(groups, Goal("target", float(bar)), lambda done: float(total - done), higher=False)
    taken = sum(int(step.text) for step in steps)
    assert reaches
    assert taken == max(min(1, total), total - bar)
    assert steps[-1].value == total - taken


@FUZZ
@given(sizes)
def test_what_cannot_be_reached_is_said(counts: list[int]) -> None:
    groups = [Group(lambda n: f"{n}", size) for size in counts]
    steps, reaches = walk(groups, Goal("target", -1.0), lambda done: float(sum(counts) - done), higher=False)
    assert (len(steps), reaches) == (len(counts), False)


def test_without_a_goal_the_first_few_are_told_whole() -> None:
    groups = [Group(lambda n: f"{n}", 9) for _ in range(20)]
    steps, reaches = walk(groups, Goal(), float, higher=True)
    assert [step.text for step in steps] == ["9"] * 5
    assert (steps[0].gain, steps[-1].value, reaches) == (9.0, 45.0, False)


def test_a_bar_is_reached_by_as_much_as_floats_can_tell() -> None:
    assert is_reached(0.1 + 0.2, 0.3, higher=False)
    assert is_reached(0.3, 0.1 + 0.2, higher=True)
    assert not is_reached(8.9999, 9.0, higher=True)
