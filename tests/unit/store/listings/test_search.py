"""What is found by words, events, and the journal, part by part."""

from sqlite3 import Connection
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from fullautoci.model import Event, RefUpdate
from fullautoci.store import events as stored
from fullautoci.store.listings import events, journal, search
from tests.unit.store.listings.conftest import GONE, MINE, THEIRS, add, fill
from tests.unit.store.listings.walking import everything
from tests.unit.store.parts import readable, sha
from tests.unit.store.ratcheting import History


def look(connection: Connection, text: str, visible: set[int] | None = None, **how: Any) -> list[dict[str, Any]]:
    return everything(lambda at: search.page(connection, text, visible, cursor=at, limit=2, **how))


def test_commits_are_found_by_words_branch_author_and_id(connection: Connection) -> None:
    assert [one["subject"] for one in look(connection, "wombat7")] == ["Change 7"]
    assert [one["subject"] for one in look(connection, "NAÏVE things wombat23")] == ["Change 23"]
    assert len(look(connection, "topic", kind="commit")) == 8
    assert {one["repository"] for one in look(connection, "hop grace")} == {"theirs"}
    assert [one["commit"] for one in look(connection, sha(10))] == [sha(10)]
    assert len(look(connection, "0" * 38)) == 24
    assert look(connection, "wombat7 wombat8") == []


def test_findings_are_found_once_however_often_they_were_seen(connection: Connection) -> None:
    found = look(connection, "unused")
    assert [(one["kind"], one["repository"]) for one in found] == [("finding", "theirs"), ("finding", "mine")]
    one = found[1]
    assert (one["tool"], one["rule"], one["path"]) == ("pylint", "unused-import", "src/b.py")
    assert (one["first_commit"], one["commit"]) == (sha(0), sha(22))


def test_one_may_look_among_one_kind_or_in_one_repository(connection: Connection) -> None:
    assert {one["kind"] for one in look(connection, "name")} == {"finding"}
    assert look(connection, "name", kind="commit") == []
    assert {one["kind"] for one in look(connection, "change")} == {"commit"}
    assert {one["repository"] for one in look(connection, "change", repository=MINE)} == {"mine"}
    assert look(connection, "change", repository=GONE) == []


@pytest.mark.parametrize("text", ["change", "name", "old", sha(1), "0000", "main", "wombat1"])
def test_nothing_is_found_that_may_not_be_seen(connection: Connection, text: str) -> None:
    assert all(one["repository_id"] == MINE for one in look(connection, text, {MINE, GONE}))
    assert look(connection, text, set()) == []


def test_a_commit_that_was_run_again_is_found_once(db: Database) -> None:
    fill(db)
    again = add(db, MINE, 4)
    with readable(db) as connection:
        assert [one["run"] for one in look(connection, "wombat4")] == [again]
        assert [one["run"] for one in look(connection, sha(4))] == [again]


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40) | st.lists(st.sampled_from(["wombat1", '"', "OR", "AND", "NOT", "NEAR(", ")", "*", "^", ":",
       "r2", "repository", "{", "}", "-", "+", "\0", "'"]), max_size=12).map(" ".join))  # fmt: skip
def test_nothing_that_is_looked_for_is_syntax(connection: Connection, text: str) -> None:
    assert all(one["repository_id"] == MINE for one in search.page(connection, text, {MINE}).items)


def accept(db: Database, number: int, repository: int | None, outcome: str = "queued", source: str = "scan") -> None:
    event = Event(f"e{number:03}", source, "/x", (RefUpdate("refs/heads/main", "0" * 40, sha(number)),))
    stored.accept(db, event, repository, stored.Acceptance(outcome, "why", (number,)))
    db.execute("UPDATE events SET accepted_at = ? WHERE id = ?", [f"2026-01-01T00:00:0{number // 3}.000Z", event.id])


def test_events_come_with_what_became_of_them(db: Database) -> None:
    fill(db)
    for number in range(9):
        accept(db, number, [MINE, THEIRS, None][number % 3], "ignored" if number % 2 else "queued")

    def found(wanted: events.Wanted, visible: set[int] | None = None, **how: Any) -> list[str]:
        items = everything(lambda at: events.page(connection, wanted, visible, cursor=at, limit=2, **how))
        return [item["id"] for item in items]

    every = [f"e{number:03}" for number in range(9)]
    with readable(db) as connection:
        assert found(events.Wanted()) == every[::-1]
        assert found(events.Wanted(), sort="oldest") == every
        assert found(events.Wanted(), {MINE}) == ["e006", "e003", "e000"]
        assert found(events.Wanted(THEIRS)) == ["e007", "e004", "e001"]
        assert found(events.Wanted(THEIRS), {MINE}) == []
        assert found(events.Wanted(outcome="ignored")) == ["e007", "e005", "e003", "e001"]
        assert found(events.Wanted(source="hook")) == []
        assert found(events.Wanted(since="2026-01-01T00:00:02.000Z")) == ["e008", "e007", "e006"]
        assert found(events.Wanted(until="2026-01-01T00:00:01.000Z"), sort="oldest") == ["e000", "e001", "e002"]
        (one,) = events.page(connection, events.Wanted(MINE), None, limit=1).items
    moved = {"ref": "refs/heads/main", "old": "0" * 40, "new": sha(6)}
    assert (one["updates"], one["runs"], one["repository"], one["outcome"]) == ([moved], [6], "mine", "queued")


def test_the_journal_goes_on_where_a_part_ended(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.5)
    history.measured("b", 9.0, "a")
    for number in range(7):
        history.act("waive", "b", reason=f"reason {number}")
    with readable(db) as connection:
        found = everything(lambda at: journal.page(connection, history.number, None, said=at, limit=3))
        assert [one["reason"] for one in found] == [f"reason {number}" for number in range(6, -1, -1)]
        assert journal.page(connection, history.number, {99}).items == []
        assert len(journal.page(connection, history.number, None, limit=10**30).items) == 7
