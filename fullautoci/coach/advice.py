"""Advice on any metric."""

from fullautoci.coach import counting, lines, scoring
from fullautoci.coach.facts import Facts
from fullautoci.coach.steps import Advice, Goal

_OF_LINES = ("percent_lines", "percent_branches", "missing_lines", "missing_branches")
# Metrics on which there is none, and what to say in its place.
_WORDS = {
    "suppressions": "each comment that silences the tool counts one",
    "tests_failed": "'fullautoci results' names the tests that fail",
}


def advise(metric: str, facts: Facts, wanted: Goal) -> Advice:
    """The smallest next steps for a metric."""
    if facts.values is not None:
        return counting.per_file(metric, facts)
    if metric == "score":
        return scoring.advise(facts, wanted)
    if metric in _OF_LINES:
        return lines.advise(metric, facts, wanted)
    if metric == counting.FINDINGS or metric in scoring.COUNTS:
        return counting.advise(metric, facts, wanted)
    return Advice(wanted, why=_WORDS.get(metric, "of this metric it is not known what it counts"))
