"""A watched repository as planning sees it."""

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from fullautoci.model import Priority
from fullautoci.store import lineage, repositories, runs
from fullautoci.store.database import reading
from fullautoci.store.writer import Writer
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


class Watched:
    """A repository, its mirror, and the store.

    Attributes:
        asked: the commits from which the mirror was asked to walk.
    """

    def __init__(self, source: Repository, git: Git, mirror: Path, database: Path, writer: Writer) -> None:
        self.source = source
        self.writer = writer
        self.asked: list[str] = []
        self.git = git
        self._mirror = mirror
        self._database = database
        self.id = writer.call(
            lambda db: repositories.add(db, name="r", path="/r/.git", worktree=None, kind="bare", refs={})
        )

    def reading(self) -> AbstractContextManager[Connection]:
        return reading(self._database)

    def mirror(self, _identifier: int = 0) -> "Counting":
        return Counting(self.git, self._mirror, self.asked)

    def commit(self, message: str = "change", files: Mapping[str, str] | None = None) -> str:
        """A commit in the source, brought over to the mirror."""
        sha = self.source.commit(files, message)
        self.fetch(sha)
        return sha

    def fetch(self, sha: str) -> None:
        self.mirror().fetch(str(self.source.path / ".git"), [sha])

    def tell(self, sha: str, source: str = "post-commit", **fields: Any) -> int:
        """Wish for a run of a commit; its id, 0 where it gets none."""
        wanted = runs.Wish(self.mirror().commit(sha), "main", source, Priority.NOW, **fields)
        return self.writer.call(lambda db: runs.wish(db, self.id, wanted)[0])

    def wish(self, sha: str, source: str = "post-commit", **fields: Any) -> runs.Unplanned:
        """A queued run of a commit."""
        self.fetch(sha)
        made = self.tell(sha, source, **fields)
        return next(one for one in self.unplanned() if one.id == made)

    def unplanned(self) -> list[runs.Unplanned]:
        with self.reading() as connection:
            return runs.unplanned(connection, 1000)

    def parents(self, sha: str) -> list[list[str]]:
        with self.reading() as connection:
            return lineage.parents(connection, self.id, sha)

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self.reading() as connection:
            return [tuple(row) for row in connection.execute(sql, values)]

    def unsettled(self) -> set[str]:
        """Which commits are unsettled; from now on none is."""
        found = {row[0] for row in self.rows("SELECT sha FROM unsettled")}
        self.writer.call(lambda db: db.execute("DELETE FROM unsettled"))
        return found


class Counting(GitMirror):
    """A mirror that notes from where it is asked to walk."""

    def __init__(self, git: Git, path: Path, asked: list[str]) -> None:
        made = GitMirror.open(git, path)
        super().__init__(git, made.path)
        self._asked = asked

    def nearest(self, tip: str, known: Callable[[str], bool] | Collection[str], limit: int = 20_000) -> list[str]:
        self._asked.append(tip)
        return super().nearest(tip, known, limit)
