"""Git LFS: pointers in a checkout are replaced by the files they stand for, as far as the repository has them.

A pointer is a small text file (https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md); the files lie in the git
folder's `lfs/objects`, named by their SHA-256. Nothing is downloaded.
"""

import hashlib
import os
import re
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.text import one_line

POINTER_LIMIT = 1024
_POINTER = re.compile(
    rb"version https://[^\n]*git-lfs[^\n]*/spec/v1\n(?:ext-[^\n]*\n)*oid sha256:([0-9a-f]{64})\nsize (\d{1,18})\n"
)
_CHUNK = 1024 * 1024


def fill(tree: Path, paths: Iterable[str], store: Path | None) -> int:
    """Put files in place of the pointers in a checkout.

    Args:
        paths: the checkout's files, relative to it.
        store: `lfs/objects` of the repository; None: there is none.

    Returns:
        How many pointers there were.

    Raises:
        VcsError: a file is not in the store, or is not what its pointer says.
    """
    wanted = list(_pointers(tree, list(paths)))
    for path, digest in wanted:
        found = store / digest[:2] / digest[2:4] / digest if store else None
        if found is None or not found.is_file():
            raise VcsError(
                f"{one_line(str(path.relative_to(tree)))} is kept by Git LFS, and the repository has only its pointer",
                "'git lfs pull' in the repository brings it; then run this again",
            )
        if _sha256(found) != digest:
            raise VcsError(
                f"the LFS file of {one_line(str(path.relative_to(tree)))} is damaged", "'git lfs fsck' tells more"
            )
        _replace(path, found)
    return len(wanted)


def _pointers(tree: Path, paths: list[str]) -> Iterator[tuple[Path, str]]:
    attributes = (tree / path for path in paths if path.rpartition("/")[2] == ".gitattributes")
    if not any(b"filter=lfs" in _small(path, 1024 * 1024) for path in attributes):
        return
    for name in paths:
        match = _POINTER.fullmatch(_small(tree / name, POINTER_LIMIT))
        if match:
            yield tree / name, match[1].decode("ascii")


def _small(path: Path, limit: int) -> bytes:
    """A regular file's bytes; nothing of a larger one, a link, or what is not there."""
    try:
        status = path.lstat()
        return path.read_bytes() if stat.S_ISREG(status.st_mode) and status.st_size <= limit else b""
    except OSError:
        return b""


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _replace(path: Path, found: Path) -> None:
    mode = stat.S_IMODE(path.stat().st_mode)
    temporary = path.with_name(f".{path.name[:100]}.{os.getpid()}")
    shutil.copyfile(found, temporary)
    temporary.chmod(mode)
    temporary.replace(path)
