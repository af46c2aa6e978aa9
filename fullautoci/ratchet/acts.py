"""What people did about a ratchet at a commit, as far as it counts there."""

from dataclasses import replace

from fullautoci.ratchet.floors import Floors
from fullautoci.ratchet.measured import Values
from fullautoci.ratchet.rule import HIGHER, Rule
from fullautoci.ratchet.standing import Act, Loan, Standing, Subject


def reset(subject: Subject) -> Act | None:
    """The reset that counts: the latest, unless it has ended."""
    found = _latest(subject, "reset")
    return found if found is not None and found.active(subject.moment) else None


def begins(subject: Subject) -> Act | None:
    """The reset with which the floor begins anew for good."""
    found = reset(subject)
    return found if found is not None and not found.until else None


def waivers(subject: Subject) -> list[Act]:
    """What excuses a verdict that fails, or that nothing does any more: of what was said at the commit the last."""
    return [act for act in subject.acts if act.kind in ("waive", "end")][-1:]


def lent(subject: Subject, rule: Rule, values: Values, held: Floors) -> Floors:
    """What a commit is held against, with the floor that a reset lends it."""
    act = reset(subject)
    if act is None:
        return held
    floor = values if act.value is None or rule.per else dict.fromkeys(values, act.value)
    return replace(held, floor=floor, low=floor, loan=Loan(floor, act))


def raised(subject: Subject, standing: Standing) -> Standing:
    """What is handed on, with the floor that a person raised here: it counts from the next commit on."""
    act = _latest(subject, "raise")
    anew = _latest(subject, "reset")
    if act is None or standing.epoch is None or _is_by_file(standing):
        return standing
    if anew is not None and subject.acts.index(anew) > subject.acts.index(act):
        return standing
    wanted = standing.last if act.value is None else dict.fromkeys(standing.floor, act.value)
    floor = _best(standing, standing.floor, wanted)
    if act.until:
        return replace(standing, loan=Loan(floor, act)) if act.active(subject.moment) else standing
    loan = standing.loan and replace(standing.loan, floor=_best(standing, standing.loan.floor, wanted))
    return replace(standing, floor=floor, low=floor, loan=loan)


def passed(subject: Subject, standing: Standing) -> Standing:
    """What is handed on by a commit of which nothing was measured, with what people did there.

    A reset without a value takes the commit's own, which it does not have; it counts when it has one.
    """
    act = reset(subject)
    if act is not None and act.value is not None and standing.epoch is not None and not _is_by_file(standing):
        floor = dict.fromkeys(standing.floor, act.value)
        if act.until:
            standing = replace(standing, loan=Loan(floor, act))
        else:
            standing = replace(standing, floor=floor, low=floor, loan=None, blame="", failing=False)
        standing = replace(standing, others=())
    return raised(subject, standing)


def _latest(subject: Subject, kind: str) -> Act | None:
    return next((act for act in reversed(subject.acts) if act.kind == kind), None)


def _is_by_file(standing: Standing) -> bool:
    return (standing.rule is not None and bool(standing.rule.per)) or any(standing.floor)


def _best(standing: Standing, floor: Values, wanted: Values) -> dict[str, float]:
    best = max if standing.direction == HIGHER else min
    return {name: best(value, wanted.get(name, value)) for name, value in floor.items()}
