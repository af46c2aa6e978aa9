"""From a commit's values and what its parents hand on to its verdict and what it hands on itself: a pure function."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from fullautoci.ratchet import acts, floors, handing, lines, words
from fullautoci.ratchet.bridge import Bridge, Find, Own, bridge
from fullautoci.ratchet.case import Case
from fullautoci.ratchet.floors import Floors
from fullautoci.ratchet.measured import Measured, Missing, Probe, Values
from fullautoci.ratchet.rule import Rule, loosens, strictest
from fullautoci.ratchet.standing import Flag, Judgement, Loan, Standing, Subject, Verdict
from fullautoci.ratchet.weighing import Weighed, since, weighed


def judge(subject: Subject, parents: Sequence[Standing], find: Find) -> Judgement:
    """The verdict on one metric of one commit.

    Args:
        parents: what each of its nearest known ancestors hands on, the first parent's first.
        find: looks a measurement up; None where it was not tried, so that it is named in `needs`.
    """
    known = lines.flat(parents)
    held = lines.handed(known)
    history = [line for line in known if line.epoch is not None and line.floor]
    if not subject.tested:
        return Judgement(_untested(subject, known, held))
    own_rule = subject.rule if subject.known else held
    rule, loosened = _in_force(own_rule, held if history else None)
    if rule is None:
        return Judgement(_tracked(subject, known))
    said = {Flag.LOOSENED: loosened, Flag.REPEATED: subject.repeated}
    case = Case(subject, rule, own_rule, held, known, _holding(said))
    history = [line for line in history if line.direction in ("", rule.direction)]
    own = _own(subject, history, find)
    if isinstance(own, Probe):
        return Judgement(case.passed_on(), needs=(own,), reason=words.PENDING)
    if isinstance(own, Own) and (acts.begins(subject) or not history):
        return _begun(case, own, history)
    if not history:
        return Judgement(case.passed_on())
    return _unjudged(case, own.reason) if isinstance(own, Missing) else _held(case, own, history, find)


def _in_force(own: Rule | None, held: Rule | None) -> tuple[Rule | None, bool]:
    """The rule to judge by, and whether the commit would have it looser."""
    if held is None:
        return own, False
    if own is None or own.direction != held.direction:
        return held, True
    return strictest(own, held), loosens(own, held)


def _untested(subject: Subject, known: Sequence[Standing], held: Rule | None) -> Standing:
    """What a commit hands on that was not tested: nobody judged its policy, so that is its parents' still."""
    standing = acts.passed(subject, lines.passed_on(known, held))
    return replace(standing, waiver=lines.longest([standing.waiver, *acts.waivers(subject)]))


def _tracked(subject: Subject, known: Sequence[Standing]) -> Standing:
    """What is handed on while nobody holds the metric: the old floor, for the day when somebody does again."""
    standing = lines.passed_on(known, None)
    own = subject.measured
    if not subject.moves or own is None or not own.reported or standing.epoch is None:
        return standing
    act = acts.begins(subject)
    if act is not None:
        floor = own.values if act.value is None or any(own.values) else dict.fromkeys(own.values, act.value)
        return Standing(
            None, own.epoch, subject.commit, floor, floor, own.values, own.faults, subject.commit,
            direction=standing.direction,
        )  # fmt: skip
    if standing.epoch != own.epoch:
        return standing
    return replace(standing, last=own.values, faults=own.faults, commit=subject.commit)


def _own(subject: Subject, history: Sequence[Standing], find: Find) -> Own | Missing | Probe:
    """What was measured of the commit; of a tool that it switched off, under its parent's configuration."""
    found: Measured | Missing | None = subject.measured
    settings, under = subject.commit, ""
    if found is None and not subject.why and history and history[0].epoch is not None:
        settings, under = history[0].settings, " under its parent's configuration"
        probe = Probe(subject.commit, history[0].epoch, settings, subject.commit)
        found = find(probe)
        if found is None:
            return probe
    if isinstance(found, Missing):
        return Missing(f"it cannot be measured{under}: {found.reason}")
    if found is None:
        return Missing(subject.why or "it was not measured")
    return Own(found, settings) if found.reported else Missing("the metric was not reported")


def _begun(case: Case, own: Own, history: Sequence[Standing]) -> Judgement:
    """A commit with which the floor begins: it has no history, or a person said so; then nothing before it counts."""
    subject, rule, values = case.subject, case.rule, own.measured.values
    act = acts.reset(subject)
    said = act.value if act is not None and not rule.per else None
    flags = (*case.flags, *((Flag.RESET,) if act is not None else ()))
    if said is None or act is None or act.until:
        loan = Loan(dict.fromkeys(values, said), act) if act is not None and said is not None else None
        floor = floors.capped(case.own_rule, values) if case.own_rule is not None else values
        standing = handing.after_acts(case, handing.opened(case, own, floor, floor, loan))
        return Judgement(
            standing, Verdict.BASELINE, sum(values.values()), None, rule.target, flags, words.baseline(act)
        )
    floor = dict.fromkeys(values, said)
    held = Floors(floor, floor, floor, floor, None)
    # What came before is of use only for whether the commit made it worse.
    before = [line for line in history[:1] if line.epoch == own.measured.epoch]
    verdict = weighed(rule, subject.spread, own.measured, held, before[0] if before else Standing(None))
    if verdict.removals:  # a floor that a person named is not lowered by them
        verdict = Weighed(Verdict.REGRESSED, names=verdict.names)
    verdict = replace(verdict, flags=(*flags, *verdict.flags))
    standing = handing.opened(case, own, floor, floor, None)
    if verdict.failing:
        blame = since(verdict, subject.commit, ())
        standing = replace(standing, blame=blame, failing=True, waiver=case.waiver())
    else:
        best = floors.reached(values, floor, rule)
        standing = handing.opened(case, own, best, best, None)
    return _concluded(case, verdict, own.measured, floor, standing, before, None)


def _unjudged(case: Case, why: str) -> Judgement:
    """A commit that cannot be judged: it fails until that is waived."""
    standing, waiver = case.passed_on(), case.waiver()
    waived = waiver is not None and waiver.active(case.subject.moment)
    flags = (*case.flags, *((Flag.WAIVED,) if waived else ()))
    return Judgement(
        replace(standing, waiver=waiver) if case.subject.moves else standing,
        Verdict.UNJUDGED, None, sum(standing.floor.values()) if standing.floor else None, case.rule.target, flags,
        words.waived(why, waiver, case.subject.moment), failing=not waived,
    )  # fmt: skip


def _held(case: Case, own: Own, history: Sequence[Standing], find: Find) -> Judgement:
    """A commit with history."""
    subject, rule = case.subject, case.rule
    found = bridge(subject, own, history, rule, find)
    if found.needs:
        return Judgement(case.passed_on(), needs=found.needs, reason=words.PENDING)
    if found.why or found.judged is None:
        return _unjudged(case, found.why)
    judged = found.judged
    held = acts.lent(subject, rule, judged.values, floors.combined(found.lines, rule, subject.moment))
    verdict = weighed(rule, subject.spread, judged, held, found.lines[0])
    if verdict.failing and found.lost:
        return _unjudged(case, found.lost)
    verdict = replace(verdict, flags=(*case.flags, *_flags(subject, found), *verdict.flags))
    if verdict.failing:
        standing = handing.refused(case, found, judged, held, verdict)
    else:
        standing = handing.accepted(case, own, found, judged, held, verdict)
    return _concluded(case, verdict, judged, held.floor, standing, found.lines, found)


def _flags(subject: Subject, found: Bridge) -> tuple[Flag, ...]:
    said = {
        Flag.RESET: acts.reset(subject) is not None,
        Flag.REMEASURED: found.remeasured,
        Flag.NEW_EPOCH: found.opens,
    }
    return _holding(said)


def _holding(said: Mapping[Flag, bool]) -> tuple[Flag, ...]:
    return tuple(flag for flag, holds in said.items() if holds)


def _concluded(
    case: Case, verdict: Weighed, judged: Measured, floor: Values, standing: Standing,
    history: Sequence[Standing], found: Bridge | None,
) -> Judgement:  # fmt: skip
    """A verdict with its reason, what excuses it, and what is handed on."""
    moment = case.subject.moment
    waiver = case.waiver() if verdict.failing else None
    waived = waiver is not None and waiver.active(moment)
    blame = ""
    if verdict.failing:
        blame = case.subject.commit if verdict.verdict is Verdict.REGRESSED else standing.blame
    value, shown = sum(judged.values.values()), floors.shown(judged.values, floor, case.rule)
    change = value - sum(history[0].last.values()) if history else None
    by_tool = found.by_tool if found is not None else None
    before = history[0].commit if history else ""
    told = words.Told(
        case.rule, value, shown, blame, change, by_tool, judged.values, floor, case.subject.spread,
        before if case.subject.parents and before not in case.subject.parents else "",
        next((line.blame for line in history if line.failing and line.blame), ""),
    )  # fmt: skip
    reason = words.explained(verdict.verdict, verdict.flags, told, verdict.names)
    return Judgement(
        handing.after_acts(case, standing), verdict.verdict, value, shown, case.rule.target,
        (*verdict.flags, *((Flag.WAIVED,) if waived else ())), words.waived(reason, waiver, moment), blame,
        failing=verdict.failing and not waived, by_tool=by_tool,
        by_commit=change if found is not None and (found.remeasured or found.opens) else None,
    )  # fmt: skip
