"""How a metric went, along first parents."""

import pytest
from sqlite_utils import Database

from fullautoci.store.ratchet_history import history as told
from fullautoci.store.standings import Series
from tests.unit.store.ratcheting import History, sha

PYLINT = Series("pylint", ".", "", "score")


@pytest.fixture
def history(db: Database) -> History:
    made = History(db)
    made.measured("a", 9.0)
    made.measured("b", 9.5, "a")
    made.measured("side", 8.0, "a")
    made.measured("m", 9.4, "b", "side")
    made.commit("n", "m")
    made.measured("o", 9.45, "n")
    return made


def test_the_newest_first_without_branches_that_were_merged(history: History) -> None:
    views, following = told(history.db.conn, history.number, PYLINT, sha("o"))
    assert [(one["subject"], one["value"], one["floor"], one["verdict"]) for one in views] == [
        ("o", 9.45, 9.4, "improved"), ("n", None, None, None), ("m", 9.4, 9.5, "held"), ("b", 9.5, 9.0, "improved"),
        ("a", 9.0, None, "baseline"),
    ]  # fmt: skip
    assert [one["next_floor"] for one in views] == [9.45, 9.4, 9.4, 9.5, 9.0]
    assert (views[2]["flags"], views[2]["failing"], views[2]["commit"]) == (["merge"], False, sha("m"))
    assert following is None


def test_a_page_at_a_time(history: History) -> None:
    seen, cursor = [], sha("o")
    before = False
    for _ in range(10):
        views, following = told(history.db.conn, history.number, PYLINT, cursor, 2, before=before)
        seen += [one["subject"] for one in views]
        if following is None:
            break
        cursor, before = following, True
    assert seen == ["o", "n", "m", "b", "a"]
    assert told(history.db.conn, history.number, PYLINT, sha("a"), before=True) == ([], None)
    assert told(history.db.conn, history.number, PYLINT, sha("o"), 5)[1] is None, "that was all"


def test_what_people_did_stands_with_the_commit(history: History) -> None:
    history.measured("p", 9.0, "o")
    history.act("waive", "p", reason="later", until="2999-01-01T00:00:00.000Z")
    views, _ = told(history.db.conn, history.number, PYLINT, sha("p"), 1)
    (act,) = views[0]["acts"]
    del act["id"]
    assert act == {
        "kind": "waive", "reason": "later", "actor": "ada", "value": None, "until": "2999-01-01T00:00:00.000Z",
    }  # fmt: skip
