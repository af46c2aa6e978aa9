"""Lines: what each parent hands on, side by side, and what is handed on where there is nothing to judge by."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from fullautoci.ratchet.floors import over
from fullautoci.ratchet.rule import HIGHER, Rule, strictest
from fullautoci.ratchet.standing import Act, Epoch, Standing


def flat(parents: Sequence[Standing]) -> tuple[Standing, ...]:
    """The parents' lines, and after each what else that parent hands on."""

    def each() -> Iterator[Standing]:
        for parent in parents:
            yield replace(parent, others=())
            yield from parent.others

    return tuple(each())


def handed(lines: Sequence[Standing]) -> Rule | None:
    """The strictest of the parents' rules; None: none of them holds the metric."""
    rules = [line.rule for line in lines if line.rule is not None]
    found = rules[0] if rules else None
    for rule in rules[1:]:
        found = strictest(found, rule) if found is not None else rule
    return found


def passed_on(lines: Sequence[Standing], rule: Rule | None) -> Standing:
    """What a commit hands on that could not be judged: what it was handed, one line for each epoch and loan.

    Args:
        rule: the policy that is handed on with it.
    """
    waiver = longest([line.waiver for line in lines])
    groups: dict[tuple[Epoch, str, Act | None], list[Standing]] = {}
    for line in lines:
        if line.epoch is not None:
            act = line.loan.act if line.loan is not None else None
            groups.setdefault((line.epoch, line.direction, act), []).append(line)
    if not groups:
        return Standing(rule, waiver=waiver)
    first, *others = (_one(group, rule) for group in groups.values())
    return replace(first, waiver=waiver, others=tuple(others))


def _one(group: Sequence[Standing], rule: Rule | None) -> Standing:
    """Lines of one epoch and one loan as one."""
    first = replace(group[0], rule=rule, waiver=None)
    if len(group) == 1:
        return first
    best, worst = (max, min) if first.direction == HIGHER else (min, max)
    per = next((line.rule.per for line in group if line.rule is not None), rule.per if rule is not None else "")
    loans = [line.loan.floor for line in group if line.loan is not None]
    return replace(
        first,
        floor=over([line.floor for line in group], best, per),
        low=over([line.low for line in group], worst, per),
        blame=blamed(group),
        loan=first.loan and replace(first.loan, floor=over(loans, best, per)),
    )


def blamed(lines: Sequence[Standing]) -> str:
    """The commit to blame for what is handed on: where a verdict failed, for that."""
    there = [line.blame for line in lines if line.failing and line.blame] + [line.blame for line in lines if line.blame]
    return there[0] if there else ""


def longest(waivers: Sequence[Act | None]) -> Act | None:
    """The waiver that ends last; None where one of them says that there is an end to all."""
    there = [waiver for waiver in waivers if waiver is not None]
    if any(waiver.kind == "end" for waiver in there):
        return None
    return max(there, key=lambda waiver: waiver.until or "~", default=None)
