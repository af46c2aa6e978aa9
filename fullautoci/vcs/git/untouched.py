"""Checkouts that jobs left as git wrote them, because nothing was run in them: the next job there need not clean up.

Known to this process alone, and for a short time: what else may come by a folder is not reckoned with for longer.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEPT_S = 10.0
# Of larger ones it is not kept: a worker that waits is to be small.
FILE_LIMIT = 20_000


@dataclass(frozen=True)
class Left:
    """A checkout as it was left: of which commit and mirror, with its files' paths and hashes, and when."""

    sha: str
    mirror: Path
    blobs: Mapping[str, str]
    at: float


_LEFT: dict[Path, Left] = {}


def note(folder: Path, sha: str, mirror: Path, blobs: Mapping[str, str]) -> None:
    """Note that nobody but git has written to a slot's tree."""
    if len(blobs) <= FILE_LIMIT:
        _LEFT[folder] = Left(sha, mirror, blobs, time.monotonic())


def take(folder: Path, mirror: Path) -> Left | None:
    """How a slot's tree was left, if nobody but git has written to it; from now on that is not known any more."""
    left = _LEFT.pop(folder, None)
    if left is None or left.mirror != mirror or time.monotonic() - left.at > KEPT_S:
        return None
    tree = folder / "tree"
    return left if (tree / ".git" / "index").is_file() and not tree.is_symlink() else None
