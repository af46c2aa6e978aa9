"""What the rest of the house asks of a version control system."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fullautoci.model import Commit


@dataclass(frozen=True)
class Location:
    """Where a repository is.

    Attributes:
        git_dir: the folder that all its worktrees share, absolute and real.
        worktree: the working copy that was named, None for a bare repository.
        kind: `working` or `bare`.
    """

    git_dir: Path
    worktree: Path | None
    kind: str


@dataclass(frozen=True)
class Operation:
    """A rebase, `am`, or sequence of picks that is under way: what it commits waits for its end.

    Attributes:
        kind: `rebase`, `am`, or `cherry-pick or revert`.
        folder: the git folder of the working copy it is done in.
        ref: what it moves until its end: a branch, or `HEAD:<git folder>` where HEAD is detached.
    """

    kind: str
    folder: Path
    ref: str


class Mirror(Protocol):
    """Our own copy of a repository: nothing that happens to the original takes a commit from it."""

    path: Path

    def fetch(self, source: str, shas: Sequence[str]) -> list[str]:
        """Bring all branches and these commits over, and pin the commits.

        Returns:
            The commits that the source no longer has.
        """

    def snapshot(self, worktree: Path, git_dir: Path) -> str:
        """A commit of a working copy as it is, made here and not there."""

    def unseen(self, tips: Sequence[str], seen: Sequence[str], limit: int) -> Mapping[str, str]:
        """Commits that the tips reach and no seen tip does, newest first, at most `limit`; each with such a tip."""

    def commit(self, sha: str) -> Commit:
        """One commit."""

    def contains(self, sha: str) -> bool:
        """Whether the commit is here."""

    def read(self, sha: str, path: str, limit: int) -> bytes | None:
        """A file of a commit, None where there is none; reads at most `limit` + 1 bytes."""

    def files(self, sha: str) -> Iterator[str]:
        """Paths of a commit's files, in tree order."""

    def changed(self, sha: str, limit: int) -> list[str] | None:
        """Paths of the files that a commit changed against any of its parents, at most `limit`; None: all."""

    def nearest(self, tip: str, known: Callable[[str], bool] | Collection[str], limit: int = 20_000) -> list[str]:
        """The known commits that are nearest to one, itself included; none is an ancestor of another."""

    def pins(self) -> list[str]:
        """The commits that are pinned."""

    def unpin(self, shas: Sequence[str]) -> None:
        """Drop pins of commits that need none any more."""


class Vcs(Protocol):
    """One version control system."""

    def locate(self, path: Path) -> Location:
        """The repository that a folder belongs to."""

    def refs(self, git_dir: Path) -> Mapping[str, str]:
        """Branches (full names) and their commits; the HEADs of linked worktrees under `HEAD:<git folder>`."""

    def resolve(self, git_dir: Path, revision: str) -> str:
        """The commit that a revision names."""

    def under_way(self, git_dir: Path) -> Sequence[Operation]:
        """What is under way in a repository's working copies: rebases and the like."""

    def mirror(self, path: Path, source: Path | None = None, patience_s: float = -1) -> Mirror:
        """The mirror at a path; made where there is none, of the git folder `source`.

        Raises:
            VcsError: there is none, and no source was given.
        """
