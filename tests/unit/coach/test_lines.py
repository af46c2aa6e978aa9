"""Advice on lines and branches that no test reaches."""

from hypothesis import assume, given
from hypothesis import strategies as st

from fullautoci.coach.facts import Facts, File
from fullautoci.coach.lines import advise, runs
from fullautoci.coach.steps import Goal
from tests.unit.fuzz import FUZZ

FILES = [
    File("a.py", 20, 12, (3, 4, 5, 9, 10, 11, 12, 13), 4, 1),
    File("b.py", 10, 9, (7,), 2, 2),
    File("c.py", 20, 20, (), 6, 5),
]


def test_runs_of_lines() -> None:
    assert runs([]) == []
    assert runs([5, 3, 4, 9, 4, 7]) == [(3, 5), (7, 7), (9, 9)]


def test_the_longest_run_first_and_of_the_last_only_what_it_takes() -> None:
    advice = advise("percent_lines", Facts(82.0, files=FILES), Goal("target", 95.0))
    assert [(step.text, step.gain, step.value) for step in advice.steps] == [
        ("reach a.py:9-13", 10.0, 92.0),
        ("reach 2 lines of a.py:3-5", 4.0, 96.0),
    ]
    assert advice.reaches
    assert advice.why == "not reached: 9 of 50 lines"
    assert advice.costs == ("file a.py: 8 of 20 lines", "file b.py: 1 of 10 lines")


def test_counts_of_lines_go_down() -> None:
    advice = advise("missing_lines", Facts(9.0, files=FILES), Goal("floor", 8.0))
    assert [(step.text, step.gain, step.value) for step in advice.steps] == [
        ("reach 1 line of a.py:9-13", -1.0, 8.0),
    ]


def test_branches_are_told_by_file() -> None:
    advice = advise("percent_branches", Facts(66.6667, files=FILES), Goal("target", 100.0))
    assert [step.text for step in advice.steps] == ["reach 3 branches in a.py", "reach 1 branch in c.py"]
    assert advice.steps[-1].value == 100.0
    assert advise("missing_branches", Facts(4.0, files=FILES), Goal("target", 3.0)).steps[0].value == 3.0


def test_nothing_to_reach_is_said() -> None:
    assert advise("percent_lines", Facts(100.0, files=FILES[2:]), Goal()).why == "there is no line to reach"
    assert advise("percent_lines", Facts(50.0), Goal("floor", 60.0)).why == "its files are not known any more"


lines = st.sets(st.integers(1, 200), min_size=1, max_size=60)


@FUZZ
@given(st.lists(lines, min_size=1, max_size=5), st.integers(1, 100), st.floats(0.01, 1))
def test_what_is_promised_is_what_the_share_then_is(missing: list[set[int]], covered: int, share: float) -> None:
    files = [File(f"{n}.py", len(one) + covered, covered, tuple(one)) for n, one in enumerate(missing)]
    total, reached = sum(one.statements for one in files), sum(one.covered for one in files)
    value = round(100 * reached / total, 4)
    bar = value + share * (100 - value)
    assume(value < 100)
    advice = advise("percent_lines", Facts(value, files=files), Goal("floor", bar))
    assert advice.reaches
    wanted = next(n for n in range(total + 1) if round(100 * (reached + n) / total, 4) >= bar - 1e-9)
    assert advice.steps[-1].value == round(100 * (reached + wanted) / total, 4)
