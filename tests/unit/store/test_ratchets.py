"""What is shown of ratchets: verdicts beside jobs, and what is held at a commit."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from fullautoci.model import ToolPlan
from fullautoci.store import ratchets
from fullautoci.store.standings import Series
from tests.unit.store.ratcheting import FINDINGS, SCORE, History, sha

PYLINT = Series("pylint", ".", "", "score")
AIMED = replace(SCORE, target=9.8)


@pytest.fixture
def history(db: Database) -> History:
    return History(db)


def verdicts(history: History, run: int) -> list[ratchets.View]:
    """Those of a run's only job."""
    rows = history.db.execute("SELECT id FROM jobs WHERE run_id = ? AND purpose = 'check'", [run]).fetchall()
    return ratchets.verdicts(history.db.conn, [row[0] for row in rows]).get(rows[0][0], [])


def listed(history: History, name: str) -> ratchets.View:
    """The only ratchet at a commit."""
    (one,) = ratchets.listed(history.db.conn, history.number, sha(name))
    return one


def test_a_verdict_beside_its_job(history: History) -> None:
    history.measured("a", 9.5)
    (one,) = verdicts(history, history.measured("b", 9.0, "a"))
    assert one.pop("reason").startswith("0.5 worse than the floor")
    assert one == {
        "metric": "score", "per": "", "value": 9.0, "floor": 9.5, "target": None, "tolerance": 0.05,
        "verdict": "regressed", "flags": [], "blame": sha("b"), "failing": True, "by_tool": None, "by_commit": None,
        "hint": "",
    }  # fmt: skip


def test_nothing_is_shown_of_a_commit_that_is_being_measured_anew(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    history.record(history.of(run), 9.5, version="4.0")
    assert verdicts(history, run) == []
    assert (listed(history, "b")["verdict"], listed(history, "b")["next_floor"]) == (None, 9.5)
    history.record(history.next(), 8.5, version="4.0")
    (one,) = verdicts(history, run)
    assert (one["by_tool"], one["by_commit"], one["flags"]) == (-1.0, 1.0, ["remeasured", "new epoch"])


def test_the_tolerance_is_that_of_the_rule_by_which_it_was_judged(history: History) -> None:
    history.measured("a", 9.5)
    loose = replace(SCORE, tolerance=2.0)
    (one,) = verdicts(history, history.measured("b", 9.0, "a", rules=(loose,)))
    assert (one["verdict"], one["flags"], one["tolerance"]) == ("regressed", ["policy loosened"], 0.05)
    (one,) = verdicts(history, history.measured("c", 9.0, "b", rules=(loose,)))
    assert (one["verdict"], one["flags"], one["tolerance"]) == ("held", [], 2.0)


def test_a_tool_that_is_switched_off_has_its_verdict_with_the_probe(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a", rules=(), plan=ToolPlan("docs", command=("true",)))
    for _ in range(2):
        due = history.next()
        history.record(due, 9.5 if due.plan.tool == "pylint" else None)
    assert verdicts(history, run) == []
    row = history.db.execute("SELECT id FROM jobs WHERE run_id = ? AND purpose = 'probe'", [run]).fetchone()
    (one,) = ratchets.verdicts(history.db.conn, [row[0]])[row[0]]
    assert (one["verdict"], one["flags"], one["tolerance"]) == ("held", ["policy loosened"], 0.05)
    assert listed(history, "b")["held"] is False


def test_where_a_value_lies(history: History) -> None:
    history.measured("a", 9.0, rules=(AIMED,))
    history.measured("b", 9.5, "a", rules=(AIMED,))
    history.measured("c", 9.2, "b", rules=(AIMED,))
    better, worse = listed(history, "b"), listed(history, "c")
    assert (better["floor"], better["next_floor"], better["above"], better["left"]) == (9.0, 9.5, 0.0, 0.3)
    assert (worse["floor"], worse["next_floor"], worse["above"], worse["left"]) == (9.5, 9.5, -0.3, 0.6)
    assert (worse["name"], worse["direction"], worse["target"]) == ("pylint.score", "higher", 9.8)
    history.measured("d", 9.9, "c", rules=(AIMED,))
    assert (listed(history, "d")["next_floor"], listed(history, "d")["left"]) == (9.8, 0.0)


def test_counts_lie_above_their_floor_where_they_are_smaller(history: History) -> None:
    history.measured("a", 9.0, rules=(FINDINGS,), record={"files": {"a.py": 3, "b.py": 2}})
    history.measured("b", 9.0, "a", rules=(FINDINGS,), record={"files": {"a.py": 4, "b.py": 2}})
    one = listed(history, "b")
    assert (one["name"], one["value"], one["next_floor"], one["above"]) == ("pylint.findings:file", 6, 5, -1)


def test_since_when_a_floor_stands(history: History) -> None:
    for name, parent, value in (("a", (), 9.0), ("b", "a", 9.5), ("c", "b", 9.48), ("d", "c", 9.0)):
        history.measured(name, value, *parent)
    assert [listed(history, name)["since"] for name in "abcd"] == [sha("a"), sha("b"), sha("b"), sha("b")]
    assert listed(history, "d")["since_is_known"] is True


def test_since_when_a_floor_on_loan_stands(history: History) -> None:
    history.measured("a", 10.0)
    history.measured("b", 7.5, "a")
    history.act("reset", "b", until="2999-01-01T00:00:00.000Z")
    history.measured("c", 7.5, "b")
    assert [(listed(history, name)["next_floor"], listed(history, name)["since"]) for name in "abc"] == [
        (10.0, sha("a")), (7.5, sha("b")), (7.5, sha("b")),
    ]  # fmt: skip


def test_a_loan_that_is_over_begins_nothing(history: History) -> None:
    history.measured("a", 10.0)
    history.measured("b", 7.5, "a")
    history.act("reset", "b", until="2999-01-01T00:00:00.000Z")
    history.db.execute("UPDATE standings SET standing = replace(standing, '2999-', '2001-')")
    assert (listed(history, "b")["next_floor"], listed(history, "b")["since"]) == (10.0, sha("a"))


def test_since_when_is_looked_for_so_far_and_no_further(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ratchets, "SINCE_LIMIT", 3)
    parent: tuple[str, ...] = ()
    for n in range(6):
        history.measured(f"n{n}", 9.0, *parent)
        parent = (f"n{n}",)
    assert (listed(history, "n5")["since"], listed(history, "n5")["since_is_known"]) == (sha("n3"), False)
    assert (listed(history, "n1")["since"], listed(history, "n1")["since_is_known"]) == (sha("n0"), True)


def test_who_waived_it_and_until_when(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    assert listed(history, "b")["waived"] is None
    history.act("waive", "b", reason="later", until="2999-01-01T00:00:00.000Z")
    one = listed(history, "b")
    assert one["waived"] == {"until": "2999-01-01T00:00:00.000Z", "reason": "later", "actor": "ada"}
    assert (one["failing"], one["flags"], one["next_floor"]) == (False, ["waived"], 9.5)


def test_why_the_commits_own_waiver_does_not_count(history: History) -> None:
    history.measured("a", 9.5)
    (one,) = verdicts(history, history.measured("b", 9.0, "a", message="\nFullautoci-Waive: score later"))
    assert one["hint"] == "the commit's trailer 'score' does not count: it is called pylint.score"
    assert listed(history, "b")["hint"] == one["hint"]
    (one,) = verdicts(history, history.measured("c", 9.5, "b", message="\nFullautoci-Waive: score later"))
    assert (one["verdict"], one["hint"], listed(history, "c")["hint"]) == ("held", "", "")


def test_that_what_was_done_at_an_amended_commit_does_not_count(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.measured("amended", 9.1, "a")
    history.measured("after", 9.1, "amended")
    assert listed(history, "amended")["hint"] == ""
    history.act("waive", "b")
    said = f"the waive at {sha('b')[:10]}, on the same parent, does not count here: the files are others"
    assert [listed(history, name)["hint"] for name in ("b", "amended", "after")] == ["", said, ""]
    history.act("end", "b")
    assert listed(history, "amended")["hint"] == ""


def test_a_floor_on_loan_is_what_the_next_commit_is_held_against(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.act("reset", "b", until="2999-01-01T00:00:00.000Z")
    assert listed(history, "b")["next_floor"] == 9.0


def test_only_what_is_asked_for(history: History) -> None:
    history.measured("a", 9.0, rules=(SCORE, FINDINGS))
    everything = ratchets.listed(history.db.conn, history.number, sha("a"))
    assert [one["name"] for one in everything] == ["pylint.findings:file", "pylint.score"]
    (one,) = ratchets.listed(history.db.conn, history.number, sha("a"), [PYLINT])
    assert one["name"] == "pylint.score"
    assert ratchets.listed(history.db.conn, history.number, sha("never")) == []


def test_where_an_epoch_begins_the_value_is_another_from_now_on(history: History) -> None:
    history.measured("a", 9.0)
    run = history.commit("b", "a")
    history.record(history.of(run), 9.9, configuration="other")
    history.record(history.next(), 9.1)
    one = listed(history, "b")
    assert (one["verdict"], one["value"], one["floor"]) == ("improved", 9.1, 9.0)
    assert (one["own_value"], one["next_floor"], one["above"]) == (9.9, 9.9, 0.0)


def test_a_floor_is_shown_up_to_the_target_that_counts_now(history: History) -> None:
    aimed = (replace(SCORE, target=9.0),)
    history.measured("a", 9.8)
    history.measured("b", 9.8, "a", rules=aimed)
    assert listed(history, "b")["next_floor"] == 9.0
    history.measured("c", 9.2, "b", rules=aimed)
    history.measured("d", 9.2, "c", rules=(replace(SCORE, target=10.0),))
    assert listed(history, "d")["next_floor"] == 9.8
