"""A database of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from fullautoci.store.database import open_for_writing


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """The writer's connection to a new database."""
    made = open_for_writing(tmp_path / "test.db")
    yield made
    made.close()
