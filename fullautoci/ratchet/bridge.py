"""From one epoch to the next: under what a commit is judged whose tool or configuration is not its parents'."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from fullautoci.ratchet.measured import Epoch, Measured, Missing, Probe
from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.shifting import moved, shifted
from fullautoci.ratchet.standing import Standing, Subject

# What is known of a measurement; None: it was not tried.
Find = Callable[[Probe], Measured | Missing | None]


@dataclass(frozen=True)
class Own:
    """A commit's own measurement, and whose configuration of the tool that was: not its own, where it has none."""

    measured: Measured
    settings: str


@dataclass(frozen=True)
class Bridge:
    """Where a commit and its parents can be compared.

    Attributes:
        lines: what the parents hand on, in the epoch in which the commit is judged.
        judged: the commit's values in it; None: they are not known.
        settings: the commit whose configuration of the tool it is.
        epoch: that epoch.
        remeasured: whether a parent had to be measured again.
        opens: whether the commit's own epoch is not its first parent's.
        by_tool: by how much the first parent's value differs from what it was before.
        why: why the commit cannot be judged; empty: it can.
        lost: why another parent's line is not among `lines`; empty: all are.
        needs: what must be measured first.
    """

    lines: tuple[Standing, ...]
    judged: Measured | None
    settings: str
    epoch: Epoch
    remeasured: bool = False
    opens: bool = False
    by_tool: float | None = None
    why: str = ""
    lost: str = ""
    needs: tuple[Probe, ...] = ()


def bridge(subject: Subject, own: Own, lines: Sequence[Standing], rule: Rule, find: Find) -> Bridge:
    """Bring parents and commit into one epoch.

    The configuration is the commit's, where a parent has it too; else the first parent's, so that a commit cannot
    choose the configuration it is judged by. Tool version and environment are the commit's.

    Args:
        lines: of the parents that have a floor.
    """
    epoch, settings = _common(own, lines)
    found = [_now(line, Probe(line.commit, epoch, settings, subject.commit), find) for line in lines]
    judged: Measured | Missing | Probe = own.measured
    if own.measured.epoch != epoch:
        judged = _look(Probe(subject.commit, epoch, settings, subject.commit), find)
    first = found[0]
    why = f"its parent cannot be measured as it is now: {first.reason}" if isinstance(first, Missing) else ""
    if isinstance(judged, Missing):
        why = f"it cannot be measured under its parent's configuration: {judged.reason}"
    lost = [f"a parent cannot be measured as it is now: {one.reason}" for one in found if isinstance(one, Missing)]
    return Bridge(
        tuple(_translated(line, one, rule) for line, one in zip(lines, found, strict=True) if _known(one)),
        judged if isinstance(judged, Measured) else None,
        settings,
        epoch,
        remeasured=any(line.epoch != epoch for line in lines),
        opens=own.measured.epoch != lines[0].epoch,
        by_tool=sum(first.values.values()) - sum(lines[0].last.values()) if isinstance(first, Measured) else None,
        why=why,
        lost=lost[0] if lost else "",
        needs=tuple(dict.fromkeys(one for one in [*found, judged] if isinstance(one, Probe))),
    )


def _common(own: Own, lines: Sequence[Standing]) -> tuple[Epoch, str]:
    epochs = [line.epoch for line in lines if line.epoch is not None]
    if any(epoch.configuration == own.measured.epoch.configuration for epoch in epochs):
        return own.measured.epoch, own.settings
    return replace(own.measured.epoch, configuration=epochs[0].configuration), lines[0].settings


def _now(line: Standing, probe: Probe, find: Find) -> Standing | Measured | Missing | Probe:
    """A line that needs no translation; else what its commit has in the other epoch."""
    return line if line.epoch == probe.epoch else _look(probe, find)


def _look(probe: Probe, find: Find) -> Measured | Missing | Probe:
    """A measurement; where it is still to be made, what that is."""
    found = find(probe)
    if found is None:
        return probe
    if isinstance(found, Measured):
        return replace(found, epoch=probe.epoch) if found.reported else Missing("the metric was not reported")
    return found


def _known(found: Standing | Measured | Missing | Probe) -> bool:
    return isinstance(found, Standing | Measured)


def _translated(line: Standing, found: Standing | Measured | Missing | Probe, rule: Rule) -> Standing:
    """A standing in another epoch: what was owed to the floor is owed still."""
    if not isinstance(found, Measured):
        return line
    floor = shifted(line.floor, line.last, found.values, rule)
    low = floor
    if line.low != line.floor:
        low = moved(line.low, line.last, found.values, rule)
        low = {name: rule.worst(value, floor.get(name, value)) for name, value in low.items()}
    loan = line.loan and replace(line.loan, floor=moved(line.loan.floor, line.last, found.values, rule))
    return replace(line, epoch=found.epoch, floor=floor, low=low, last=found.values, faults=found.faults, loan=loan)
