"""Why a verdict is what it is, in a line."""

from collections.abc import Sequence

from fullautoci.ratchet.rule import Rule
from fullautoci.ratchet.standing import Act, Flag, Values, Verdict

NAMED = 3


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


def explained(
    verdict: Verdict,
    flags: Sequence[Flag],
    rule: Rule,
    value: float,
    floor: float | None,
    by_commit: float,
    by_tool: float | None,
    blame: str,
    names: Sequence[str],
    values: Values,
    floors: Values,
) -> str:
    """A verdict's reason."""
    parts = []
    if by_tool is not None:
        parts.append(f"{signed(by_tool)} by the tool, {signed(by_commit)} by you")
    elif Flag.NEW_EPOCH in flags:
        parts.append(f"{signed(by_commit)} by you, under the configuration of before")
    if verdict is Verdict.REGRESSED:
        parts.append(_below(rule, value, floor, f"{signed(by_commit)} against its parent"))
    elif verdict is Verdict.INHERITED:
        whose = f"since {blame[:10]}" if blame else "no commit is to blame: the rule is stricter than it was"
        parts.append(_below(rule, value, floor, f"no worse than its parent; {whose}"))
    elif Flag.MERGE in flags:
        parts.append("between what its parents have: nobody's fault, and the floor from here")
    elif Flag.REMOVALS in flags:
        parts.append("what was removed was good, and nothing bad came: the floor follows")
    elif Flag.FLAKY in flags:
        parts.append("within what it is known to vary by itself")
    if Flag.LOOSENED in flags:
        parts.append("judged by its parent's policy, which it loosens")
    if rule.per and names:
        told = [f"{name} {figure(floors.get(name, 0.0))} → {figure(values[name])}" for name in names[:NAMED]]
        parts.append(", ".join(told) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else ""))
    return "; ".join(parts)


def _below(rule: Rule, value: float, floor: float | None, more: str) -> str:
    if floor is None or rule.per:
        return more
    allowed = rule.allowance(floor)
    within = f", {figure(allowed)} is allowed" if allowed else ""
    return f"{figure(abs(value - floor))} worse than the floor{within}; {more}"
