"""An object's size, told without taking it into memory, and a commit's bytes."""

import zlib
from pathlib import Path

from dulwich.errors import ObjectFormatException
from dulwich.object_store import BaseObjectStore
from dulwich.objects import Commit, ObjectID

from fullautoci.errors import NotFoundError, VcsError
from fullautoci.vcs.git import partial
from fullautoci.vcs.git.command import Git

COMMIT_LIMIT = 16 * 1024 * 1024


def object_size(git: Git, git_dir: Path, sha: str) -> int:
    """An object's size in bytes; 0 where there is none, which whoever reads it says, or where it cannot be told.

    A loose object is zlib's, and begins with its kind, its size, and a NUL (Pro Git, "Git Internals - Git Objects");
    of one in a pack git is asked.
    """
    try:
        with (git_dir / "objects" / sha[:2] / sha[2:]).open("rb") as file:
            head = zlib.decompressobj().decompress(file.read(256), 64)
        return int(head.partition(b"\0")[0].rpartition(b" ")[2])
    except (OSError, ValueError, zlib.error):
        return _of_pack(git, git_dir, sha)


def _of_pack(git: Git, git_dir: Path, sha: str) -> int:
    try:
        answer = git(
            "cat-file", "--batch-check=%(objectsize)", git_dir=git_dir, stdin=f"{sha}\n".encode(), env=partial.LOCAL
        )
    except VcsError:  # a machine that can start no git now is no reason to refuse an object
        return 0
    return int(answer) if answer.strip().isdigit() else 0


def commit_bytes(git: Git, git_dir: Path, store: BaseObjectStore, sha: str) -> bytes:
    """A commit's bytes, also of those that dulwich refuses to take apart and git does not.

    Raises:
        NotFoundError: there is no such commit here, or it is too large to be one.
    """
    try:
        if object_size(git, git_dir, sha) > COMMIT_LIMIT:
            raise NotFoundError(f"commit {sha[:12]} is malformed: it is larger than {COMMIT_LIMIT >> 20} MB")
        kind, raw = store.get_raw(ObjectID(sha.encode("ascii")))
    except ObjectFormatException:  # it takes loose ones apart even so
        return git("cat-file", "commit", sha, git_dir=git_dir)
    except (KeyError, ValueError) as error:
        raise NotFoundError(f"commit {sha[:12]} is not in the mirror") from error
    if kind != Commit.type_num:
        raise NotFoundError(f"{sha[:12]} is no commit")
    return bytes(raw)
