"""Pylint's score: what each finding costs, and which to mend."""

from fullautoci.coach import faults
from fullautoci.coach.facts import Facts, Fault
from fullautoci.coach.steps import ROUNDING, Advice, Goal, Step, walk
from fullautoci.text import number

# Pylint's own formula, where a project has not set another:
# https://pylint.readthedocs.io/en/stable/user_guide/configuration/all-options.html#evaluation
WEIGHTS = {"error": 5, "warning": 1, "refactor": 1, "convention": 1}
COUNTS = {"errors": "error", "warnings": "warning", "refactors": "refactor", "conventions": "convention"}

# By how much the formula may miss what was recorded, because statements are told from a rounded score.
CLOSE = 2e-4


def score(points: float, statements: int) -> float:
    """The score of so many points, as it is recorded."""
    return round(max(0.0, 10.0 - 10.0 * points / statements), ROUNDING)


def statements(found: float, points: float) -> int | None:
    """How many statements there must have been; None: the score does not tell."""
    if points <= 0 or not 0 < found < 10:
        return None
    return max(1, round(10.0 * points / (10.0 - found)))


def advise(facts: Facts, wanted: Goal) -> Advice:
    """The fewest findings to mend, the heaviest first."""
    counting = [one for one in facts.faults if one.severity in WEIGHTS]
    metrics = facts.metrics
    points = int(sum(metrics.get(name, 0.0) * WEIGHTS[severity] for name, severity in COUNTS.items()))
    found = metrics.get("score", facts.value)
    size = statements(found, points)

    def told(weight: int) -> str:
        return f", −{number(10 * weight / size)}" if size is not None else ""

    costs = faults.costs(counting, _weigh, told)
    if any(one.severity == "fatal" for one in facts.faults):
        return Advice(wanted, why="a fatal message makes the score 0: mend that first", costs=costs)
    if points and not counting:
        return Advice(wanted, why="its findings are not kept any more")
    if not points:
        return Advice(wanted, why="there is nothing to fix")
    groups = faults.groups(counting, _weigh)
    if size is None or abs(score(points, size) - found) > CLOSE:
        why = "what a fix brings cannot be told: the score is not that of pylint's own formula" if found else ""
        steps = tuple(Step(group.text(group.size)) for group in groups)
        return Advice(wanted, steps, why=why or "what a fix brings cannot be told of a score of 0", costs=costs)
    # What was judged may have been measured under another configuration than what was found.
    shift = facts.value - found
    steps, reaches = walk(groups, wanted, lambda done: round(score(points - done, size) + shift, ROUNDING), higher=True)
    return Advice(wanted, steps, reaches, f"estimated by pylint's own formula, of {size} statements", costs)


def _weigh(fault: Fault) -> int:
    return WEIGHTS[fault.severity]
