"""Floors: how what several parents hand on becomes one, and what a commit makes of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fullautoci.ratchet.rule import EPSILON, Rule, strictest
from fullautoci.ratchet.standing import Act, Loan, Standing, Values


@dataclass(frozen=True)
class Floors:
    """What a commit is held against.

    Attributes:
        floor: the best of what its ancestors reached, with what a loan puts in its place.
        low: the lowest that one of its parents was held against.
        lasting: the floor without loans.
        loan: the one that counts.
    """

    floor: Values
    low: Values
    lasting: Values
    loan: Loan | None


def handed(lines: Sequence[Standing]) -> Rule | None:
    """The strictest of the parents' rules; None: none of them holds the metric."""
    rules = [line.rule for line in lines if line.rule is not None]
    if not rules:
        return None
    found = rules[0]
    for rule in rules[1:]:
        found = strictest(found, rule)
    return found


def combined(lines: Sequence[Standing], rule: Rule, moment: str) -> Floors:
    """One floor of those that the parents hand on, all of one epoch."""
    loan = next((line.loan for line in lines if line.loan is not None and line.loan.act.active(moment)), None)
    lasting = _over([line.floor for line in lines], rule.best)
    forced = [line.loan.floor if _lent(line, moment) else line.floor for line in lines]  # type: ignore[union-attr]
    lows = [line.loan.floor if _lent(line, moment) else line.low for line in lines]  # type: ignore[union-attr]
    floor = {name: rule.capped(value) for name, value in _over(forced, rule.best).items()}
    low = {name: rule.capped(value) for name, value in _over(lows, rule.worst).items()}
    return Floors(floor, low, lasting, loan)


def _lent(line: Standing, moment: str) -> bool:
    return line.loan is not None and line.loan.act.active(moment)


def _over(floors: Sequence[Values], pick: Callable[..., float]) -> dict[str, float]:
    names = dict.fromkeys(name for floor in floors for name in floor)
    return {name: pick(*(floor[name] for floor in floors if name in floor)) for name in names}


def passed_on(lines: Sequence[Standing], rule: Rule | None) -> Standing:
    """What a commit hands on that was not measured: what it was handed, of one epoch.

    Args:
        rule: the commit's own policy.
    """
    held = [line for line in lines if line.epoch is not None]
    if not held:
        waiver = longest([line.waiver for line in lines])
        return Standing(rule, waiver=waiver)
    first = held[0]
    same = [line for line in held if line.epoch == first.epoch]
    if len(same) == 1:
        return replace(first, rule=rule, waiver=longest([line.waiver for line in lines]))
    by = next((line.rule for line in same if line.rule is not None), rule)
    floor, low = dict(first.floor), dict(first.low)
    if by is not None:
        floor = _over([line.floor for line in same], by.best)
        low = _over([line.low for line in same], by.worst)
    return replace(
        first,
        rule=rule,
        floor=floor,
        low=low,
        blame=next((line.blame for line in same if line.blame), ""),
        waiver=longest([line.waiver for line in lines]),
        loan=next((line.loan for line in same if line.loan is not None), None),
    )


def longest(waivers: Sequence[Act | None]) -> Act | None:
    """The waiver that ends last."""
    there = [waiver for waiver in waivers if waiver is not None]
    return max(there, key=lambda waiver: waiver.until or "~", default=None)


def broken(values: Values, floor: Values, rule: Rule, spread: float = 0.0) -> list[str]:
    """The names whose values are worse than their floors by more than is allowed.

    A file that has no floor is new or was clean. What is in such files is no worse than what is in files that are gone
    or clean now, as long as it is no more: so a file that was moved breaks nothing.
    """
    wide = replace(rule, tolerance=rule.tolerance + spread)
    found = [name for name, value in values.items() if name in floor and wide.breaks(value, floor[name])]
    if not rule.per:
        return found
    new = {name: value for name, value in values.items() if name not in floor}
    gone = sum(value for name, value in floor.items() if name not in values)
    if sum(new.values()) > gone + wide.tolerance + EPSILON:
        found += [name for name, value in new.items() if wide.worse(value, 0.0)]
    return found
