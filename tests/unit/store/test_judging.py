"""Verdicts as they are recorded: of real rows, in whichever order results come."""

import itertools

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome, ToolPlan
from fullautoci.store import lineage, runs
from tests.unit.store.ratcheting import FINDINGS, SCORE, History, sha


@pytest.fixture
def history(db: Database) -> History:
    return History(db)


def test_a_floor_is_what_was_reached_and_a_fall_fails_the_run(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.5, "a")
    run = history.measured("c", 9.0, "b")
    assert [history.verdict(name)["verdict"] for name in "abc"] == ["baseline", "improved", "regressed"]
    assert history.verdict("c")["on"] == {"": 9.5}
    outcome, reason = history.outcome(run)
    assert outcome == "failed"
    assert reason.startswith("score regressed: 0.5 worse than the floor")
    again = history.measured("d", 9.1, "c")
    assert history.verdict("d")["verdict"] == "inherited"
    assert history.verdict("d")["blame"] == "c"
    assert history.outcome(again)[0] == "failed"
    assert history.outcome(history.measured("e", 9.5, "d"))[0] == "passed"


def test_a_late_result_has_its_descendants_judged_anew(history: History) -> None:
    history.measured("a", 9.0)
    late = history.commit("b", "a")
    held = history.of(late)
    run = history.measured("c", 9.0, "b")
    assert history.verdict("c")["verdict"] == "held"
    assert history.outcome(run)[0] == "passed"
    finished = history.db.execute("SELECT finished_at FROM runs WHERE id = ?", [run]).fetchone()[0]
    history.record(held, 9.5)
    history.work()
    assert history.verdict("c")["verdict"] == "regressed"
    assert history.outcome(run)[0] == "failed"
    assert history.db.execute("SELECT finished_at FROM runs WHERE id = ?", [run]).fetchone()[0] == finished


def test_a_commit_that_was_never_tested_hands_on_what_it_was_handed(history: History) -> None:
    history.measured("a", 9.5)
    history.commit("b", "a")
    history.commit("c", "b", rules=None)
    history.measured("d", 9.0, "c")
    assert history.verdict("d")["verdict"] == "regressed"


def test_what_lies_beyond_a_gap_is_remembered(history: History) -> None:
    history.measured("a", 9.5)
    run = history.measured("c", 9.0, "b")
    assert history.verdict("c")["verdict"] == "baseline"
    lineage.link(history.db, history.number, sha("c"), 0, [sha("a")])
    history.work()
    assert history.verdict("c")["verdict"] == "regressed"
    assert history.outcome(run)[0] == "failed"


def test_a_run_that_errored_moves_nothing(history: History) -> None:
    history.measured("a", 9.5)
    run = history.measured("b", None, "a", record={"outcome": Outcome.ERRORED})
    assert history.verdict("b")["verdict"] == "unjudged"
    assert history.outcome(run)[0] == "errored"
    history.measured("c", 9.2, "b")
    assert history.verdict("c")["verdict"] == "regressed"


def test_a_tool_that_finds_nothing_to_do_any_more_fails_until_that_is_waived(history: History) -> None:
    history.measured("a", 9.5)
    run = history.measured("b", None, "a", record={"outcome": Outcome.SKIPPED})
    assert history.outcome(run)[0] == "failed"
    history.act("waive", "b", reason="it moved elsewhere")
    assert history.outcome(run)[0] == "skipped"
    assert history.verdict("b")["flags"] == ["waived"]


def test_a_waiver_has_a_failed_run_pass_and_its_floor_stay(history: History) -> None:
    history.measured("a", 9.5)
    run = history.measured("b", 9.0, "a")
    history.act("waive", "b", reason="later")
    assert history.outcome(run)[0] == "passed"
    child = history.measured("c", 9.0, "b")
    assert history.verdict("c")["flags"] == ["waived"]
    assert history.outcome(child)[0] == "passed"
    assert history.verdict("c")["on"] == {"": 9.5}


def test_a_reset_has_the_floor_begin_anew(history: History) -> None:
    history.measured("a", 9.5)
    run = history.measured("b", 9.0, "a")
    child = history.measured("c", 9.0, "b")
    history.act("reset", "b")
    assert [history.outcome(one)[0] for one in (run, child)] == ["passed", "passed"]
    assert history.verdict("b")["flags"] == ["reset"]
    assert history.verdict("c")["verdict"] == "held"


def test_a_new_version_of_the_tool_is_judged_by_measuring_the_parent_again(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    assert history.record(history.of(run), 8.1, version="4.0") is None
    assert history.outcome(run)[0] is None
    probe = history.next()
    assert (probe.run_id, probe.sha, probe.plan.environment_of, probe.plan.configured_by) == (
        run, sha("a"), sha("b"), sha("b"),
    )  # fmt: skip
    assert history.record(probe, 8.0, version="4.0") == Outcome.PASSED
    found = history.verdict("b")
    assert (found["verdict"], found["flags"]) == ("improved", ["remeasured", "new epoch"])
    assert found["reason"] == "−1.5 by the tool, +0.1 by you"
    history.measured("c", 8.1, "b", record={"version": "4.0"})
    assert history.verdict("c")["verdict"] == "held"


def test_a_silenced_check_hides_nothing(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    history.record(history.of(run), 9.9, configuration="silent")
    probe = history.next()
    assert (probe.sha, probe.plan.configured_by, probe.plan.environment_of) == (sha("b"), sha("a"), "")
    assert history.record(probe, 9.0) == Outcome.FAILED
    assert history.verdict("b")["verdict"] == "regressed"
    # Its child is measured as before, too, until the fall is made good.
    child = history.commit("c", "b")
    history.record(history.of(child), 9.9, configuration="silent")
    history.record(history.next(), 9.6)
    assert (history.verdict("c")["verdict"], history.verdict("c")["flags"]) == ("improved", ["new epoch"])
    assert history.verdict("c")["on"] == {"": 9.9}


def test_what_cannot_be_measured_again_is_not_judged(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    history.record(history.of(run), 9.9, version="4.0")
    probe = history.next()
    assert history.record(probe, None, outcome=Outcome.ERRORED) == Outcome.FAILED
    assert history.verdict("b")["verdict"] == "unjudged"
    again = history.again("b")
    history.record(history.of(again), 9.9, version="4.0")
    assert history.record(history.next(), 9.9, version="4.0") == Outcome.PASSED


def test_a_tool_that_is_switched_off_is_run_once_more(history: History) -> None:
    history.measured("a", 9.5)
    other = ToolPlan("docs", command=("true",))
    run = history.commit("b", "a", rules=(), plan=other)
    due = history.next()
    probe = due if due.plan.tool == "pylint" else history.next()
    assert (probe.plan.tool, probe.sha) == ("pylint", sha("b"))
    for one in {due.id: due, probe.id: probe}.values():
        history.record(one, 9.0 if one is probe else None)
    if probe is due:
        history.record(history.next())
    assert history.verdict("b")["verdict"] == "regressed"
    assert "policy loosened" in history.verdict("b")["flags"]
    assert history.outcome(run)[0] == "failed"


def test_a_policy_that_is_loosened_shows_and_counts_from_the_next_commit_on(history: History) -> None:
    history.measured("a", 9.5)
    loose = (SCORE.__class__("score", "higher", tolerance=1.0),)
    run = history.measured("b", 9.0, "a", rules=loose)
    assert (history.outcome(run)[0], history.verdict("b")["flags"]) == ("failed", ["policy loosened"])
    assert history.outcome(history.measured("c", 9.0, "b", rules=loose))[0] == "passed"


def test_no_file_may_have_more_findings(history: History) -> None:
    rules = (FINDINGS,)
    history.measured("a", 9.0, rules=rules, record={"files": {"a.py": 30, "b.py": 2}})
    history.measured("b", 9.0, "a", rules=rules, record={"files": {"a.py": 3, "b.py": 3}})
    found = history.verdict("b", "findings")
    assert (found["verdict"], "b.py 2 → 3" in found["reason"]) == ("regressed", True)
    many = {f"{n}.py": 1 for n in range(50)}
    history.measured("c", 9.0, rules=rules, record={"files": many})
    history.measured("d", 9.0, "c", rules=rules, record={"files": {**many, "7.py": 2}})
    assert history.verdict("d", "findings")["verdict"] == "regressed"


def test_a_working_copy_moves_nothing(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.9, "a", dirty=True)
    assert history.verdict("b")["verdict"] == "improved"
    history.measured("c", 9.0, "b")
    assert history.verdict("c")["verdict"] == "held"


def test_what_was_called_off_before_it_began_has_no_verdict(history: History) -> None:
    history.measured("a", 9.0)
    run = history.commit("b", "a")
    runs.end(history.db, run, Outcome.CANCELLED, "so")
    history.measured("c", 8.0, "b")
    assert history.verdict("c")["verdict"] == "regressed"
    assert history.outcome(run) == ("cancelled", "so")


def test_the_order_of_results_makes_no_difference(db: Database) -> None:
    values = {"a": 9.0, "b": 9.5, "c": 9.2, "m": 9.3, "d": 9.25}
    parents = {"a": (), "b": ("a",), "c": ("a",), "m": ("b", "c"), "d": ("m",)}
    seen = set()
    for n, order in enumerate(itertools.permutations("abcmd")):
        if n % 7:
            continue
        history = History(db, f"/r{n}")
        due = {}
        for name in "abcmd":
            due[name] = history.of(history.commit(name, *parents[name]))
        for name in order:
            history.record(due[name], values[name])
        history.work()
        rows = db.execute(
            "SELECT t.sha, t.verdict, t.flags, t.blame, t.standing FROM standings t JOIN series s ON s.id = t.series_id"
            " WHERE s.repository_id = ? ORDER BY t.sha",
            [history.number],
        ).fetchall()
        seen.add(tuple(rows))
    assert len(seen) == 1
    assert {row[1] for row in next(iter(seen))} == {"baseline", "improved", "held"}


def test_who_is_compared_with_another_than_its_parent_says_so(history: History) -> None:
    history.measured("a", 9.5)
    history.commit("b", "a", rules=None)
    history.measured("c", 9.0, "b")
    assert history.verdict("c")["reason"].endswith(f"against {sha('a')[:10]}, the last before it that was measured")
    history.measured("d", 9.0, "c")
    assert "no worse than its parent" in history.verdict("d")["reason"]


def test_a_merge_names_what_fell_on_a_side_of_it(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.8, "a")
    history.measured("c", 8.5, "a")
    run = history.measured("m", 9.4, "b", "c")
    found = history.verdict("m")
    assert (found["verdict"], found["flags"], found["blame"]) == ("held", ["merge"], "")
    assert found["reason"].endswith(f"so the floor follows; it brings in what fell at {sha('c')[:10]}")
    assert history.outcome(run)[0] == "passed"


def test_what_is_worse_when_it_is_measured_again_is_flagged(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.5, "a")
    again = history.again("a")
    history.record(history.of(again), 9.0)
    history.work()
    assert history.verdict("a")["flags"] == ["measured again"]
    assert history.verdict("b")["verdict"] == "improved"
    better = history.again("a")
    history.record(history.of(better), 9.6)
    history.work()
    assert history.verdict("a")["flags"] == []
    assert history.verdict("b")["verdict"] == "regressed"
