"""From a commit's values and what its parents hand on to its verdict and what it hands on itself: a pure function."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fullautoci.ratchet import floors, words
from fullautoci.ratchet.bridge import Bridge, Find, bridge, shifted
from fullautoci.ratchet.floors import Floors
from fullautoci.ratchet.rule import Rule, loosens, strictest
from fullautoci.ratchet.standing import (
    FAILING,
    Act,
    Flag,
    Judgement,
    Loan,
    Measured,
    Missing,
    Probe,
    Standing,
    Subject,
    Values,
    Verdict,
)

PENDING = "it is being measured as its parent was"


def judge(subject: Subject, parents: Sequence[Standing], find: Find) -> Judgement:
    """The verdict on one metric of one commit.

    Args:
        parents: what each of its nearest tested ancestors hands on, the first parent's first.
        find: looks a measurement up; None where it was not tried, so that it is named in `needs`.
    """
    held = floors.handed(parents)
    own_rule = subject.rule if subject.known else held
    lines = [line for line in parents if line.epoch is not None and line.floor]
    rule, loosened = _in_force(own_rule, held if lines else None)
    if not subject.tested:
        return Judgement(_raised(subject, floors.passed_on(parents, own_rule), own_rule or held))
    if rule is None:
        return Judgement(_tracked(subject, parents))
    case = _Case(subject, rule, own_rule, tuple(parents), (Flag.LOOSENED,) if loosened else ())
    own, needs = _own(subject, lines, find)
    if needs:
        return Judgement(case.passed_on(), needs=needs, reason=PENDING)
    return _held(case, own, lines, find) if lines else _first(case, own)


def _held(case: "_Case", own: Measured | None, lines: Sequence[Standing], find: Find) -> Judgement:
    """A commit with history."""
    if own is None:
        return _unjudged(case, case.subject.why or "it was not measured")
    found = bridge(case.subject, own, lines, case.rule, find)
    if found.needs:
        return Judgement(case.passed_on(), needs=found.needs, reason=PENDING)
    if found.why or found.judged is None or not found.judged.values:
        return _unjudged(case, found.why or f"{case.rule.metric} was not reported")
    return _judged(case, own, found, found.judged)


@dataclass(frozen=True)
class _Case:
    subject: Subject
    rule: Rule
    own_rule: Rule | None
    parents: tuple[Standing, ...]
    flags: tuple[Flag, ...]

    def passed_on(self) -> Standing:
        """What is handed on where nothing was measured."""
        return _raised(self.subject, floors.passed_on(self.parents, self.own_rule), self.rule)

    def act(self, kind: str) -> Act | None:
        """The latest act of a kind at this commit."""
        return next((act for act in reversed(self.subject.acts) if act.kind == kind), None)

    def waiver(self) -> Act | None:
        """What excuses a verdict that fails."""
        own = [act for act in self.subject.acts if act.kind == "waive"]
        return floors.longest([*own, *(line.waiver for line in self.parents)])


def _in_force(own: Rule | None, held: Rule | None) -> tuple[Rule | None, bool]:
    """The rule to judge by, and whether the commit would have it looser."""
    if held is None:
        return own, False
    if own is None or own.direction != held.direction:
        return held, True
    return strictest(own, held), loosens(own, held)


def _own(subject: Subject, lines: Sequence[Standing], find: Find) -> tuple[Measured | None, tuple[Probe, ...]]:
    """What was measured of the commit; of a tool that it switched off, under its parent's configuration."""
    if subject.measured is not None or subject.why or not lines:
        return subject.measured, ()
    first = lines[0]
    probe = Probe(subject.commit, first.epoch, first.settings, subject.commit)  # type: ignore[arg-type]
    found = find(probe)
    if found is None:
        return None, (probe,)
    return (None if isinstance(found, Missing) else found), ()


def _first(case: _Case, own: Measured | None) -> Judgement:
    """A commit without history."""
    subject = case.subject
    if own is None or not own.values:
        return Judgement(case.passed_on())
    if not subject.moves:
        standing = case.passed_on()
    else:
        values = {name: _cap(case.own_rule, value) for name, value in own.values.items()}
        standing = _opened(case, own, values)
    value = sum(own.values.values())
    return Judgement(
        standing, Verdict.BASELINE, value, None, case.rule.target, (*case.flags, *_reset_flag(case)),
        reason=words.baseline(case.act("reset")),
    )  # fmt: skip


def _unjudged(case: _Case, why: str) -> Judgement:
    standing = case.passed_on()
    waiver = case.waiver()
    waived = waiver is not None and waiver.active(case.subject.moment)
    flags = (*case.flags, *((Flag.WAIVED,) if waived else ()))
    floor = sum(standing.floor.values()) if standing.floor else None
    return Judgement(
        replace(standing, waiver=waiver), Verdict.UNJUDGED, None, floor, case.rule.target, flags,
        words.waived(why, waiver, case.subject.moment), failing=not waived,
    )  # fmt: skip


def _judged(case: _Case, own: Measured, found: Bridge, judged: Measured) -> Judgement:
    subject, rule = case.subject, case.rule
    held = floors.combined(found.lines, rule, subject.moment)
    if case.act("reset") is not None:
        held = _reset(case, judged, held)
    first = found.lines[0]
    verdict, flags, names = _verdict(case, judged, held, first)
    flags = (*case.flags, *_reset_flag(case), *_epoch_flags(found, own), *flags)
    waiver = case.waiver() if verdict in FAILING else None
    waived = waiver is not None and waiver.active(subject.moment)
    blame = _blame(subject, rule, verdict, judged.values, held, found.lines)
    if verdict in FAILING or not subject.moves:
        standing = Standing(
            case.own_rule, found.epoch, found.settings, held.lasting, held.low, judged.values, judged.faults,
            subject.commit, blame, verdict in FAILING, waiver, held.loan,
        )  # fmt: skip
        if not subject.moves:
            standing = floors.passed_on(case.parents, case.own_rule)
    else:
        standing = _accepted(case, own, found, judged, held, flags, blame)
    standing = _raised(subject, standing, rule)
    value, floor = sum(judged.values.values()), _shown(judged.values, held.floor, rule)
    by_commit = value - sum(first.last.values())
    reason = words.explained(
        verdict, flags, rule, value, floor, by_commit, found.by_tool, blame, names, judged.values, held.floor
    )
    return Judgement(
        standing, verdict, value, floor, rule.target, (*flags, *((Flag.WAIVED,) if waived else ())),
        words.waived(reason, waiver, subject.moment), blame if verdict in FAILING else "",
        failing=verdict in FAILING and not waived, by_tool=found.by_tool,
        by_commit=by_commit if found.remeasured or found.epoch != own.epoch else None,
    )  # fmt: skip


def _verdict(
    case: _Case, judged: Measured, held: Floors, first: Standing
) -> tuple[Verdict, tuple[Flag, ...], list[str]]:
    """The first verdict that fits, with its flags, and the files that break the rule."""
    rule, values = case.rule, judged.values
    strict = floors.broken(values, held.floor, rule)
    names = floors.broken(values, held.floor, rule, case.subject.spread)
    flaky = (Flag.FLAKY,) if strict and not names else ()
    if names:
        if not floors.broken(values, held.low, rule, case.subject.spread):
            return Verdict.HELD, (Flag.MERGE,), names
        worse = any(rule.worse(values[name], first.last.get(name, 0.0 if rule.per else values[name])) for name in names)
        no_more = judged.faults is not None and first.faults is not None and judged.faults <= first.faults + 1e-9
        if worse and no_more and not rule.per:
            return (Verdict.INHERITED, (), names) if first.failing else (Verdict.HELD, (Flag.REMOVALS,), names)
        return (Verdict.REGRESSED if worse else Verdict.INHERITED), (), names
    if values and all(rule.met(value) for value in values.values()):
        return Verdict.MET, flaky, []
    total, floor = sum(values.values()), _shown(values, held.floor, rule)
    if not strict and floor is not None and rule.worse(floor, total):
        return Verdict.IMPROVED, flaky, []
    return Verdict.HELD, flaky, []


def _shown(values: Values, floor: Values, rule: Rule) -> float | None:
    """The floor as one number: of files, the sum."""
    if rule.per:
        return sum(floor.values())
    return next((floor[name] for name in values if name in floor), None)


def _epoch_flags(found: Bridge, own: Measured) -> tuple[Flag, ...]:
    flags = (Flag.REMEASURED,) if found.remeasured else ()
    return (*flags, Flag.NEW_EPOCH) if found.remeasured or found.epoch != own.epoch else flags


def _reset_flag(case: _Case) -> tuple[Flag, ...]:
    return (Flag.RESET,) if case.act("reset") is not None else ()


def _blame(
    subject: Subject, rule: Rule, verdict: Verdict, values: Values, held: Floors, lines: Sequence[Standing]
) -> str:
    """The commit since which the metric is below its floor."""
    below = [name for name, value in values.items() if rule.worse(value, held.floor.get(name, value))]
    if verdict not in FAILING and not below:
        return ""
    earlier = next((line.blame for line in lines if line.blame), "")
    if verdict is Verdict.REGRESSED:
        return subject.commit
    first = lines[0]
    fell = any(rule.worse(values[name], first.last.get(name, values[name])) for name in below)
    if verdict is Verdict.INHERITED:
        return earlier
    return subject.commit if fell or not earlier else earlier


def _accepted(
    case: _Case, own: Measured, found: Bridge, judged: Measured, held: Floors, flags: Sequence[Flag], blame: str
) -> Standing:
    """What a commit hands on whose verdict passed."""
    rule = case.rule
    if Flag.MERGE in flags:
        lasting = {name: rule.best(value, held.low.get(name, value)) for name, value in judged.values.items()}
    elif Flag.REMOVALS in flags:
        moved = shifted(held.floor, found.lines[0].last, judged.values, rule)
        lasting = {name: rule.best(value, judged.values[name]) for name, value in moved.items()}
    else:
        base = held.lasting
        lasting = {name: rule.best(value, base.get(name, value)) for name, value in judged.values.items()}
    loan = held.loan
    if loan is not None:
        lent = {name: rule.best(value, loan.floor.get(name, value)) for name, value in judged.values.items()}
        loan = replace(loan, floor=lent)
    if found.epoch != own.epoch:  # the new epoch opens with its own value, and with what was owed to the old floor
        owed = {name: rule.best(floor, judged.values[name]) for name, floor in lasting.items()}
        lasting = shifted(owed, judged.values, own.values, rule)
        loan = loan and replace(loan, floor=shifted(loan.floor, judged.values, own.values, rule))
    capped = {name: _cap(case.own_rule, value) for name, value in lasting.items()}
    return replace(_opened(case, own, capped), blame=blame, loan=loan)


def _opened(case: _Case, own: Measured, floor: Values) -> Standing:
    """A standing in the commit's own epoch."""
    if case.own_rule is not None and case.own_rule.direction != case.rule.direction:
        floor = own.values  # what was best is worst now: there is no floor to go on from
    act = case.act("reset")
    if act is not None and act.value is not None and not act.until:
        floor = {name: act.value if not case.rule.per else value for name, value in floor.items()}
    return Standing(
        case.own_rule, own.epoch, case.subject.commit, floor, floor, own.values, own.faults, case.subject.commit
    )


def _cap(rule: Rule | None, value: float) -> float:
    return value if rule is None else rule.capped(value)


def _reset(case: _Case, judged: Measured, held: Floors) -> Floors:
    """The floor that a reset puts in the old one's place: for good, or on loan until it ends."""
    act = case.act("reset")
    assert act is not None  # noqa: S101 - the caller has looked
    value = act.value
    floor = judged.values if value is None or case.rule.per else dict.fromkeys(judged.values, value)
    if not act.until:
        return Floors(floor, floor, floor, None)
    if not act.active(case.subject.moment):
        return held
    return Floors(floor, floor, held.lasting, Loan(floor, act))


def _raised(subject: Subject, standing: Standing, rule: Rule | None) -> Standing:
    """What is handed on, with the floor that a person raised here."""
    act = next((act for act in reversed(subject.acts) if act.kind == "raise"), None)
    if act is None or rule is None or not standing.floor or rule.per:
        return standing
    wanted = standing.last if act.value is None else dict.fromkeys(standing.floor, act.value)
    raised = {name: rule.best(value, wanted.get(name, value)) for name, value in standing.floor.items()}
    if act.until:
        return replace(standing, loan=Loan(raised, act))
    return replace(standing, floor=raised, low=raised)


def _tracked(subject: Subject, parents: Sequence[Standing]) -> Standing:
    """What is handed on while nobody holds the metric: the old floor, for the day when somebody does again."""
    standing = floors.passed_on(parents, None)
    own = subject.measured
    if own is None or standing.epoch != own.epoch or not subject.moves:
        return standing
    return replace(standing, last=own.values, faults=own.faults, commit=subject.commit)
