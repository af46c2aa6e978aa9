"""Advice on pylint's score: fewest fixes, and gains that are what its formula then gives."""

import re

from hypothesis import given
from hypothesis import strategies as st

from fullautoci.coach.facts import Facts, Fault
from fullautoci.coach.scoring import WEIGHTS, advise, score, statements
from fullautoci.coach.steps import Advice, Goal
from tests.unit.fuzz import FUZZ

NAMES = {"error": "errors", "warning": "warnings", "refactor": "refactors", "convention": "conventions"}


def facts(faults: list[Fault], size: int) -> Facts:
    points = sum(WEIGHTS[one.severity] for one in faults)
    metrics = {name: float(sum(one.severity == kind for one in faults)) for kind, name in NAMES.items()}
    found = score(points, size)
    return Facts(found, {**metrics, "score": found}, faults)


def many(path: str, rule: str, severity: str, count: int, *, new: bool = False) -> list[Fault]:
    return [Fault(path, rule, severity, new)] * count


def taken(advice: Advice) -> int:
    return sum(int(re.findall(r"fix (\d+)", step.text)[0]) for step in advice.steps)


def test_the_heaviest_then_what_is_new_then_the_most() -> None:
    there = [
        *many("a.py", "unused-import", "warning", 3),
        *many("b.py", "line-too-long", "convention", 8),
        *many("c.py", "no-member", "error", 1),
        *many("d.py", "unused-variable", "warning", 1, new=True),
    ]
    advice = advise(facts(there, 100), Goal("floor", 9.5))
    assert [(step.text, step.gain, step.value) for step in advice.steps] == [
        ("fix 1 × no-member in c.py", 0.5, 8.8),
        ("fix 1 × unused-variable (new) in d.py", 0.1, 8.9),
        ("fix 6 × line-too-long in b.py", 0.6, 9.5),
    ]
    assert advice.reaches
    assert advice.why == "estimated by pylint's own formula, of 100 statements"
    assert advice.costs[:2] == ("rule line-too-long: 8 findings, −0.8", "rule no-member: 1 finding, −0.5")
    assert advice.costs[4] == "file b.py: 8 findings, −0.8"


def test_a_perfect_score_needs_nothing() -> None:
    assert advise(facts([], 10), Goal()).steps == ()


def test_below_zero_nothing_is_promised() -> None:
    advice = advise(facts(many("a.py", "no-member", "error", 9), 4), Goal("floor", 8.0))
    assert [(step.text, step.gain) for step in advice.steps] == [("fix 9 × no-member in a.py", None)]
    assert "score of 0" in advice.why


def test_a_formula_of_the_projects_own_is_noticed() -> None:
    found = facts(many("a.py", "x", "warning", 1), 1000)
    odd = Facts(9.9, {**found.metrics, "score": 3.25}, many("a.py", "x", "warning", 1))
    advice = advise(odd, Goal("floor", 9.99))
    assert advice.steps[0].gain is None
    assert "pylint's own formula" in advice.why


def test_a_fatal_message_comes_first() -> None:
    there = Facts(0.0, {"score": 0.0, "errors": 1.0}, [Fault("a.py", "astroid-error", "fatal")])
    assert advise(there, Goal("floor", 8.0)).why == "a fatal message makes the score 0: mend that first"


def test_findings_that_are_gone_are_not_taken_for_none() -> None:
    there = Facts(9.0, {"score": 9.0, "warnings": 10.0}, [])
    assert advise(there, Goal("floor", 9.5)).why == "its findings are not kept any more"


def test_what_was_judged_under_another_configuration_is_shifted() -> None:
    found = facts(many("a.py", "x", "warning", 10), 100)
    advice = advise(Facts(8.0, found.metrics, found.faults), Goal("floor", 8.5))
    assert [(step.gain, step.value) for step in advice.steps] == [(0.5, 8.5)]


fault = st.builds(
    Fault, st.sampled_from(["a.py", "b.py", "c/d.py"]), st.sampled_from(["r", "s", "t"]), st.sampled_from([*WEIGHTS]),
    st.booleans(),
)  # fmt: skip


@FUZZ
@given(st.lists(fault, min_size=1, max_size=60), st.integers(1, 5000), st.floats(0.01, 1.0))
def test_what_is_promised_is_what_the_formula_gives(faults: list[Fault], clean: int, share: float) -> None:
    size = sum(WEIGHTS[one.severity] for one in faults) + clean
    there = facts(faults, size)
    bar = there.value + share * (10.0 - there.value)
    advice = advise(there, Goal("floor", bar))
    assert advice.reaches, "with nothing left to fix the score is 10"
    points = sum(WEIGHTS[one.severity] for one in faults)
    weights = sorted((WEIGHTS[one.severity] for one in faults), reverse=True)
    count = taken(advice)
    final = score(points - sum(weights[:count]), size)
    assert advice.steps[-1].value is not None
    assert abs(advice.steps[-1].value - final) < 2e-4
    assert abs(sum(step.gain or 0 for step in advice.steps) - (final - there.value)) < 1e-3
    fewer = score(points - sum(weights[: count - 1]), size)
    assert fewer < bar + 2e-4, "one fix less would have done"


@FUZZ
@given(st.integers(1, 2000), st.integers(1, 4000))
def test_statements_are_told_from_the_score(points: int, size: int) -> None:
    found = score(points, size)
    told = statements(found, points)
    if not 0 < found < 10:
        assert told is None
    else:
        assert told is not None
        assert abs(score(points, told) - found) <= 1e-4
