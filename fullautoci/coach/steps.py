"""Goals, and the fewest steps to them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

# As many digits as metrics are recorded with.
ROUNDING = 4
EPSILON = 1e-9
# How many steps are told where there is no goal, and how many costs.
TOLD = 5


@dataclass(frozen=True)
class Goal:
    """Where a metric should get: its `floor`, its `target`, or, with an empty name, as far as it goes."""

    name: str = ""
    value: float | None = None


@dataclass(frozen=True)
class Step:
    """Something to do.

    Attributes:
        text: what, in words.
        gain: by how much the metric changes with it; None: that cannot be told.
        value: what the metric is after it and all steps before it.
    """

    text: str
    gain: float | None = None
    value: float | None = None


@dataclass(frozen=True)
class Advice:
    """The steps to a goal.

    Attributes:
        reaches: whether they reach it.
        why: what is to be known of them, or why there are none.
        costs: what costs most, in words.
    """

    goal: Goal
    steps: tuple[Step, ...] = ()
    reaches: bool = False
    why: str = ""
    costs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Group:
    """Things of one kind in one place.

    Attributes:
        text: what it is to mend so many of them, in words.
        size: how many there are.
        weight: what each of them counts.
    """

    text: Callable[[int], str]
    size: int
    weight: int = 1


def goal(value: float, floor: float | None, target: float | None, *, higher: bool) -> Goal:
    """The nearest that is to be reached: the floor, where a value is worse, else the target."""
    for name, bar in (("floor", floor), ("target", target)):
        if bar is not None and not is_reached(value, bar, higher):
            return Goal(name, bar)
    return Goal()


def is_reached(value: float, bar: float, higher: bool) -> bool:
    """Whether a value is no worse than a bar."""
    return value >= bar - EPSILON if higher else value <= bar + EPSILON


def walk(
    groups: Sequence[Group], wanted: Goal, after: Callable[[int], float], *, higher: bool
) -> tuple[tuple[Step, ...], bool]:
    """Take groups in their order until a goal is reached; of the last only as much as it takes.

    Args:
        after: the metric's value once so much is done, by weight.

    Returns:
        The steps, and whether they reach the goal.
    """
    steps: list[Step] = []
    done = 0
    for group in groups if wanted.value is not None else groups[:TOLD]:
        count = group.size if wanted.value is None else _enough(group, wanted.value, after, done, higher)
        before, now = after(done), after(done + count * group.weight)
        done += count * group.weight
        steps.append(Step(group.text(count), round(now - before, ROUNDING), now))
        if wanted.value is not None and is_reached(now, wanted.value, higher):
            return tuple(steps), True
    return tuple(steps), False


def _enough(group: Group, bar: float, after: Callable[[int], float], done: int, higher: bool) -> int:
    """How many of a group it takes to reach a bar; all of them where that does not do."""
    low, high = 1, group.size
    while low < high:
        middle = (low + high) // 2
        if is_reached(after(done + middle * group.weight), bar, higher):
            high = middle
        else:
            low = middle + 1
    return low
