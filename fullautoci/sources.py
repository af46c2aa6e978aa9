"""A commit's files as a job goes by them: the whole checkout, and the project in it that the job is about."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from fullautoci import faults
from fullautoci.errors import PreparationError
from fullautoci.layout import FILE_LIMIT, Layout, python_layout
from fullautoci.text import one_line
from fullautoci.vcs.git.checkout import Slot

WHOLE = "."

# No job is planned where there is no folder; but what was held of a project that is gone is measured once more.
GONE = "where the project is gone for good, 'fullautoci ratchet waive' lets go what was held of it"


@dataclass(frozen=True)
class Source:
    """A commit, checked out.

    Attributes:
        commit: its hash.
        tree: what tells its files from others': the tree's hash, and with it the project where it is not the whole.
        top: the checkout.
        checkout: the project's folder in it, or the whole of it.
        project: that folder, relative to the checkout's top; `.` for the whole.
        tracked: all paths with the hashes of their contents.
        blobs: the same of the project alone, relative to its folder.
        layout: of the project.
        slot: where it is checked out.
    """

    commit: str
    tree: str
    top: Path
    checkout: Path
    project: str
    tracked: Mapping[str, str]
    blobs: Mapping[str, str]
    layout: Layout
    slot: Slot | None = None


def checked_out(slot: Slot, commit: str, tree: str, project: str = WHOLE) -> Source:
    """Check a commit out.

    Raises:
        PreparationError: it has no such project.
        VcsError: it cannot be checked out.
        NoRoomError: the disk is full.
    """
    top = slot.checkout(commit)
    faults.point("after-checkout")
    tracked = slot.blobs()
    slot.fill_lfs(tracked)
    if project == WHOLE:
        layout = python_layout(islice(tracked, FILE_LIMIT))
        return Source(commit, tree, top, top, WHOLE, tracked, tracked, layout, slot)
    start = f"{project}/"
    blobs = {path.removeprefix(start): blob for path, blob in tracked.items() if path.startswith(start)}
    folder = top / project
    if not blobs or not folder.is_dir() or not folder.resolve().is_relative_to(top.resolve()):
        raise PreparationError(f"the commit has no folder {one_line(project)}", GONE)
    named = hashlib.sha256(project.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    layout = python_layout(islice(blobs, FILE_LIMIT))
    return Source(commit, f"{tree}.{named}", top, folder, project, tracked, blobs, layout, slot)
