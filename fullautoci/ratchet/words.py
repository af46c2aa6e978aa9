"""Why a verdict is what it is, in a line."""

from collections.abc import Sequence
from dataclasses import dataclass

from fullautoci.ratchet.measured import Values
from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.ratchet.standing import FAILING, Act, Flag, Verdict

PENDING = "waiting for measurements by which it can be compared with its parent"
NAMED = 3


@dataclass(frozen=True)
class Told:
    """What a reason tells of.

    Attributes:
        value: what was judged; of files, their sum.
        floor: what it was held against.
        blame: the commit to blame.
        change: how the value differs from its parent's; None: they cannot be compared.
        by_tool: how the parent's value differs from what it was before; None: it was not measured again.
        values: by file.
        floors: by file.
        spread: how much it may vary by itself.
        against: the commit that it is compared with; empty: its parent.
        merged: the commit since which one of its parents is below its floor; empty: none is.
    """

    rule: Rule
    value: float
    floor: float | None
    blame: str
    change: float | None
    by_tool: float | None
    values: Values
    floors: Values
    spread: float = 0.0
    against: str = ""
    merged: str = ""

    @property
    def parent(self) -> str:
        """Whom it is compared with."""
        return f"{self.against[:10]}, the last before it that was measured" if self.against else "its parent"


def figure(value: float) -> str:
    """A value as it is shown: up to four decimals, none that say nothing."""
    return f"{value:.4f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"


def signed(value: float) -> str:
    """A difference: `+1`, `−14`."""
    return f"{'+' if value > 0 else '−' if value < 0 else '±'}{figure(abs(value))}"


def baseline(reset: Act | None) -> str:
    """Why there was no floor."""
    return f"the floor begins anew here: {reset.reason} ({reset.actor})" if reset else "nothing came before it"


def waived(reason: str, waiver: Act | None, moment: str) -> str:
    """A reason, with what excuses it, or once did."""
    if waiver is None:
        return reason
    if not waiver.active(moment):
        return f"{reason}; a waiver ended on {waiver.until[:10]}"
    end = f" until {waiver.until[:10]}" if waiver.until else ""
    return f"{reason}; waived{end} by {waiver.actor}: {waiver.reason}"


def explained(verdict: Verdict, flags: Sequence[Flag], told: Told, names: Sequence[str]) -> str:
    """A verdict's reason; empty: the verdict says all.

    Args:
        names: the files that break the rule.
    """
    parts = [_change(flags, told)]
    if verdict is Verdict.REGRESSED:
        parts.append(_below(told))
        if not parts[0] and told.change is not None and not told.rule.per:
            parts.append(f"{signed(told.change)} against {told.parent}")
    elif verdict is Verdict.INHERITED:
        whose = f"no worse than {told.parent}" if Flag.REMOVALS not in flags else "lower only by what was removed"
        since = f"below since {told.blame[:10]}" if told.blame else "no commit is to blame: more is asked than before"
        parts += [_below(told), whose, since if told.rule.direction == HIGHER else since.replace("below", "above")]
    elif Flag.MERGE in flags:
        parts.append("between what its parents are held to, so the floor follows")
        parts += [f"it brings in what fell at {told.merged[:10]}"] if told.merged else []
    elif Flag.REMOVALS in flags:
        parts.append("lower only by what was removed: no more is amiss than before, and the floor follows")
    elif Flag.FLAKY in flags:
        parts.append("within what it is known to vary by itself")
    if Flag.LOOSENED in flags:
        parts.append("judged by its parent's rule, which it loosens")
    if told.rule.per and verdict in FAILING:
        parts.append(_files(told, names))
    return "; ".join(part for part in parts if part)


def _change(flags: Sequence[Flag], told: Told) -> str:
    """Whose doing a change is, where it is not the commit's alone."""
    if told.change is None:
        return ""
    if told.by_tool is not None:
        return f"{signed(told.by_tool)} by the tool, {signed(told.change)} by you"
    return f"{signed(told.change)} under its parent's configuration" if Flag.NEW_EPOCH in flags else ""


def _below(told: Told) -> str:
    """How far a value is from its floor."""
    if told.floor is None or told.rule.per:
        return ""
    allowed = told.rule.allowance(told.floor) + told.spread
    within = f" ({figure(allowed)} is allowed)" if allowed else ""
    return f"{figure(abs(told.value - told.floor))} worse than the floor{within}"


def _files(told: Told, names: Sequence[str]) -> str:
    """The files that are worse than their floors."""
    named = [
        f"{name} {f'{figure(told.floors[name])} →' if name in told.floors else '(new)'} {figure(told.values[name])}"
        for name in names[:NAMED]
    ]
    return ", ".join(named) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else "")
