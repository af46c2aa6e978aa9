"""Events, and what became of each."""

from sqlite_utils import Database

from fullautoci.model import Event, RefUpdate
from fullautoci.store import events
from tests.unit.store.parts import SHA, readable, rows, watch

EVENT = Event("id-1", "post-commit", "/\udcff/.git", (RefUpdate("refs/heads/\udcff", None, SHA),))


def test_an_event_has_one_outcome_however_often_it_is_delivered(db: Database) -> None:
    number = watch(db)
    events.accept(db, EVENT, number, events.Acceptance("queued", "new\nline", (1, 2)))
    for _ in range(100):
        events.accept(db, EVENT, number, events.Acceptance("errored", "again"))
    with readable(db) as connection:
        found = events.get(connection, "id-1")
        assert found is not None
        assert {name: found[name] for name in ("outcome", "reason", "runs", "source", "repository_id")} == {
            "outcome": "queued", "reason": "new line", "runs": [1, 2], "source": "post-commit", "repository_id": number,
        }  # fmt: skip
        assert events.known(connection, "id-1")
        assert not events.known(connection, "id-2")
        assert events.get(connection, "id-2") is None
    assert rows(db, "SELECT path, updates FROM events") == [("/\\xff/.git", f'[["refs/heads/\\\\xff", null, "{SHA}"]]')]


def test_an_event_of_no_repository_is_kept_too(db: Database) -> None:
    events.accept(db, EVENT, None, events.Acceptance("ignored", "not registered"))
    assert rows(db, "SELECT repository_id, outcome FROM events") == [(None, "ignored")]
