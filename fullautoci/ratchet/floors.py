"""Floors: which values break them, and what they become by a value that was accepted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fullautoci.ratchet.measured import Values
from fullautoci.ratchet.rule import EPSILON, Rule
from fullautoci.ratchet.standing import Loan, Standing


@dataclass(frozen=True)
class Floors:
    """What a commit is held against.

    Attributes:
        floor: the best of what its ancestors reached, with what a loan puts in its place.
        low: the lowest that one of its parents was held against.
        lasting: the floor without loans, and beyond the target where it was when that was another.
        lasting_low: the lowest, likewise.
        loan: the one that counts.
    """

    floor: Values
    low: Values
    lasting: Values
    lasting_low: Values
    loan: Loan | None


def combined(lines: Sequence[Standing], rule: Rule, moment: str) -> Floors:
    """One floor of those that the parents hand on, all of one epoch."""
    loans = [line.loan if line.loan is not None and line.loan.act.active(moment) else None for line in lines]
    forced = [loan.floor if loan else line.floor for line, loan in zip(lines, loans, strict=True)]
    lows = [loan.floor if loan else line.low for line, loan in zip(lines, loans, strict=True)]

    def joined(floors: Sequence[Values], pick: Callable[..., float]) -> Values:
        return _possible(rule, over(floors, pick, rule.per))

    return Floors(
        capped(rule, joined(forced, rule.best)),
        capped(rule, joined(lows, rule.worst)),
        joined([line.floor for line in lines], rule.best),
        joined([line.low for line in lines], rule.worst),
        next((loan for loan in loans if loan), None),
    )


def capped(rule: Rule, values: Values) -> Values:
    """Values, each up to the target."""
    return {name: rule.capped(value) for name, value in values.items()}


def _possible(rule: Rule, floor: Values) -> Values:
    """No file has less than nothing: such a floor is what was owed when a tool that found less came."""
    return {name: max(0.0, value) for name, value in floor.items()} if rule.per else floor


def over(floors: Sequence[Values], pick: Callable[..., float], per: str) -> dict[str, float]:
    """For each name the pick of several floors; where it is by file, one that a floor does not name was clean."""
    found = {}
    for name in dict.fromkeys(name for floor in floors for name in floor):
        value, *others = (floor[name] for floor in floors if name in floor)
        for other in others:
            value = pick(value, other)
        if not per or all(name in floor for floor in floors) or pick(value, 0.0) != 0.0:
            found[name] = value
    return found


def broken(values: Values, floor: Values, rule: Rule, spread: float = 0.0) -> list[str]:
    """The names whose values are worse than their floors by more than is allowed.

    A file that has no floor is new or was clean. What is in such files beyond what any file may have is no worse than
    what is in files that are gone or clean now, as long as it is no more: so a file that was moved breaks nothing.
    """
    wide = replace(rule, tolerance=rule.tolerance + spread)
    found = [name for name, value in values.items() if name in floor and wide.breaks(value, floor[name])]
    if not rule.per:
        return found
    needed = {name: _needed(value, wide) for name, value in values.items() if name not in floor}
    if sum(needed.values()) > _gone(values, floor) + EPSILON:
        found += [name for name, value in needed.items() if value > EPSILON]
    return found


def _needed(value: float, rule: Rule) -> float:
    """The least floor that a new file must have been handed for its value not to break the rule."""
    return max(0.0, rule.highest(value)) if rule.breaks(value, rule.capped(0.0)) else 0.0


def fell(values: Values, before: Values, rule: Rule, spread: float = 0.0) -> list[str]:
    """The names whose values are worse than they were before, by however little."""
    return broken(values, before, replace(rule, tolerance=0.0, slack=0.0), spread)


def reached(values: Values, floor: Values, rule: Rule) -> dict[str, float]:
    """The best of a floor and of values that do not break it; of these no more than the target counts.

    The floors of new files are together no more than what went from others: so steps of the tolerance do not add up.
    """
    found = {name: rule.best(value, floor.get(name, value)) for name, value in values.items()}
    if rule.per:
        new = sorted((name for name in values if name not in floor), key=lambda name: (-values[name], name))
        found |= {name: _needed(values[name], rule) for name in new}
        left = max(0.0, _gone(values, floor) - sum(found[name] for name in new))
        for name in new:
            part = min(left, values[name] - found[name])
            found[name] += part
            left -= part
    # A floor that was beyond the target already stays.
    return {name: rule.best(value, floor.get(name, value)) for name, value in capped(rule, found).items()}


def settled(values: Values, floor: Values, low: Values, rule: Rule, spread: float) -> tuple[Values, Values]:
    """What floor and low become by values that were accepted; by such as break both, nothing: it was a loan's doing."""
    for one in (floor, low):
        if not broken(values, one, rule, spread):
            found = reached(values, one, rule)
            return found, found
    return floor, low


def shown(values: Values, floor: Values, rule: Rule) -> float | None:
    """A floor as one number: of files, the sum."""
    if rule.per:
        return sum(floor.values())
    return next((floor[name] for name in values if name in floor), None)


def _gone(values: Values, floor: Values) -> float:
    return sum(value for name, value in floor.items() if name not in values)
