"""A database, its writer, and the mirror of a real repository."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.store.database import open_for_writing
from fullautoci.store.writer import Writer
from fullautoci.vcs.git.command import Git, write_global_config
from tests.support.repository import Repository
from tests.unit.planning.parts import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """A repository with one commit, its mirror, and the store that knows none of its commits yet."""
    write_global_config(tmp_path / "gitconfig")
    source = Repository(tmp_path / "source")
    source.commit({"a.txt": "a\n"}, "root")
    database = tmp_path / "test.db"
    writer = Writer(lambda: open_for_writing(database))
    yield Watched(source, Git(tmp_path / "gitconfig"), tmp_path / "mirror.git", database, writer)
    writer.close()
