"""What a commit hands on that was judged: with a verdict that passed, in its own epoch; else in that of its judging."""

from dataclasses import replace

from fullautoci.ratchet import acts
from fullautoci.ratchet.bridge import Bridge, Own
from fullautoci.ratchet.case import Case
from fullautoci.ratchet.floors import Floors, capped, fell, reached, settled
from fullautoci.ratchet.measured import Measured, Values
from fullautoci.ratchet.shifting import moved, shifted
from fullautoci.ratchet.standing import Loan, Standing
from fullautoci.ratchet.weighing import Weighed, lowered, since


def refused(case: Case, found: Bridge, judged: Measured, held: Floors, verdict: Weighed) -> Standing:
    """What a commit hands on whose verdict fails: no floor moves, but that it follows what was removed."""
    first = found.lines[0]

    def after(floor: Values) -> Values:
        return shifted(floor, first.last, judged.values, case.rule) if verdict.removals else floor

    low = held.lasting_low
    return Standing(
        case.kept,
        found.epoch,
        found.settings,
        after(held.lasting),
        moved(low, first.last, judged.values, case.rule) if verdict.removals else low,
        judged.values,
        judged.faults,
        case.subject.commit,
        since(verdict, case.subject.commit, found.lines),
        failing=True,
        waiver=case.waiver(),
        loan=held.loan and replace(held.loan, floor=after(held.floor)),
        direction=case.rule.direction,
    )


def accepted(case: Case, own: Own, found: Bridge, judged: Measured, held: Floors, verdict: Weighed) -> Standing:
    """What a commit hands on whose verdict passes."""
    rule, spread, first = case.rule, case.subject.spread, found.lines[0]
    loan: Values | None = None
    if verdict.removals:
        floor = _follows(held.lasting_low, first, judged.values, case)
        low = floor
        loan = _follows(held.low, first, judged.values, case)
    else:
        floor, low = settled(judged.values, held.lasting, held.lasting_low, rule, spread)
        loan, _ = settled(judged.values, held.floor, held.low, rule, spread)
    if judged is not own.measured:  # the new epoch opens with its own value, and with what was owed to the old floor
        after = own.measured.values
        low = moved(low, judged.values, after, rule) if low != floor else {}
        floor = {
            name: value if rule.capped(floor.get(name, value)) != floor.get(name, value) else rule.capped(value)
            for name, value in shifted(floor, judged.values, after, rule).items()
        }
        low = {name: rule.worst(value, floor.get(name, value)) for name, value in low.items()} or floor
        loan = moved(loan, judged.values, after, rule)
    fell_here = bool(fell(judged.values, first.last, rule, spread))
    lent = Loan(loan, held.loan.act) if held.loan is not None else None
    standing = opened(case, own, floor, low, lent)
    blame = lowered(case.subject.commit, standing.last, standing.floor, rule, fell_here, found.lines)
    return replace(standing, blame=blame)


def _follows(floor: Values, first: Standing, values: Values, case: Case) -> Values:
    """A floor after removals: as far below as the value fell, but that nothing is forgiven."""
    return reached(values, shifted(floor, first.last, values, case.rule), case.rule)


def opened(case: Case, own: Own, floor: Values, low: Values, loan: Loan | None) -> Standing:
    """A standing in the commit's own epoch."""
    rule = case.own_rule
    if rule is not None and rule.direction != case.rule.direction:
        floor = low = capped(rule, own.measured.values)  # what was best is worst now: there is no floor to go on from
        loan = None
    return Standing(
        rule,
        own.measured.epoch,
        own.settings,
        floor,
        low,
        own.measured.values,
        own.measured.faults,
        case.subject.commit,
        loan=loan,
        direction=(rule or case.rule).direction,
    )


def after_acts(case: Case, standing: Standing) -> Standing:
    """What is handed on in the end: what was not committed hands on what it was handed."""
    return acts.raised(case.subject, standing) if case.subject.moves else case.passed_on()
