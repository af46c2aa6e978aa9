"""Handing folders to the user that a container's programs run as."""

import contextlib
import os
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.git.command import Git


def hand_over(folder: Path, uid: int, gid: int) -> int:
    """Make a user the owner of a folder and of all in it.

    Folders are walked by descriptor and no link is followed: nothing that is put in a folder's place meanwhile can lead
    out of it.

    Returns:
        How many things changed their owner.
    """
    count = 0
    for _, folders, files, descriptor in os.fwalk(folder, follow_symlinks=False):
        for name in (".", *folders, *files):
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            if (status.st_uid, status.st_gid) != (uid, gid):
                os.chown(name, uid, gid, dir_fd=descriptor, follow_symlinks=False)
                count += 1
    return count


def hand_checkout_over(checkout: Path, git_config: Path, uid: int, gid: int) -> None:
    """The same for a slot's checkout, whose index is then told: else the next checkout would write every file anew.

    A file whose content is not the index's stays what it is to git: changed.
    """
    index = checkout.parent / "index"
    if hand_over(checkout, uid, gid) and index.is_file():
        with contextlib.suppress(VcsError):  # some file is not as it was committed, as a filled LFS pointer
            Git(git_config)(
                "update-index", "-q", "--refresh", git_dir=checkout / ".git", work_tree=checkout, cwd=checkout,
                env={"GIT_INDEX_FILE": str(index)},
            )  # fmt: skip
