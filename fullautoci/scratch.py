"""A job's own folder for its home, temporary files and reports.

It lies in one that is its home's alone, so that a sandbox can hide those of all other jobs. Its name tells whose it is,
so that what a killed worker left there can be removed.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fullautoci.paths import scratch_of
from fullautoci.vcs.git.leftovers import remove_tree


@contextlib.contextmanager
def made(tag: str) -> Iterator[Path]:
    """A folder for the job of this tag; removed at the end, whatever the job did to it."""
    home, _, job = tag.partition(":")
    folder = Path(tempfile.mkdtemp(prefix=f"{job}-", dir=scratch_of(home)))
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            remove_tree(folder)


def remove(tag: str) -> int:
    """Remove what is left of jobs that are over.

    Args:
        tag: a job's; or what the tags of all of a home's jobs begin with, up to its colon.

    Returns:
        How many folders that were.
    """
    count = 0
    home, _, job = tag.partition(":")
    for folder in scratch_of(home).glob(f"{job}-*" if job else "*"):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == os.getuid():
                remove_tree(folder)
                count += 1
    return count
