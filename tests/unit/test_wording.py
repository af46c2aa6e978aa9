"""How results are told in a line."""

from typing import Any

import pytest

from fullautoci import wording

SHA = "1a2b3c4d5e6f" + "0" * 28
VERDICT: dict[str, Any] = {
    "metric": "score", "value": 8.95124, "floor": 9.2, "target": None, "verdict": "regressed", "flags": [], "blame": "",
    "reason": "worse than its parent by 0.25",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "line", "mood"),
    [
        ({"tolerance": 0.05},
         "score 8.9512: regressed (floor 9.2, tolerance 0.05): worse than its parent by 0.25", wording.BAD),
        ({"flags": ["waived", "merge"]},
         "score 8.9512: regressed (floor 9.2): worse than its parent by 0.25 · waived, merge", wording.WAIVED),
        ({"verdict": "inherited", "blame": SHA, "reason": ""},
         "score 8.9512: inherited (floor 9.2), since 1a2b3c4d5e", wording.BAD),
        ({"verdict": "inherited", "blame": SHA, "reason": "blame 1a2b3c4d5e"},
         "score 8.9512: inherited (floor 9.2): blame 1a2b3c4d5e", wording.BAD),
        ({"verdict": "unjudged", "value": None, "floor": None, "reason": "it timed out"},
         "score: unjudged: it timed out", wording.BAD),
        ({"verdict": "met", "value": 9.5, "target": 9.5, "reason": ""},
         "score 9.5: met (floor 9.2, target 9.5)", wording.GOOD),
        ({"verdict": "improved", "value": 10.0, "reason": ""}, "score 10: improved (floor 9.2)", wording.GOOD),
        ({"verdict": "held", "value": -0.00001, "floor": 0.0, "reason": ""}, "score 0: held (floor 0)", wording.QUIET),
        ({"verdict": "held", "flags": ["waived"], "reason": ""},
         "score 8.9512: held (floor 9.2) · waived", wording.QUIET),
        ({"verdict": "held", "per": "file", "tolerance": 0.0, "reason": ""},
         "score by file 8.9512: held (floor 9.2)", wording.QUIET),
        ({"hint": "its trailer gives no reason", "reason": ""},
         "score 8.9512: regressed (floor 9.2) (its trailer gives no reason)", wording.BAD),
        ({"verdict": "baseline", "floor": None, "reason": ""}, "score 8.9512: baseline", wording.QUIET),
    ],
)  # fmt: skip
def test_a_verdict(changes: dict[str, Any], line: str, mood: str) -> None:
    one = VERDICT | changes
    assert wording.verdict(one) == line
    assert wording.mood(one) == mood


def test_a_delta() -> None:
    against = {"job": 1, "run": 1, "commit": SHA}
    found = [{"status": "new"}, {"status": "unresolved"}, {"status": "unresolved"}]
    told = wording.delta({"findings": found, "fixed": [{}], "against": against})
    assert told == "1 new, 1 fixed, 2 unresolved findings against 1a2b3c4d5e"
    assert wording.delta({"findings": [], "fixed": [], "against": against}) == ""
    assert wording.delta({"findings": found, "fixed": [], "against": None}) == ""
    assert wording.news({"counts": {"new": 2, "fixed": 1}}) == "2 new, 1 fixed"
    assert wording.news({"counts": {"new": 0, "fixed": 1}}) == "1 fixed"
    assert wording.news({"counts": {"new": None, "fixed": None}}) == ""


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        ({"outcome": "passed", "state": "done"}, "passed"),
        ({"outcome": None, "state": "running", "purpose": "check"}, "running"),
        ({"outcome": "passed", "state": "done", "purpose": "check", "verdicts": [{"failing": True}]}, "passed"),
        ({"outcome": None, "state": "running", "purpose": "probe", "verdicts": []}, "running"),
        ({"outcome": "errored", "state": "done", "purpose": "probe", "verdicts": [{"failing": True}]}, "errored"),
        ({"outcome": "passed", "state": "done", "purpose": "probe", "verdicts": [{"failing": True}]}, "failed"),
        ({"outcome": "passed", "state": "done", "purpose": "probe", "verdicts": [{"failing": False}]}, "probed"),
        ({"outcome": "failed", "state": "done", "purpose": "probe"}, "probed"),
    ],
)
def test_an_outcome(thing: dict[str, Any], said: str) -> None:
    assert wording.outcome(thing) == said


def test_from_where_a_result_is() -> None:
    reused = {"reused_from": 3, "reused_commit": SHA, "reused_run": 12}
    assert wording.provenance(reused) == "same as 1a2b3c4d5e (run 12): nothing was run"
    alone = {"reused_from": None, "reused_commit": None, "reused_run": None}
    assert wording.provenance(alone) == wording.provenance({**alone, "purpose": "check"}) == ""
    assert wording.provenance({**alone, "purpose": "probe"}).startswith("switched off by this commit; run once more")
    both = wording.provenance({**reused, "purpose": "probe"})
    assert both.endswith("unseen; same as 1a2b3c4d5e (run 12): nothing was run")


def test_how_a_job_is_called() -> None:
    assert wording.job_name({"tool": "pylint", "variant": "", "project": "."}) == "pylint"
    assert wording.job_name({"tool": "pylint", "variant": "3.13", "project": "."}) == "pylint@3.13"
    assert wording.job_name({"tool": "pylint", "variant": "", "project": "services/api"}) == "services/api:pylint"
