"""Counts of findings: which to mend, and of files that are held each for itself, in which."""

from fullautoci.coach import faults
from fullautoci.coach.facts import Facts, Fault
from fullautoci.coach.scoring import COUNTS
from fullautoci.coach.steps import Advice, Goal, Step, walk
from fullautoci.text import number

FINDINGS = "findings"


def advise(metric: str, facts: Facts, wanted: Goal) -> Advice:
    """What to mend of what a metric counts: what is new first, then where there is most of it."""
    counting = [one for one in facts.faults if metric == FINDINGS or one.severity == COUNTS[metric]]
    if not counting:
        return Advice(wanted, why="its findings are not kept any more" if facts.value else "there is nothing to mend")
    groups = faults.groups(counting, _one)
    steps, reaches = walk(groups, wanted, lambda done: facts.value - done, higher=False)
    return Advice(wanted, steps, reaches, costs=faults.costs(counting, _one, lambda _: ""))


def per_file(metric: str, facts: Facts) -> Advice:
    """The files that are worse than they may be, and by how much."""
    values = facts.values or {}
    over = {path: value - facts.floors.get(path, 0.0) for path, value in values.items()}
    worse = sorted((path for path in over if over[path] > 0), key=lambda path: (-over[path], path))
    steps = []
    left = sum(values.values())
    for path in worse:
        left -= over[path]
        had = facts.floors.get(path, 0.0)
        text = f"{path}: {number(values[path])} {metric.replace('_', ' ')}, {number(had)} before"
        rules = faults.groups([one for one in facts.faults if one.path == path], _one) if metric == FINDINGS else []
        detail = (
            f" ({', '.join(group.text(group.size).partition(' in ')[0][4:] for group in rules[:3])})" if rules else ""
        )
        steps.append(Step(text + detail, -over[path], left))
    if worse:
        return Advice(Goal("floor", sum(facts.floors.values())), tuple(steps), reaches=True)
    most = sorted((path for path, value in values.items() if value > 0), key=lambda path: (-values[path], path))
    costs = tuple(f"file {path}: {number(values[path])}" for path in most[:5])
    return Advice(Goal(), why="no file is worse than it may be", costs=costs)


def _one(_: Fault) -> int:
    return 1
