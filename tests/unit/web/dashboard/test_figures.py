"""Small figures and what charts are drawn of."""

import math
import re
from typing import Any

import pytest

from fullautoci.web.dashboard.asked import day_after
from fullautoci.web.dashboard.figures import HIGH, WIDE, bars, sparkline
from fullautoci.web.dashboard.plots import laid_out


def points(svg: str) -> list[tuple[float, float]]:
    said = re.search(r'points="([^"]*)"', svg)
    assert said
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in said[1].split())]


@pytest.mark.parametrize("values", [[1.0], [1.0, 1.0], [1.0, 2.0, -3.0], [1e300, -1e300], [0.0] * 50])
def test_a_line_stays_within_its_figure(values: list[float]) -> None:
    for floor in (None, 1.5):
        found = points(sparkline(values, floor))
        assert len(found) == max(2, len(values))
        assert all(0 <= x <= WIDE and 0 <= y <= HIGH and not math.isnan(y) for x, y in found)
        assert ("floor" in sparkline(values, floor)) == (floor is not None)


def test_what_is_more_is_higher() -> None:
    (_, first), (_, second), (_, third) = points(sparkline([1.0, 3.0, 2.0]))
    assert second < third < first
    assert sparkline([]) == ""


def test_a_figure_may_reach_down_to_nothing() -> None:
    (_, first), (_, second) = points(sparkline([9.0, 10.0], least=0.0))
    assert first - second < 3


def test_a_bar_for_each_time() -> None:
    went = [{"duration_s": 1.0, "outcome": "passed"}, {"duration_s": 2.0, "outcome": "failed"},
            {"duration_s": 0.0, "outcome": "<b>"}]  # fmt: skip
    svg = bars(went)
    assert re.findall(r'rect class="(\w+)"', svg) == ["good", "bad", "none"]
    tall = [float(one) for one in re.findall(r' height="([\d.]+)"/', svg)]
    assert tall == [58.0, 116.0, 2.0]
    assert "<rect" not in bars([])
    assert len(re.findall("<rect", bars(went[2:]))) == 1, "what took no time is drawn, too"


def point(commit: str, **more: Any) -> dict[str, Any]:
    known = {"value": 1.0, "floor": None, "target": None, "run": 1, "subject": "s", "epoch": "", "verdict": None,
             "flags": [], "failing": False, "acts": []}  # fmt: skip
    return {"commit": commit, **known, **more}


def places(*lines: str) -> list[list[int]]:
    """Commits are letters."""
    found = laid_out({str(number): [point(one) for one in line] for number, line in enumerate(lines)})
    return [[one["x"] for one in branch["points"]] for branch in found["branches"]]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (("abc",), [[0, 1, 2]]), (("",), [[]]),
        (("abcd", "abxy"), [[0, 1, 2, 3], [0, 1, 2, 3]]),
        (("abc", "abcxy"), [[0, 1, 2], [0, 1, 2, 3, 4]]),
        (("bcd", "abcx"), [[1, 2, 3], [0, 1, 2, 3]]),
        (("ab", "xyz"), [[1, 2], [0, 1, 2]]), (("ab", ""), [[0, 1], []]),
    ],
)  # fmt: skip
def test_what_two_branches_share_stands_in_one_place(lines: tuple[str, ...], wanted: list[list[int]]) -> None:
    assert places(*lines) == wanted


@pytest.mark.parametrize(
    ("more", "mark"),
    [
        ({}, ""), ({"verdict": "held"}, ""), ({"verdict": "improved"}, "good"), ({"verdict": "met"}, "good"),
        ({"verdict": "regressed", "failing": True}, "bad"), ({"verdict": "regressed", "flags": ["waived"]}, "warn"),
        ({"verdict": "met", "acts": [{"kind": "waive"}]}, "warn"), ({"acts": [{"kind": "raise"}]}, ""),
    ],
)  # fmt: skip
def test_a_point_is_marked_as_its_verdict_looks(more: dict[str, Any], mark: str) -> None:
    (branch,) = laid_out({"main": [point("a", **more)]})["branches"]
    assert branch["points"][0]["mark"] == mark


@pytest.mark.parametrize(
    ("said", "day"), [("2026-02-28", "2026-03-01"), ("2026-12-31", "2027-01-01"), ("", ""), ("x", "x"),
                      ("9999-12-31", "9999-12-31"), ("2026-01-01T10:00:00Z", "2026-01-01T10:00:00Z")],
)  # fmt: skip
def test_until_a_day_has_all_of_it(said: str, day: str) -> None:
    assert day_after(said) == day
