"""Findings in groups that are mended in one go: one rule in one file."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from fullautoci.coach.facts import Fault
from fullautoci.coach.steps import TOLD, Group
from fullautoci.text import counted

Weigh = Callable[[Fault], int]


def groups(faults: Iterable[Fault], weigh: Weigh) -> list[Group]:
    """What there is to mend: first what weighs most, then what is new, then where there is most of it."""
    counts = Counter((one.path, one.rule, weigh(one), one.new) for one in faults)
    order = sorted(counts, key=lambda key: (-key[2], not key[3], -counts[key], key[:2]))
    return [
        Group(_mending(path, rule, new), counts[path, rule, weight, new], weight) for path, rule, weight, new in order
    ]


def _mending(path: str, rule: str, new: bool) -> Callable[[int], str]:
    return lambda count: f"fix {count} × {rule}{' (new)' if new else ''} in {path}"


def costs(faults: Sequence[Fault], weigh: Weigh, told: Callable[[int], str]) -> tuple[str, ...]:
    """The rules and the files that weigh most, in words.

    Args:
        told: what a weight costs, in words.
    """
    found = []
    for kind, key in (("rule", "rule"), ("file", "path")):
        weights: Counter[str] = Counter()
        counts: Counter[str] = Counter()
        for one in faults:
            weights[getattr(one, key)] += weigh(one)
            counts[getattr(one, key)] += 1
        worst = sorted(weights, key=lambda name: (-weights[name], name))[:TOLD]
        found += [f"{kind} {name}: {counted(counts[name], 'finding')}{told(weights[name])}" for name in worst]
    return tuple(found)
