"""What is as it was is answered without a look, and never where it is not as it was."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from fullautoci.store.readers import Readers
from fullautoci.web import unchanged
from tests.unit.store.listings.conftest import MINE, THEIRS, add, fill
from tests.unit.web.api.reader import Reader

PATH = "/api/v1/runs"


class Watched:
    """The application, and how often its database was opened to be read."""

    def __init__(self, folder: Path) -> None:
        self.reader = Reader(folder, fill)
        self.readers = Readers(self.reader.database)
        unchanged.install(self.reader.app, self.readers.state)
        for who in ("all", "one", "none"):
            self.reader.ask("/api/v1/me", who)  # that a key was used for the first time is written down
        self.reader.writer.call(lambda _: None)  # and what was written before is there

    def again(self, first: TestResponse, path: str = PATH, who: str = "all") -> TestResponse:
        return self.reader.ask(path, who, headers={"If-None-Match": first.headers["ETag"]})


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    made = Watched(tmp_path)
    yield made
    made.readers.close()
    made.reader.close()


def test_what_is_as_it_was_is_not_made_again(watched: Watched) -> None:
    first = watched.reader.ask(PATH)
    asked: list[str] = []
    with watched.reader.listening(asked):
        second = watched.again(first)
    assert not any("FROM runs" in query for query in asked)
    with watched.reader.listening(asked):
        assert watched.reader.ask(PATH).status_code == 200
    assert any("FROM runs" in query for query in asked)
    assert (second.status_code, second.data, second.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert second.headers["X-Content-Type-Options"] == "nosniff"


def test_what_has_changed_is_answered_anew(watched: Watched) -> None:
    first = watched.reader.ask(PATH)
    watched.reader.writer.call(lambda db: add(db, MINE, 60))
    second = watched.again(first)
    assert (second.status_code, second.headers["ETag"] == first.headers["ETag"]) == (200, False)
    assert watched.again(second).status_code == 304


def test_a_change_elsewhere_leaves_the_tag_as_it_was(watched: Watched) -> None:
    path = f"{PATH}?repository={MINE}"
    first = watched.reader.ask(path)
    watched.reader.writer.call(lambda db: add(db, THEIRS, 61))
    second = watched.again(first, path)
    assert (second.status_code, second.headers["ETag"]) == (304, first.headers["ETag"])


def test_each_caller_and_question_has_its_own(watched: Watched) -> None:
    whole = watched.reader.ask(PATH)
    assert watched.again(whole).status_code == 304
    one = watched.again(whole, who="one")
    assert one.status_code == 200
    assert {run["repository_id"] for run in one.json or []} == {MINE}
    assert watched.again(whole, f"{PATH}?limit=1").status_code == 200
    assert watched.again(whole, who="none").json == []
    assert watched.again(whole, who="").status_code == 401


def test_whoever_may_see_less_now_is_shown_less(watched: Watched) -> None:
    first = watched.reader.ask(PATH, "one")
    assert watched.again(first, who="one").status_code == 304
    watched.reader.writer.call(lambda db: db.execute("DELETE FROM assignments") and None)
    second = watched.again(first, who="one")
    assert (second.status_code, second.json) == (200, [])


def test_a_refusal_is_not_remembered(watched: Watched) -> None:
    first = watched.reader.ask(PATH)
    wrong = watched.again(first, f"{PATH}?limit=0")
    assert wrong.status_code == 400
    assert watched.again(first, f"{PATH}?limit=0").status_code == 400


def test_every_steady_view_is_there(watched: Watched) -> None:
    assert set(watched.reader.app.view_functions) >= unchanged.STEADY


def test_what_is_remembered_is_bounded(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unchanged, "KEPT", 2)
    path = "/api/v1/events"
    first = watched.reader.ask(path)
    for limit in (1, 2, 3):
        watched.reader.ask(f"{path}?limit={limit}")
    assert watched.again(first, path).status_code == 304, "it is told from the body, as ever"
