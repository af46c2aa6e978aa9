"""From one epoch to the next: under what a commit is judged whose tool or configuration is not its parents'."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Epoch, Measured, Missing, Probe, Standing, Subject, Values

# What is known of a measurement; None: it was not tried.
Find = Callable[[Probe], Measured | Missing | None]

# Beyond these no value of a metric can be.
_BOUNDS = {"score": (None, 10.0)}
_SHARE, _COUNT = (0.0, 100.0), (0.0, None)


@dataclass(frozen=True)
class Bridge:
    """Where a commit and its parents can be compared.

    Attributes:
        lines: what the parents hand on, in the epoch in which the commit is judged.
        judged: the commit's values in it; None: they are not known.
        settings: the commit whose configuration of the tool it is.
        epoch: that epoch.
        remeasured: whether a parent had to be measured again.
        by_tool: by how much the first parent's value differs from what it was before.
        why: why the commit cannot be judged; empty: it can.
        needs: what must be measured first.
    """

    lines: tuple[Standing, ...]
    judged: Measured | None
    settings: str
    epoch: Epoch
    remeasured: bool = False
    by_tool: float | None = None
    why: str = ""
    needs: tuple[Probe, ...] = ()


def bridge(subject: Subject, own: Measured, lines: Sequence[Standing], rule: Rule, find: Find) -> Bridge:
    """Bring parents and commit into one epoch.

    The configuration is the commit's, where a parent has it too; else the first parent's, so that a commit cannot
    choose the configuration it is judged by. Tool version and environment are the commit's.

    Args:
        lines: of the parents that have a floor.
    """
    first = lines[0]
    epochs = [line.epoch for line in lines if line.epoch is not None]
    if any(epoch.configuration == own.epoch.configuration for epoch in epochs):
        epoch, settings = own.epoch, subject.commit
    else:
        epoch, settings = replace(own.epoch, configuration=epochs[0].configuration), first.settings
    needs: list[Probe] = []
    translated: list[Standing] = []
    why, by_tool = "", None
    for line in lines:
        found = _look(Probe(line.commit, epoch, settings, subject.commit), line.epoch == epoch, line, find, needs)
        if isinstance(found, Standing):
            translated.append(found)
        elif isinstance(found, Measured):
            translated.append(_translated(line, found, rule))
            if line is first:
                by_tool = sum(found.values.values()) - sum(line.last.values())
        elif isinstance(found, Missing) and line is first:
            why = f"its parent cannot be measured as it is now: {found.reason}"
    judged = own if epoch == own.epoch else find(probe := Probe(subject.commit, epoch, settings, subject.commit))
    if judged is None:
        needs.append(probe)
    if isinstance(judged, Missing):
        why = f"it cannot be measured under its parent's configuration: {judged.reason}"
    remeasured = any(line.epoch != epoch for line in lines)
    return Bridge(
        tuple(translated),
        judged if isinstance(judged, Measured) else None,
        settings, epoch, remeasured, by_tool, why, tuple(needs),
    )  # fmt: skip


def _look(
    probe: Probe, same: bool, line: Standing, find: Find, needs: list[Probe]
) -> Standing | Measured | Missing | None:
    if same:
        return line
    found = find(probe)
    if found is None:
        needs.append(probe)
    return found


def _translated(line: Standing, found: Measured, rule: Rule) -> Standing:
    """A standing in another epoch: what was owed to the floor is owed still."""
    floor = shifted(line.floor, line.last, found.values, rule)
    low = floor if line.low == line.floor else _moved(line.low, line.last, found.values, rule)
    loan = line.loan and replace(line.loan, floor=_moved(line.loan.floor, line.last, found.values, rule))
    return replace(line, epoch=found.epoch, floor=floor, low=low, last=found.values, faults=found.faults, loan=loan)


def shifted(floor: Values, before: Values, after: Values, rule: Rule) -> dict[str, float]:
    """The floor of values that were others before: the same, and beyond it what was owed to the floor then."""
    found = {}
    for name, value in after.items():
        is_owed = name in floor and name in before and rule.worse(before[name], floor[name])
        found[name] = bounded(rule.metric, value + floor[name] - before[name]) if is_owed else value
    return found


def _moved(floor: Values, before: Values, after: Values, rule: Rule) -> dict[str, float]:
    """A floor that is as far from what is now as it was from what was before, on whichever side."""
    return {
        name: bounded(rule.metric, value + floor.get(name, value) - before.get(name, floor.get(name, value)))
        for name, value in after.items()
    }


def bounded(metric: str, value: float) -> float:
    """A value, within what its metric can be."""
    low, high = _BOUNDS.get(metric, _SHARE if metric.startswith("percent_") else _COUNT)
    if low is not None:
        value = max(low, value)
    return value if high is None else min(high, value)
