"""The rule by which a metric is held: what counts as worse, how much of it is allowed, which rule is the stricter."""

from dataclasses import dataclass, replace

# Floating point: values that differ by less are the same.
EPSILON = 1e-9

HIGHER, LOWER = "higher", "lower"


@dataclass(frozen=True)
class Rule:
    """How one metric of one tool is held.

    Attributes:
        metric: its name.
        direction: which values are better, `higher` or `lower`.
        target: where it is good enough; None: nowhere.
        tolerance: how much worse than the floor it may be, in the metric's own unit.
        slack: how much worse beside that, as a share (0 to 1) of the distance from the floor to the target.
        per: `file` where each file is held; else empty.
        reach: of rules that were joined, the nearest target, up to which slack is counted; None: the target.
    """

    metric: str
    direction: str
    target: float | None = None
    tolerance: float = 0.0
    slack: float = 0.0
    per: str = ""
    reach: float | None = None

    def worse(self, one: float, other: float) -> bool:
        """Whether one value is worse than another."""
        return one < other - EPSILON if self.direction == HIGHER else one > other + EPSILON

    def best(self, *values: float) -> float:
        """The best of some values."""
        return max(values) if self.direction == HIGHER else min(values)

    def worst(self, *values: float) -> float:
        """The worst of some values."""
        return min(values) if self.direction == HIGHER else max(values)

    def met(self, value: float) -> bool:
        """Whether a value is at the target or beyond."""
        return self.target is not None and not self.worse(value, self.target)

    def capped(self, floor: float) -> float:
        """A floor, which is no better than the target."""
        return floor if self.target is None else self.worst(floor, self.target)

    @property
    def end(self) -> float | None:
        """Up to where slack is counted; None: there is no target, and no slack."""
        return self.target if self.target is None or self.reach is None else self.reach

    def allowance(self, floor: float) -> float:
        """How much worse than the floor a value may be; of a target that was met nothing is left to go."""
        left = 0.0 if self.end is None or not self.worse(floor, self.end) else abs(self.end - floor)
        return self.tolerance + self.slack * left

    def breaks(self, value: float, floor: float) -> bool:
        """Whether a value is worse than a floor by more than the allowance."""
        sign = -1 if self.direction == HIGHER else 1
        return self.worse(value, floor + sign * self.allowance(floor))

    def highest(self, value: float) -> float:
        """The best floor that a value does not break."""
        edge = value + (1 if self.direction == HIGHER else -1) * self.tolerance
        if self.end is None or not self.slack or not self.worse(edge, self.end):
            return edge
        return (edge + self.slack * self.end) / (1 + self.slack)


def strictest(one: Rule, other: Rule) -> Rule:
    """The rule that asks what the stricter of two asks, point by point; where they differ in direction, the first."""
    if one.direction != other.direction:
        return one
    tolerance, slack = min(one.tolerance, other.tolerance), min(one.slack, other.slack)
    if one.target is None or other.target is None:
        # No target is the stricter: then the floor rises without end.
        return replace(one, target=None, tolerance=tolerance, slack=slack, reach=None)
    target = one.best(one.target, other.target)
    # A target that is further away leaves more to go, and with that more slack: it is not to be had by moving it.
    ends = [rule.end for rule in (one, other) if rule.end is not None]
    reach = one.worst(*ends)
    return replace(
        one, target=target, tolerance=tolerance, slack=slack, reach=None if reach == target or not slack else reach
    )


def loosens(new: Rule | None, old: Rule) -> bool:
    """Whether a rule asks less than another did, in any point; no rule asks nothing."""
    if new is None or new.direction != old.direction:
        return True
    return replace(strictest(new, old), reach=new.reach) != new
