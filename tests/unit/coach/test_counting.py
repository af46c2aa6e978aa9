"""Advice on counts, of all findings and file by file; and that there is advice, or a word why not, on any metric."""

import pytest

from fullautoci.coach.advice import advise
from fullautoci.coach.facts import Facts, Fault
from fullautoci.coach.steps import Goal

FAULTS = [
    *[Fault("a.py", "unused-import", "warning")] * 3,
    *[Fault("b.py", "no-member", "error", True)] * 2,
    Fault("b.py", "bad-name", "convention"),
]


def test_what_is_new_first_then_where_there_is_most() -> None:
    advice = advise("findings", Facts(6.0, faults=FAULTS), Goal("floor", 2.0))
    assert [(step.text, step.gain, step.value) for step in advice.steps] == [
        ("fix 2 × no-member (new) in b.py", -2.0, 4.0),
        ("fix 2 × unused-import in a.py", -2.0, 2.0),
    ]
    assert advice.costs[:2] == ("rule unused-import: 3 findings", "rule no-member: 2 findings")


def test_a_count_of_one_severity_takes_no_other() -> None:
    advice = advise("warnings", Facts(3.0, faults=FAULTS), Goal("target", 0.0))
    assert [step.text for step in advice.steps] == ["fix 3 × unused-import in a.py"]
    assert advise("refactors", Facts(0.0, faults=FAULTS), Goal()).why == "there is nothing to mend"
    assert advise("refactors", Facts(3.0, faults=FAULTS), Goal()).why == "its findings are not kept any more"


def test_files_that_are_worse_than_they_may_be() -> None:
    found = Facts(6.0, faults=FAULTS, values={"a.py": 3.0, "b.py": 3.0}, floors={"a.py": 3.0, "b.py": 1.0})
    advice = advise("findings", found, Goal("floor", 4.0))
    assert [(step.text, step.gain, step.value) for step in advice.steps] == [
        ("b.py: 3 findings, 1 before (2 × no-member (new), 1 × bad-name)", -2.0, 4.0),
    ]
    new = Facts(2.0, values={"new.py": 2.0}, floors={})
    assert advise("missing_lines", new, Goal()).steps[0].text == "new.py: 2 missing lines, 0 before"


def test_where_no_file_is_worse_those_with_the_most_are_named() -> None:
    found = Facts(6.0, values={"a.py": 1.0, "b.py": 5.0, "c.py": 0.0}, floors={"a.py": 1.0, "b.py": 5.0})
    advice = advise("missing_lines", found, Goal())
    assert (advice.steps, advice.costs) == ((), ("file b.py: 5", "file a.py: 1"))


@pytest.mark.parametrize("metric", ["suppressions", "tests_failed", "tests_passed", "size_of_it"])
def test_a_metric_on_which_there_is_no_advice_says_so(metric: str) -> None:
    advice = advise(metric, Facts(1.0), Goal("floor", 0.0))
    assert (advice.steps, bool(advice.why)) == ((), True)
