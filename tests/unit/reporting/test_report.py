"""What a report tells of its facts, and in which order."""

from typing import Any

from fullautoci.reporting.facts import Facts
from fullautoci.reporting.report import MOST, compiled


def turn(tool: str, before: str) -> dict[str, Any]:
    return {"tool": tool, "before": before, "outcome": "failed" if before == "passed" else "passed"}


def verdict(name: str, word: str, floor: float, value: float, commit: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name, "verdict": word, "floor": floor, "value": value, "commit": commit, "run": 1, "reason": "",
        "flags": [], **more,
    }  # fmt: skip


def tool(name: str, measured: int, total: float) -> dict[str, Any]:
    return {"tool": name, "project": ".", "variant": "", "measured": measured, "total_s": total}


def test_nothing_makes_an_empty_report() -> None:
    made = compiled(Facts({}, 0))
    assert made["runs"] == {"total": 0, "commits": 0, "detailed": 0, "sample": 0, "outcomes": {}}
    assert made["broke"] == made["metrics"] == {"items": [], "more": 0}
    assert made["findings"] == {"new": 0, "fixed": 0}


def test_what_failed_after_it_had_passed_broke_and_the_other_way_it_was_mended() -> None:
    made = compiled(Facts({"passed": 2, "failed": 5}, 7, 6, 3, turns=[turn("a", "passed"), turn("b", "failed")]))
    assert [one["tool"] for one in made["broke"]["items"]] == ["a"]
    assert [one["tool"] for one in made["mended"]["items"]] == ["b"]
    assert (made["runs"]["total"], made["runs"]["detailed"], made["runs"]["sample"]) == (7, 6, 3)
    assert [*made["runs"]["outcomes"]] == ["failed", "passed"]


def test_a_ratchet_is_told_once_from_its_first_floor_to_its_last_value() -> None:
    made = compiled(
        Facts(
            {}, 0,
            verdicts=[
                verdict("score", "improved", 8.0, 8.5, "a"), verdict("score", "regressed", 8.5, 8.1, "b"),
                verdict("score", "improved", 8.5, 9.0, "c"),
                verdict("score", "regressed", 9.0, 8.0, "d", flags=["waived"]),
                verdict("lines", "unjudged", 90.0, 80.0, "d"),
            ],
        )
    )  # fmt: skip
    (better,) = made["improved"]["items"]
    assert (better["begin"], better["end"], better["times"], better["commit"]) == (8.0, 9.0, 2, "c")
    worse = {one["name"]: one for one in made["regressed"]["items"]}
    assert (worse["score"]["begin"], worse["score"]["end"], worse["score"]["waived"]) == (8.5, 8.0, True)
    assert worse["lines"]["waived"] is False


def test_metrics_that_changed_come_first_and_are_good_or_bad_where_that_is_known() -> None:
    made = compiled(
        Facts(
            {}, 0,
            begin={"same": 1.0, "score": 8.0, "errors": 3.0, "gone": 1.0, "free": 1.0},
            end={"same": 1.0, "score": 9.0, "errors": 4.0, "new": 5.0, "free": 2.0},
            directions={"score": True, "errors": False, "same": True},
        )
    )  # fmt: skip
    shown = [(one["name"], one["change"], one["mood"]) for one in made["metrics"]["items"]]
    assert shown == [
        ("errors", 1.0, "bad"), ("score", 1.0, "good"), ("free", 1.0, ""), ("gone", None, ""), ("new", None, ""),
        ("same", 0.0, ""),
    ]  # fmt: skip


def test_the_slowest_tool_comes_first_and_what_was_never_measured_last() -> None:
    rows = [tool("none", 0, 0.0), tool("quick", 10, 10.0), tool("slow", 2, 9.0)]
    made = compiled(Facts({}, 0, tools=rows))
    assert [(one["tool"], one["mean_s"]) for one in made["tools"]["items"]] == [
        ("slow", 4.5), ("quick", 1.0), ("none", None),
    ]  # fmt: skip


def test_long_lists_are_cut_and_say_so() -> None:
    made = compiled(Facts({}, 0, tests=[{"name": str(number)} for number in range(MOST + 3)]))
    assert len(made["tests"]["items"]) == MOST
    assert made["tests"]["more"] == 3
