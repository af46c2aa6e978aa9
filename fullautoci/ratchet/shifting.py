"""Floors of values that are others now than they were: after a tool's upgrade, another configuration, or removals."""

from fullautoci.ratchet.measured import Values
from fullautoci.ratchet.rule import Rule

# Beyond these no value of a metric can be.
_BOUNDS = {"score": (None, 10.0)}
_SHARE, _COUNT = (0.0, 100.0), (0.0, None)


def bounds(metric: str) -> tuple[float | None, float | None]:
    """Between which values a metric of that name lies; None: without an end there."""
    return _BOUNDS.get(metric, _SHARE if metric.startswith("percent_") else _COUNT)


def shifted(floor: Values, before: Values, after: Values, rule: Rule) -> dict[str, float]:
    """The floor of values that were others before: the same, and beyond it what was owed to the floor then.

    By file, what went from files that are gone stays in the floor, for the files to which it went.
    """
    found = {}
    for name in dict.fromkeys([*after, *(floor if rule.per else ())]):
        value = after.get(name, 0.0)
        was, held = before.get(name), floor.get(name)
        if rule.per:
            was, held = was or 0.0, held or 0.0
        if was is not None and held is not None and rule.worse(was, held):
            owed = value + held - was
            if not rule.breaks(was, held):
                owed = rule.worst(owed, rule.highest(value))
            found[name] = owed if rule.per else _bounded(rule.metric, owed, was, held, value)
        elif name in after:
            found[name] = value
        elif name not in before and held is not None:
            found[name] = held
    return found


def moved(floor: Values, before: Values, after: Values, rule: Rule) -> dict[str, float]:
    """A floor that is as far from what is now as it was from what was before, on whichever side."""
    found = {}
    for name in dict.fromkeys([*after, *(floor if rule.per else ())]):
        value = after.get(name, 0.0)
        held = floor.get(name, 0.0 if rule.per else value)
        was = before.get(name, 0.0 if rule.per else held)
        now = value + held - was
        found[name] = max(now, 0.0) if rule.per else _bounded(rule.metric, now, was, held, value)
    return found


def _bounded(metric: str, floor: float, *seen: float) -> float:
    """A floor, within what its metric can be; a metric of that name whose values are beyond it is another one."""
    low, high = bounds(metric)
    if low is not None and min(seen) >= low:
        floor = max(low, floor)
    if high is not None and max(seen) <= high:
        floor = min(high, floor)
    return floor
