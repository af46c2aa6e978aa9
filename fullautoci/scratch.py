"""A job's own folder for its home, temporary files and reports.

It lies in the system's temporary folder, where paths are short: sockets are made in it. Its name tells whose it is, so
that what a killed worker left there can be removed.
"""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from fullautoci.vcs.git.leftovers import remove_tree


def _prefix(tag: str) -> str:
    return f"fullautoci-{tag.replace(':', '-')}"


@contextlib.contextmanager
def made(tag: str) -> Iterator[Path]:
    """A folder for the job of this tag; removed at the end, whatever the job did to it."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_prefix(tag)}-"))
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
    end = "*" if tag.endswith(":") else "-*"
    for folder in Path(tempfile.gettempdir()).glob(_prefix(tag) + end):
        with contextlib.suppress(OSError):
            if folder.lstat().st_uid == os.getuid():
                remove_tree(folder)
                count += 1
    return count
