"""The journal: what people did, and what happened by itself."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from fullautoci.errors import UsageError
from fullautoci.store import acts, journal
from tests.unit.store.ratcheting import SCORE, History, sha


@pytest.fixture
def history(db: Database) -> History:
    return History(db)


def entries(history: History, **how: object) -> list[journal.View]:
    return journal.entries(history.db.conn, history.number, **how)  # type: ignore[arg-type]


def test_nothing_moves_but_better_values(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.5, "a")
    history.measured("c", 9.0, "b")
    assert entries(history) == []


def test_what_people_did(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.act("waive", "b", reason="later", until="2999-01-01T00:00:00.000Z")
    (one,) = entries(history)
    told = (one["kind"], one["actor"], one["reason"], one["until"], one["before"], one["after"], one["commit"])
    assert told == ("waive", "ada", "later", "2999-01-01T00:00:00.000Z", None, None, sha("b"))
    assert (one["name"], one["subject"], one["source"], one["flags"]) == ("pylint.score", "b", "cli", [])


def test_what_is_said_twice_is_told_once(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    for reason in ("first", "second", "second", "first"):
        history.act("waive", "b", reason=reason)
    assert [one["reason"] for one in entries(history)] == ["first", "second", "first"]


def test_a_waiver_that_was_ended_moves_nothing_either(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.act("waive", "b")
    assert history.verdict("b")["failing"] == 0
    history.act("end", "b", reason="not after all")
    assert history.verdict("b")["failing"] == 1
    one = entries(history)[0]
    assert (one["kind"], one["reason"], one["before"], one["after"]) == ("end", "not after all", None, None)


def test_what_a_message_proposes_for_what_is_not_held_is_not_told(history: History) -> None:
    history.measured("a", 9.5)
    for metric in ("score", "scor"):
        wanted = acts.Wanted("waive", "pylint", metric, sha("a"), "why", "the commit itself", "trailer")
        acts.add(history.db, history.number, wanted)
    assert [one["metric"] for one in entries(history)] == ["score"]


def test_a_reset_is_told_once_with_the_floor_that_it_moved(history: History) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.act("reset", "b")
    assert [(one["kind"], one["before"], one["after"], one["actor"]) for one in entries(history)] == [
        ("reset", 9.5, 9.0, "ada")
    ]
    history.measured("c", 9.0, "b")
    history.act("raise", "c", value=9.8)
    assert next((one["kind"], one["before"], one["after"]) for one in entries(history)) == ("raise", 9.0, 9.8)


def test_a_later_act_does_not_change_what_is_told_of_an_earlier_one(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.3, "a")
    history.act("raise", "b", value=9.8)
    history.act("reset", "b", value=8.0, until="2999-01-01T00:00:00.000Z")
    history.act("reset", "a", value=8.5)
    told = {(one["commit"], one["kind"]): (one["before"], one["after"]) for one in entries(history)}
    assert told == {
        (sha("a"), "reset"): (9.0, 9.0), (sha("b"), "reset"): (9.8, 9.3), (sha("b"), "raise"): (9.3, 9.8),
    }  # fmt: skip


def test_what_an_act_does_at_a_commit_that_is_being_measured_anew_is_told_when_it_is_known(history: History) -> None:
    history.measured("a", 9.5)
    run = history.commit("b", "a")
    history.record(history.of(run), 9.4, version="4.0")
    history.act("reset", "b", value=9.0)
    history.record(history.next(), 8.5, version="4.0")
    assert next((one["kind"], one["before"], one["after"]) for one in entries(history)) == ("reset", 9.5, 9.4)


def test_what_happened_by_itself(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.5, "a")
    history.measured("side", 9.1, "a")
    history.measured("m", 9.3, "b", "side")
    run = history.commit("n", "m")
    history.record(history.of(run), 8.0, version="4.0")
    history.record(history.next(), 7.9, version="4.0")
    history.measured("o", 8.0, "n", rules=(replace(SCORE, tolerance=1.0),), record={"version": "4.0"})
    found = entries(history)
    assert [(one["kind"], one["commit"], one["before"], one["after"]) for one in found] == [
        ("policy loosened", sha("o"), 8.0, 8.0), ("remeasured", sha("n"), 9.3, 8.0), ("merge", sha("m"), 9.5, 9.3),
    ]  # fmt: skip
    assert found[1]["flags"] == ["remeasured", "new epoch"]
    assert found[1]["reason"] == "−1.4 by the tool, +0.1 by you"
    assert {(one["actor"], one["source"]) for one in found} == {("by itself", "verdict")}


def test_before_a_merge_there_was_the_better_floor(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("side", 9.1, "a")
    history.measured("b", 9.5, "a")
    history.measured("m", 9.3, "side", "b")
    assert [(one["kind"], one["before"], one["after"]) for one in entries(history)] == [("merge", 9.5, 9.3)]


def test_one_list_by_time_a_page_at_a_time(history: History) -> None:
    history.measured("a", 9.0)
    history.measured("b", 9.5, "a")
    history.measured("side", 9.1, "a")
    for n in range(4):
        history.measured(f"m{n}", 9.3, "b", "side")
        history.act("reset", f"m{n}", reason=f"number {n}")
        history.measured(f"w{n}", 9.0, "b")
        history.act("waive", f"w{n}", reason=f"number {n}")
    whole = entries(history)
    assert [one["at"] for one in whole] == sorted((one["at"] for one in whole), reverse=True)
    assert len(whole) == 8
    seen: list[journal.View] = []
    for _ in range(20):
        page = entries(history, limit=3, before=seen[-1]["cursor"] if seen else None)
        if not page:
            break
        seen += page
    assert seen == whole
    with pytest.raises(UsageError, match="no cursor"):
        entries(history, before="nonsense")


def test_of_another_repository_nothing_is_told(history: History, db: Database) -> None:
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    history.act("reset", "b")
    history.measured("side", 9.4, "a")
    history.measured("m", 9.2, "b", "side")
    assert {one["source"] for one in entries(history)} == {"cli", "verdict"}
    assert journal.entries(db.conn, History(db, "/other").number) == []
