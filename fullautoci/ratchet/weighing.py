"""Weighing a commit's values against what it is held against: the verdict, and whom it blames."""

from collections.abc import Sequence
from dataclasses import dataclass

from fullautoci.ratchet.floors import Floors, broken, fell, shown
from fullautoci.ratchet.lines import blamed
from fullautoci.ratchet.measured import Measured, Values
from fullautoci.ratchet.rule import EPSILON, Rule
from fullautoci.ratchet.standing import FAILING, Flag, Standing, Verdict


@dataclass(frozen=True)
class Weighed:
    """A verdict.

    Attributes:
        names: the files whose values break their floors.
        removals: whether the value fell only because of what was removed, so that the floor follows.
    """

    verdict: Verdict
    flags: tuple[Flag, ...] = ()
    names: tuple[str, ...] = ()
    removals: bool = False

    @property
    def failing(self) -> bool:
        """Whether it fails, waived or not."""
        return self.verdict in FAILING


def weighed(rule: Rule, spread: float, judged: Measured, held: Floors, first: Standing) -> Weighed:
    """The first verdict that fits.

    Args:
        spread: by how much the value is known to vary by itself.
        first: what the first parent hands on, in the epoch of the values.
    """
    values = judged.values
    strict = broken(values, held.floor, rule)
    names = tuple(broken(values, held.floor, rule, spread))
    if names:
        return _broke(rule, spread, judged, held, first, names)
    flaky = (Flag.FLAKY,) if strict else ()
    if all(rule.met(value) for value in values.values()):
        return Weighed(Verdict.MET, flaky)
    floor = shown(values, held.floor, rule)
    if not strict and floor is not None and rule.worse(floor, sum(values.values())):
        return Weighed(Verdict.IMPROVED)
    return Weighed(Verdict.HELD, flaky)


def _broke(
    rule: Rule, spread: float, judged: Measured, held: Floors, first: Standing, names: tuple[str, ...]
) -> Weighed:
    if not broken(judged.values, held.low, rule, spread):
        return Weighed(Verdict.HELD, (Flag.MERGE,), names)
    if not set(names) & set(fell(judged.values, first.last, rule, spread)):
        return Weighed(Verdict.INHERITED, (), names)
    known = judged.faults is not None and first.faults is not None and not rule.per
    if not known or judged.faults > first.faults + EPSILON:  # type: ignore[operator]
        return Weighed(Verdict.REGRESSED, (), names)
    owing = first.failing or broken(first.last, held.low, rule, spread)
    return Weighed(Verdict.INHERITED if owing else Verdict.HELD, (Flag.REMOVALS,), names, removals=True)


def since(found: Weighed, commit: str, lines: Sequence[Standing]) -> str:
    """The commit since which a value that fails is below the floor; empty: nobody is to blame."""
    if found.verdict is not Verdict.REGRESSED:
        return blamed(lines)
    return (lines[0].blame if lines and lines[0].failing else "") or commit


def lowered(commit: str, values: Values, floor: Values, rule: Rule, fell_here: bool, lines: Sequence[Standing]) -> str:
    """The commit since which a value that passes is below the floor that it hands on; empty: it is not."""
    if not any(rule.worse(value, floor.get(name, value)) for name, value in values.items()):
        return ""
    return commit if fell_here else blamed(lines) or commit
