"""Room on disks: whether an error means that there is none, and where it is short."""

import errno
import os
from collections.abc import Iterable
from pathlib import Path

# Below this nobody can count on a write that is not tiny.
SHORT = 16 * 1024 * 1024
HINT = "make room: it goes on by itself"
WORDS = ("No space left on device", "Disk quota exceeded")


def is_full(error: BaseException) -> bool:
    """Whether an error is the system's word that a disk or quota is full."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def said(text: str) -> bool:
    """Whether a program said so."""
    return any(words in text for words in WORDS)


def short(places: Iterable[Path]) -> Path | None:
    """The first of these folders whose disk has hardly any room left, or no room for one more file."""
    for place in places:
        there = next(one for one in (place, *place.parents) if one.exists())
        found = os.statvfs(there)
        if found.f_bavail * found.f_frsize < SHORT or (found.f_files and not found.f_favail):
            return place
    return None
