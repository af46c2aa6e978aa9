"""For which commits it counts what people did: that where it was done, and those that took its place."""

import pytest
from sqlite_utils import Database

from fullautoci.store import acts
from fullautoci.store.migrations import migrations
from tests.unit.store.ratcheting import SCORE, History, sha

LONG = "2999-01-01T00:00:00.000Z"


@pytest.fixture
def history(db: Database) -> History:
    """A good commit, and a worse one on it."""
    found = History(db)
    found.measured("a", 9.5)
    found.measured("b", 9.0, "a")
    return found


def test_a_waiver_counts_when_only_the_message_is_amended(history: History) -> None:
    history.act("waive", "b")
    history.measured("b2", 9.0, "a", tree="b")
    assert (history.verdict("b2")["verdict"], history.verdict("b2")["flags"]) == ("regressed", ["waived"])


def test_a_reset_counts_when_only_the_message_is_amended(history: History) -> None:
    history.act("reset", "b")
    history.measured("b2", 9.0, "a", tree="b")
    assert (history.verdict("b2")["verdict"], history.verdict("b2")["on"]) == ("baseline", {"": 9.0})


def test_also_where_it_is_the_first_commit_of_all(history: History) -> None:
    history.act("raise", "a", value=9.9)
    history.measured("a2", 9.5, tree="a")
    assert history.verdict("a2")["on"] == {"": 9.9}


def test_it_counts_when_a_commit_before_it_is_reworded(history: History) -> None:
    history.act("waive", "b")
    history.measured("a2", 9.5, tree="a")
    history.measured("b2", 9.0, "a2", tree="b")
    assert history.verdict("b2")["flags"] == ["waived"]


def test_it_counts_though_it_is_done_after_the_commit_was_replaced(history: History) -> None:
    history.measured("b2", 9.0, "a", tree="b")
    history.act("waive", "b")
    assert history.verdict("b2")["flags"] == ["waived"]
    history.act("end", "b2")
    assert history.verdict("b2")["flags"] == []


def test_it_counts_for_no_other_tree_and_no_other_history(history: History) -> None:
    history.act("waive", "b")
    history.measured("amended", 9.0, "a")
    history.measured("other", 9.5)
    history.measured("moved", 9.0, "other", tree="b")
    assert (history.verdict("amended")["flags"], history.verdict("moved")["flags"]) == ([], [])


def test_it_counts_for_none_that_brings_the_tree_back(history: History) -> None:
    history.act("waive", "b")
    history.measured("c", 9.5, "b", tree="a")
    history.measured("d", 9.0, "c", tree="b")
    assert (history.verdict("d")["verdict"], history.verdict("d")["flags"]) == ("regressed", [])


def test_what_the_message_proposed_is_over_when_the_message_is_another(history: History) -> None:
    history.act("waive", "b", source="trailer")
    assert history.verdict("b")["flags"] == ["waived"]
    history.measured("b2", 9.0, "a", tree="b")
    assert history.verdict("b2")["flags"] == []


def test_which_of_them_was_done_last_counts(history: History) -> None:
    history.act("reset", "b", value=8.0, until=LONG)
    history.measured("b2", 9.0, "a", tree="b", rules=(SCORE,))
    history.act("reset", "b2", value=9.3)
    assert (history.verdict("b")["floor"], history.verdict("b2")["floor"]) == (9.3, 9.3)


def test_who_waived_by_message_is_named_to_those_after_it(history: History) -> None:
    history.act("waive", "b", source="trailer", reason="later")
    history.measured("c", 9.0, "b")
    for name in "bc":
        assert history.verdict(name)["reason"].endswith(f"; waived by {sha('b')[:10]} itself: later")


def test_what_was_written_down_by_an_earlier_version_is_kept() -> None:
    old = Database(memory=True)
    migrations.apply(old, stop_before="m015_acts_as_they_were_done")
    old.execute(
        "INSERT INTO acts (repository_id, kind, tool, metric, sha, until, reason, actor, source, at)"
        " VALUES (1, 'waive', 'pylint', 'score', 'b', ?, 'later', 'ada', 'cli', '2026')",
        [LONG],
    )
    migrations.apply(old)
    ((row, act),) = acts.of_commit(old.conn, 1, "b")
    assert (row[0], row[3], act.kind, act.reason, act.actor, act.until, act.value, act.id) == (
        "pylint", "score", "waive", "later", "ada", LONG, None, 1,
    )  # fmt: skip
    old.execute("INSERT INTO acts (id, repository_id, kind, tool, metric, sha, reason, actor, source, at)"
                " VALUES (9, 1, 'end', 'pylint', 'score', 'b', 'no', 'ada', 'cli', '2026')")  # fmt: skip
    assert [act.kind for _, act in acts.of_commit(old.conn, 1, "b")] == ["waive", "end"]
