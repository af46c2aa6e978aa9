"""Pauses: kept, lifted, and over by themselves."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from fullautoci.store import pauses
from fullautoci.text import iso


@pytest.mark.parametrize("what", [pauses.EVERYTHING, pauses.BACKFILL])
@pytest.mark.parametrize(("seconds", "in_force"), [(None, True), (60, True), (-1, False)])
def test_a_pause_is_in_force_until_its_end(db: Database, what: str, seconds: int | None, in_force: bool) -> None:
    until = None if seconds is None else iso(datetime.now(UTC) + timedelta(seconds=seconds))
    pauses.set_pause(db, what, until)
    found = pauses.current(db.conn)
    assert (found is not None and found.what == what) is in_force


def test_the_last_word_counts(db: Database) -> None:
    pauses.lift(db)
    assert pauses.current(db.conn) is None
    pauses.set_pause(db, pauses.EVERYTHING, None)
    pauses.set_pause(db, pauses.BACKFILL, None)
    found = pauses.current(db.conn)
    assert found is not None
    assert found.what == pauses.BACKFILL
    pauses.lift(db)
    assert pauses.current(db.conn) is None
