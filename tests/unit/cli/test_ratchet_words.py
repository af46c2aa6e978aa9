"""How ratchets are told on the command line."""

from typing import Any

import pytest

from fullautoci.cli import ratchet_words as words

ONE: dict[str, Any] = {
    "name": "pylint.score", "verdict": "held", "flags": [], "held": True, "direction": "higher", "per": "",
    "value": 9.3, "own_value": 9.3, "next_floor": 9.2, "above": 0.1, "left": 0.3, "target": 9.6, "tolerance": 0.05,
    "slack": 0.0, "since": "1a2b3c4d5e6f", "since_is_known": True, "waived": None,
    "commit": "9f8e7d6c5b4a", "measured_at": "9f8e7d6c5b4a",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "0.1 above the floor, 0.3 to the target"),
        ({"above": -0.12, "left": 0.0}, "0.12 below the floor, target met"),
        ({"above": 0.0, "left": None}, "at the floor"),
        ({"above": 2.0, "left": None, "direction": "lower"}, "2 below the floor"),
        ({"above": -2.0, "left": None, "direction": "lower"}, "2 above the floor"),
        ({"above": None, "left": None}, ""),
    ],
)
def test_distances(changed: dict[str, Any], said: str) -> None:
    assert words.distance({**ONE, **changed}) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"verdict": None, "measured_at": "1a2b3c4d5e6f"}, "handed on from 1a2b3c4d5e"),
        ({"verdict": None}, ""),
        ({"verdict": None, "measured_at": ""}, ""),
        ({"measured_at": "1a2b3c4d5e6f"}, ""),
    ],
)
def test_where_there_is_no_verdict_the_floor_is_from_another_commit(changed: dict[str, Any], said: str) -> None:
    assert words.handed_on({**ONE, **changed}) == said


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "higher is better; it may be up to 0.05 worse than the floor; good enough at 9.6"),
        (
            {"slack": 0.1},
            "higher is better; it may be up to 0.05 and 10% of what is left to the target worse than the floor;"
            " good enough at 9.6",
        ),
        (
            {"direction": "lower", "tolerance": 0.0, "target": None, "per": "file"},
            "lower is better; in no file may it be worse than the floor;"
            " no target: the floor follows every improvement",
        ),
        ({"held": False}, "it is not held any more; its floor is kept for when it is"),
    ],
)
def test_rules(changed: dict[str, Any], said: str) -> None:
    assert words.rule({**ONE, **changed}) == said


def test_floors() -> None:
    assert words.floor(ONE) == "floor 9.2, since 1a2b3c4d5e"
    assert words.floor({**ONE, "since_is_known": False}) == "floor 9.2, since 1a2b3c4d5e or before"
    assert words.floor({**ONE, "next_floor": None}) == "there is no floor yet"


def test_a_line_of_bars() -> None:
    assert words.sparkline([1.0, 2.0, None, 8.0]) == "▁▂ █"
    assert words.sparkline([5.0, 5.0]) == "██"
    assert words.sparkline([None]) == ""


def test_a_value_that_is_another_from_now_on() -> None:
    assert words.value({**ONE, "own_value": 9.9}) == "9.3 (now 9.9)"
    assert words.value({**ONE, "value": None, "own_value": None}) == "–"


def test_what_an_act_changed() -> None:
    until = "2999-12-01T12:00:00.000Z"
    before = {**ONE, "verdict": "regressed"}
    act = {"kind": "waive", "until": None, "commit": "1a2b3c4d5e6f"}
    (line,) = words.changes({"act": act, "before": [before], "verdicts": [before]})
    assert line == "pylint.score: waived; the floor stays 9.2"
    act = {**act, "kind": "reset", "until": until}
    (line,) = words.changes({"act": act, "before": [before], "verdicts": [{**ONE, "next_floor": 9.0}]})
    end = words.local(until)
    assert line == f"pylint.score: floor 9.2 → 9 from 1a2b3c4d5e on until {end}; it was regressed, and is held"
    (line,) = words.changes({"act": act, "before": [ONE], "verdicts": [{**ONE, "verdict": None}]})
    assert line.endswith("floor is 9.2 from 1a2b3c4d5e on until " + end + "; it was held, and is being measured anew")


@pytest.mark.parametrize(
    ("kind", "until", "counts", "said"),
    [
        ("waive", None, {"until": None}, "waived"),
        ("waive", "2999-12-01T12:00:00.000Z", {"until": "2999-12-01T12:00:00.000Z"}, "waived until 2999-12-01 "),
        ("waive", "2999-12-01T12:00:00.000Z", {"until": None}, "waived without an end by an earlier commit's waiver"),
        ("waive", "2998-01-01T12:00:00.000Z", {"until": "2999-12-01T12:00:00.000Z"}, "waived until 2999-12-01 "),
        ("end", None, None, "not waived any more; the floor stays 9.2"),
    ],
)
def test_what_counts_of_waivers(kind: str, until: str | None, counts: dict[str, Any] | None, said: str) -> None:
    act = {"kind": kind, "until": until, "commit": "1a2b3c4d5e6f"}
    one = {**ONE, "verdict": "regressed", "waived": counts}
    (line,) = words.changes({"act": act, "before": [one], "verdicts": [one]})
    assert line.startswith(f"pylint.score: {said}")
    assert ("earlier commit's" in line) == bool(counts and counts["until"] != until)


@pytest.mark.parametrize(
    ("value", "stands", "said"),
    [
        (
            50.0,
            {"next_floor": 68.42, "own_value": 68.42},
            " (not 50: the commit itself has 68.42, which counts at once)",
        ),
        (99.0, {"next_floor": 90.0, "own_value": 85.0, "target": 90.0}, " (not 99: 90 is good enough)"),
        (50.0, {"next_floor": 50.0, "own_value": 40.0}, ""),
        (None, {"next_floor": 68.42, "own_value": 68.42}, ""),
        (50.0, {"next_floor": 68.42, "own_value": 68.42, "verdict": None}, ""),
        (50.0, {"next_floor": 68.0, "own_value": 68.0, "per": "file"}, ""),
        (50.0, {"next_floor": None}, ""),
    ],
)
def test_why_a_floor_is_not_the_one_that_was_asked_for(value: float | None, stands: dict[str, Any], said: str) -> None:
    act = {"kind": "reset", "until": None, "commit": "1a2b3c4d5e6f", "value": value}
    (line,) = words.changes({"act": act, "before": [ONE], "verdicts": [{**ONE, **stands}]})
    assert line.partition(" from 1a2b3c4d5e on")[2].partition(";")[0] == said


def test_what_people_did_is_told_once_and_as_far_as_it_counts() -> None:
    def act(kind: str, reason: str) -> dict[str, Any]:
        return {"kind": kind, "actor": "ada", "reason": reason}

    def why(reason: str, *acts: dict[str, Any]) -> str:
        one = {"commit": "1a2b3c4d5e6f", "subject": "s", "value": 9.0, "floor": 9.2, "verdict": "regressed"}
        table = words.history([{**one, "flags": [], "reason": reason, "acts": list(acts)}])
        return str(next(iter(table.columns[-1].cells)))

    first, second = act("waive", "first"), act("waive", "second")
    assert why("worse; waived by ada: second", first, second, second) == "worse; waived by ada: second"
    assert why("worse", first, act("end", "no")) == "worse; end of waiver by ada: no"
    assert why("", first, second, act("raise", "up"), act("raise", "up")) == "waive by ada: second; raise by ada: up"


def test_advice_in_lines() -> None:
    step = {"text": "fix 1 × unused-import in a.py", "gain": 0.21, "value": 9.41}
    told = {"goal": {"name": "floor", "value": 9.4}, "steps": [step], "reaches": True, "why": "", "costs": ["x"]}
    assert words.coach(told) == ["to the floor, 9.4:", "  fix 1 × unused-import in a.py: +0.21, then 9.41"]
    many = {**told, "steps": [step] * 10, "reaches": False, "why": "an estimate"}
    lines = words.coach(many)
    assert lines[0] == "to the floor, 9.4 (which these do not reach):"
    assert lines[9:] == ["  and 2 more steps, then 9.41", "what costs most:", "  x", "(an estimate)"]
    untold = {**told, "goal": {"name": "", "value": None}, "steps": [{**step, "gain": None, "value": None}]}
    assert words.coach(untold) == ["what would bring most:", "  fix 1 × unused-import in a.py"]
    assert words.coach({**told, "steps": [], "costs": [], "why": "there is nothing to fix"}) == [
        "(there is nothing to fix)"
    ]


def test_a_list_says_where_values_lie_or_from_where_floors_are() -> None:
    handed = {**ONE, "verdict": None, "value": None, "above": None, "left": None, "measured_at": "1a2b3c4d5e6f"}
    found = words.listed([ONE, handed, {**handed, "held": False}])
    assert list(found.columns[5].cells) == [words.distance(ONE), words.handed_on(handed), "not held any more"]
