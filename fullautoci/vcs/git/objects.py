"""How large an object is, told without taking it into memory."""

import zlib
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.git import partial
from fullautoci.vcs.git.command import Git


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
