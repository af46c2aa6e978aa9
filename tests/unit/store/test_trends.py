"""How metrics went along a branch."""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.model import Outcome, ToolPlan
from fullautoci.store import ratchets, trends
from tests.unit.store.parts import readable
from tests.unit.store.ratcheting import FINDINGS, History, sha

SCORE = trends.Line("pylint", ".", "", "score")


@pytest.fixture
def history(db: Database) -> History:
    made = History(db)
    made.measured("a", 9.0)
    made.measured("b", 9.5, "a")
    made.measured("side", 8.0, "b")
    made.commit("untested", "b")
    made.measured("c", 9.2, "untested")
    return made


@pytest.fixture
def connection(history: History) -> Iterator[Connection]:
    with readable(history.db) as found:
        yield found


def went(connection: Connection, tip: str, limit: int = 10, **more: Any) -> list[tuple[Any, ...]]:
    points, _ = trends.points(connection, 1, SCORE, sha(tip), limit, **more)
    return [(one["subject"], one["value"], one["floor"], one["verdict"]) for one in points]


def test_a_metric_from_its_first_commit_to_the_newest(connection: Connection) -> None:
    assert went(connection, "c") == [
        ("a", 9.0, None, "baseline"), ("b", 9.5, 9.0, "improved"), ("c", 9.2, 9.5, "regressed"),
    ]  # fmt: skip
    assert [one[0] for one in went(connection, "side")] == ["a", "b", "side"]
    point = trends.points(connection, 1, SCORE, sha("c"), 1)[0][0]
    assert (point["commit"], point["failing"], point["epoch"], point["acts"]) == (sha("c"), True, "", [])
    assert point["run"] == 5


def test_a_part_at_a_time(connection: Connection) -> None:
    points, more = trends.points(connection, 1, SCORE, sha("c"), 2)
    assert ([one["subject"] for one in points], more) == (["c"], True)
    assert went(connection, "c", 2, before=True) == [("b", 9.5, 9.0, "improved")]
    assert trends.points(connection, 1, SCORE, sha("c"), 4)[1] is False
    assert went(connection, "a", before=True) == []


def test_a_branch_that_nobody_knows_has_nothing(connection: Connection) -> None:
    assert trends.points(connection, 1, SCORE, sha("nowhere"), 10) == ([], False)
    assert trends.glance(connection, 1, sha("nowhere")) == []
    assert went(connection, "c") != []
    assert trends.points(connection, 2, SCORE, sha("c"), 10) == ([], False)


def test_what_people_did_stands_with_its_commit(history: History) -> None:
    history.act("waive", "c", reason="later", until="2999-01-01T00:00:00.000Z")
    with readable(history.db) as connection:
        *before, point = trends.points(connection, 1, SCORE, sha("c"), 10)[0]
    assert [one["acts"] for one in before] == [[], []]
    assert [(one["kind"], one["reason"], one["actor"]) for one in point["acts"]] == [("waive", "later", "ada")]
    assert "waived" in point["flags"]
    history.act("waive", "b", project="elsewhere", reason="not here")
    with readable(history.db) as connection:
        assert [one["acts"] for one in trends.points(connection, 1, SCORE, sha("b"), 10)[0]] == [[], []]


def test_where_values_cannot_be_compared_it_says_why(history: History) -> None:
    new = {"kind": "container", "version": "3.4", "configuration": "c2"}
    history.measured("d", 9.9, "c", record=new)
    history.measured("e", 9.9, "d", record=new)
    with readable(history.db) as connection:
        epochs = [one["epoch"] for one in trends.points(connection, 1, SCORE, sha("e"), 10)[0]]
    assert epochs[:3] == ["", "", ""]
    assert all(word in epochs[3] for word in ("pylint", "3.4", "container", "another configuration"))
    assert epochs[4] == ""


def test_what_is_held_by_file_is_not_taken_for_the_whole(db: Database) -> None:
    history = History(db)
    history.measured("a", 9.0, rules=[FINDINGS])
    with readable(db) as connection:
        line = trends.Line("pylint", ".", "", "findings")
        assert trends.points(connection, 1, line, sha("a"), 1)[0][0]["verdict"] is None
        (one,) = [one for one in trends.glance(connection, 1, sha("a")) if one["line"].metric == "findings"]
    assert (one["held"], one["floor"], one["direction"]) == (False, None, "")


def test_every_metric_at_a_glance(connection: Connection) -> None:
    found = {one["line"]: one for one in trends.glance(connection, 1, sha("c"))}
    score = found[SCORE]
    assert score["values"] == [9.0, 9.5, 9.2]
    assert (score["value"], round(score["change"], 6), score["commit"]) == (9.2, -0.3, sha("c"))
    assert (score["held"], score["direction"], score["floor"]) == (True, "higher", 9.5)
    assert score["latest"]
    assert [one["values"] for one in trends.glance(connection, 1, sha("c"), 1) if one["line"] == SCORE] == [[9.2]]


def test_a_metric_that_the_newest_result_lacks_is_told_as_older(history: History) -> None:
    history.measured("d", None, "c")
    with readable(history.db) as connection:
        found = {one["line"]: one for one in trends.glance(connection, 1, sha("d"))}
    assert (found[SCORE]["commit"], found[SCORE]["latest"]) == (sha("c"), False)


def test_the_newest_result_of_a_commit_counts(history: History) -> None:
    run = history.again("c")
    history.record(history.of(run), 9.3)
    with readable(history.db) as connection:
        point = trends.points(connection, 1, SCORE, sha("c"), 1)[0][0]
        assert (point["value"], point["run"]) == (9.3, run)
        assert trends.glance(connection, 1, sha("c"))[0]["run"] == run


def test_what_was_made_last_counts_whatever_its_configuration(history: History) -> None:
    run = history.again("c")
    history.record(history.of(run), 9.3)
    history.db.execute("UPDATE jobs SET config_digest = 'a' WHERE run_id = ?", [run])
    with readable(history.db) as connection:
        assert trends.points(connection, 1, SCORE, sha("c"), 1)[0][0]["value"] == 9.3


def test_a_measurement_for_a_ratchets_sake_is_no_result(history: History) -> None:
    history.db.execute("UPDATE jobs SET purpose = 'probe' WHERE sha = ?", [sha("c")])
    with readable(history.db) as connection:
        assert trends.points(connection, 1, SCORE, sha("c"), 1)[0][0]["value"] is None
        assert trends.glance(connection, 1, sha("c"))[0]["values"] == [9.0, 9.5]


def test_what_did_not_end_as_tools_do_is_no_value(history: History) -> None:
    history.measured("d", 1.0, "c", record={"outcome": Outcome.ERRORED})
    with readable(history.db) as connection:
        points, _ = trends.points(connection, 1, SCORE, sha("d"), 10)
        assert (points[-1]["subject"], points[-1]["value"], points[-1]["verdict"]) == ("d", None, "unjudged")
        assert trends.glance(connection, 1, sha("d"))[0]["values"] == [9.0, 9.5, 9.2]


@pytest.mark.parametrize(
    ("said", "line"),
    [
        ("pylint.score", SCORE),
        ("pylint.a.b", trends.Line("pylint", ".", "", "a.b")),
        ("a.tool.score", trends.Line("a.tool", ".", "", "score")),
        ("api/v1:docs@3.13.pages", trends.Line("docs", "api/v1", "3.13", "pages")),
        ("gone.score", trends.Line("gone", ".", "", "score")),
        ("a:gone@v.1.score", trends.Line("gone", "a", "v.1", "score")),
        ("nothing", trends.Line("nothing", ".", "", "")),
    ],
)
def test_a_name_means_a_line(history: History, said: str, line: trends.Line) -> None:
    history.measured("d", 9.0, "c", plan=ToolPlan("a.tool"))
    history.measured("e", 9.0, "c", plan=ToolPlan("docs", project="api/v1", variant="3.13"))
    with readable(history.db) as connection:
        assert trends.meant(connection, 1, said) == line
    assert line.metric == "" or line.name == said


def test_first_parents_go_on_beyond_one_that_is_not_known(history: History) -> None:
    history.measured("far", 9.0, "missing")
    history.db.execute("INSERT INTO lineage VALUES (1, ?, 0, ?, 1)", [sha("far"), sha("c")])
    with readable(history.db) as connection:
        names = ["far", "c", "untested", "b", "a"]
        for limit in range(1, 7):
            assert ratchets.first_parents(connection, 1, sha("far"), limit) == [sha(one) for one in names[:limit]]
