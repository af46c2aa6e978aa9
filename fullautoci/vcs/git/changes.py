"""Which files a commit changed against its parents."""

import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from dulwich.errors import FileFormatException
from dulwich.object_store import BaseObjectStore
from dulwich.objects import ObjectID, Tree

from fullautoci.errors import NotFoundError
from fullautoci.model import Commit
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.commit import parse_commit
from fullautoci.vcs.git.objects import commit_bytes

# Hostile trees have no end of folders, or of what is in them.
FOLDER_LIMIT = 10_000
ENTRY_LIMIT = 1_000_000

Entries = Mapping[bytes, tuple[int, bytes]]


class _TooMuch(Exception):
    """There is more than can be told in a bounded time."""


def of(git: Git, git_dir: Path, store: BaseObjectStore, commit: Commit, limit: int) -> list[str] | None:
    """Paths of the files that a commit changed against any of its parents, sorted; no UTF-8 as surrogates.

    Returns:
        None where it has no parents, they are not here, or there is more than the limit to tell.
    """
    found: set[bytes] = set()
    trees = _Trees(store)
    try:
        for parent in commit.parents:
            before = parse_commit(parent, commit_bytes(git, git_dir, store, parent)).tree
            for path in trees.differing(before.encode("ascii"), commit.tree.encode("ascii")):
                found.add(path)
                if len(found) > limit:
                    return None
    except (_TooMuch, NotFoundError, KeyError, ValueError, FileFormatException):  # shallow clones, damaged trees
        return None
    return [path.decode("utf-8", "surrogateescape") for path in sorted(found)] if commit.parents else None


class _Trees:
    """Compares trees, up to the limits altogether."""

    def __init__(self, store: BaseObjectStore) -> None:
        self._store = store
        self._folders = FOLDER_LIMIT
        self._entries = ENTRY_LIMIT

    def differing(self, before: bytes, after: bytes) -> Iterator[bytes]:
        """Paths of the files in which two trees differ."""
        ahead: list[tuple[bytes, bytes | None, bytes | None]] = [(b"", before, after)]
        while ahead:
            folder, one, other = ahead.pop()
            if one == other:
                continue
            old, new = self._read(one), self._read(other)
            for name in {name for name, _ in old.items() ^ new.items()}:
                path, was, now = folder + name, old.get(name), new.get(name)
                left, right = _folder(was), _folder(now)
                if left or right:
                    ahead.append((path + b"/", left, right))
                if (was and not left) or (now and not right):
                    yield path

    def _read(self, sha: bytes | None) -> Entries:
        if sha is None:
            return {}
        tree = self._store[ObjectID(sha)]
        if not isinstance(tree, Tree):
            raise KeyError(sha)
        self._folders -= 1
        self._entries -= len(tree)
        if self._folders < 0 or self._entries < 0:
            raise _TooMuch
        return {entry.path: (entry.mode, entry.sha) for entry in tree.items() if entry.path and entry.sha is not None}


def _folder(entry: tuple[int, bytes] | None) -> bytes | None:
    return entry[1] if entry and stat.S_ISDIR(entry[0]) else None
