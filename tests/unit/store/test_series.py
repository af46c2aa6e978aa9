"""What is held, by name."""

import pytest
from sqlite_utils import Database

from fullautoci.errors import NotFoundError, UsageError
from fullautoci.store import repositories, series
from fullautoci.store.standings import Series
from tests.unit.store.ratcheting import History, sha

SCORE = Series("pylint", ".", "", "score")
FINDINGS = Series("pylint", ".", "", "findings")
BY_FILE = Series("pylint", ".", "", "findings", "file")
OLD = Series("coverage", ".", "3.11", "percent_lines")
NEW = Series("coverage", ".", "3.13", "percent_lines")
API = Series("coverage", "services/api", "", "suppressions")
LINT = Series("pylint", ".", "", "suppressions")


@pytest.fixture
def there(db: Database) -> int:
    number = repositories.add(db, name="it", path="/it", worktree=None, kind="bare", refs={})
    for one in (SCORE, FINDINGS, BY_FILE, OLD, NEW, API, LINT):
        db.execute(
            "INSERT INTO series (repository_id, tool, project, variant, metric, per) VALUES (?, ?, ?, ?, ?, ?)",
            [number, one.tool, one.project, one.variant, one.metric, one.per],
        )
    return number


def test_names() -> None:
    assert [series.name(one) for one in (SCORE, BY_FILE, NEW, API)] == [
        "pylint.score", "pylint.findings:file", "coverage@3.13.percent_lines", "services/api:coverage.suppressions",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("pylint.score", [SCORE]),
        ("score", [SCORE]),
        ("pylint.findings", [FINDINGS]),
        ("findings", [FINDINGS, BY_FILE]),
        ("pylint.findings:file", [BY_FILE]),
        ("coverage.percent_lines", [OLD, NEW]),
        ("percent_lines", [OLD, NEW]),
        ("coverage@3.13.percent_lines", [NEW]),
        ("services/api:coverage.suppressions", [API]),
        ("coverage.suppressions", [API]),
    ],
)
def test_what_a_name_stands_for(db: Database, there: int, said: str, meant: list[Series]) -> None:
    assert series.meant(db.conn, there, said) == meant


def test_a_name_of_several_tools_is_refused(db: Database, there: int) -> None:
    with pytest.raises(UsageError) as caught:
        series.meant(db.conn, there, "suppressions")
    assert caught.value.hint == "say which: coverage.suppressions, pylint.suppressions"
    with pytest.raises(UsageError) as caught:
        series.one(db.conn, there, "percent_lines")
    assert caught.value.hint == "say which: coverage@3.11.percent_lines, coverage@3.13.percent_lines"


def test_a_name_that_is_not_known_gets_the_nearest(db: Database, there: int) -> None:
    with pytest.raises(NotFoundError) as caught:
        series.meant(db.conn, there, "pylint.scores")
    assert caught.value.hint == "did you mean 'pylint.score'?"
    with pytest.raises(NotFoundError) as caught:
        series.meant(db.conn, there, "zzz")
    assert "pylint.score, pylint.suppressions" in caught.value.hint
    with pytest.raises(NotFoundError) as caught:
        series.meant(db.conn, there + 1, "pylint.score")
    assert caught.value.hint == "nothing has been held in this repository yet"


def test_a_commit_by_the_beginning_of_its_id(db: Database) -> None:
    history = History(db)
    with pytest.raises(NotFoundError, match="nothing was tested here yet"):
        series.commit(db.conn, history.number, None)
    for name in ("a", "ab", "z"):
        history.commit(name)
    assert series.commit(db.conn, history.number, None) == sha("z")
    assert series.commit(db.conn, history.number, sha("ab")[:6]) == sha("ab")
    with pytest.raises(UsageError, match="several commits begin with 61"):
        series.commit(db.conn, history.number, "61")
    with pytest.raises(NotFoundError, match="commit ffff was not tested yet"):
        series.commit(db.conn, history.number, "ffff")
