"""Branches with their newest runs, and how far they are ahead."""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import Any

import pytest
from sqlite_utils import Database

from fullautoci.errors import UsageError
from fullautoci.store import choices
from fullautoci.store.pages import branches
from tests.unit.store.parts import readable
from tests.unit.store.ratcheting import History, sha

TIPS = {"main": "c", "topic": "t2", "same": "b", "new": "unseen", "alone": "root"}


@pytest.fixture
def history(db: Database) -> History:
    made = History(db)
    for name, *parents in (("a",), ("b", "a"), ("c", "b"), ("t1", "b"), ("t2", "t1"), ("root",)):
        made.commit(name, *parents)
    db.execute("UPDATE runs SET branch = 'topic' WHERE sha IN (?, ?)", [sha("t1"), sha("t2")])
    db.execute("UPDATE runs SET branch = 'alone' WHERE sha = ?", [sha("root")])
    for name, tip in TIPS.items():
        db.execute("INSERT INTO refs VALUES (1, ?, ?)", [f"refs/heads/{name}", sha(tip)])
    db.execute("INSERT INTO refs VALUES (1, 'refs/tags/topic', ?)", [sha("a")])
    return made


@pytest.fixture
def connection(history: History) -> Iterator[Connection]:
    with readable(history.db) as found:
        yield found


def every(connection: Connection, **more: Any) -> dict[str, dict[str, Any]]:
    return {one["branch"]: one for one in branches.page(connection, 1, **more).items}


def test_each_branch_with_the_run_of_its_tip(connection: Connection) -> None:
    found = every(connection)
    assert list(found) == ["alone", "topic", "main", "same", "new"], "those with the newest runs first"
    assert {name: one["run"] and one["run"].sha for name, one in found.items()} == {
        "main": sha("c"), "topic": sha("t2"), "same": sha("b"), "new": None, "alone": sha("root"),
    }  # fmt: skip
    assert [name for name, one in found.items() if one["is_trunk"]] == ["main"]


def test_how_far_ahead_is_told_where_it_is_known(connection: Connection) -> None:
    assert {name: one["ahead"] for name, one in every(connection).items()} == {
        "main": 0, "topic": 2, "same": 0, "new": None, "alone": None,
    }  # fmt: skip


def test_a_tip_that_was_not_tested_has_its_branchs_newest_run(history: History) -> None:
    history.db.execute("UPDATE refs SET sha = ? WHERE name = 'refs/heads/topic'", [sha("later")])
    with readable(history.db) as connection:
        one = every(connection)["topic"]
        assert choices.tip(connection, 1, "topic") == sha("t2")
    assert (one["run"].sha, one["tip"], one["ahead"]) == (sha("t2"), sha("later"), None)


def test_of_several_runs_of_a_tip_the_newest_counts(history: History) -> None:
    run = history.again("c")
    with readable(history.db) as connection:
        assert every(connection)["main"]["run"].id == run


def test_part_by_part_and_by_name(connection: Connection) -> None:
    whole = list(every(connection))
    seen, said = [], ""
    while True:
        part = branches.page(connection, 1, said=said, limit=2)
        seen += [one["branch"] for one in part.items]
        said = part.following
        if not said:
            break
    assert seen == whole
    assert list(every(connection, text="OPI")) == ["topic"]
    assert every(connection, text="%") == {}
    assert every(connection, text="heads") == {}
    assert branches.page(connection, 2).items == []
    with pytest.raises(UsageError):
        branches.page(connection, 1, said="x")


def test_what_there_is_to_choose_from(connection: Connection) -> None:
    assert choices.branches(connection, 1) == ["alone", "main", "topic"]
    assert choices.tools(connection, 1) == ["pylint"]
    assert choices.branches(connection, 2) == choices.tools(connection, 2) == []
    assert choices.trunk(connection, 1) == "main"
    assert choices.trunk(connection, 2) == ""
    assert choices.tip(connection, 1, "topic") == sha("t2")
    assert choices.tip(connection, 1, "never") == choices.tip(connection, 1, "new") == ""


def test_without_a_usual_name_the_newest_runs_branch_is_the_repositorys_own(history: History) -> None:
    history.db.execute("DELETE FROM refs WHERE name = 'refs/heads/main'")
    history.db.execute("UPDATE runs SET branch = 'topic' WHERE branch = 'main'")
    with readable(history.db) as connection:
        assert choices.trunk(connection, 1) == "alone"
        assert choices.tip(connection, 1, "main") == ""
        assert {name: one["ahead"] for name, one in every(connection).items()}["alone"] == 0
