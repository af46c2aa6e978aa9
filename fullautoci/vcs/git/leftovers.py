"""What a job leaves behind, and how it is got rid of, whatever names, kinds, modes and depths it gave it.

`git clean` is not enough: it leaves special files, repositories made in tracked folders, what lies in a submodule's
folder, and the modes of folders.
"""

import itertools
import os
import shutil
import stat
import uuid
from collections.abc import Collection, Iterable
from pathlib import Path


def sweep(tree: Path, files: Collection[str], empty: Iterable[str], mode: int) -> None:
    """Remove whatever is not among these files, or not in their folders, and give all folders that mode.

    Git's own folder at the top is left alone. What stands in a file's place without being a folder is the next
    checkout's to put right: git sees it.

    Args:
        files: paths relative to the tree.
        empty: folders to be kept, without anything in them.

    Raises:
        OSError: something cannot be removed.
    """
    folders = _above(files) | _above(empty) | set(empty)
    left = [""]
    while left:
        here = left.pop()
        folder = os.path.join(tree, here)  # noqa: PTH118 - a Path each would cost more than the rest
        if stat.S_IMODE(os.lstat(folder).st_mode) != mode:
            os.chmod(folder, mode)  # noqa: PTH101
        with os.scandir(folder) as entries:
            for entry in list(entries):
                name = here + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if name in folders:
                        left.append(f"{name}/")
                    elif name != ".git":
                        remove_tree(Path(entry.path))
                elif name not in files:
                    Path(entry.path).unlink()


def _above(paths: Iterable[str]) -> set[str]:
    """All folders on the way to these paths."""
    found: set[str] = set()
    for path in paths:
        folder = path.rpartition("/")[0]
        while folder and folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]
    return found


def remove_tree(path: Path) -> None:
    """Remove a folder and all in it, whatever modes and depth a job gave them; nothing where there is none.

    Raises:
        OSError: something in it cannot be removed even so (another user's, or a file system gone read-only).
    """
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        try:
            shutil.rmtree(path)
        except (OSError, RecursionError):
            _remove_hard(path)


def _remove_hard(top: Path) -> None:
    """Remove a folder in which some are closed, or so deep that neither paths nor a recursion reach the bottom.

    Every folder is opened, and moved right below the top before it is emptied: no path gets long.
    """
    ours, numbers = uuid.uuid4().hex, itertools.count()
    left = [top]
    while left:
        here = left.pop()
        here.chmod(stat.S_IRWXU)
        with os.scandir(here) as entries:
            for entry in list(entries):
                path = Path(entry.path)
                if not entry.is_dir(follow_symlinks=False):
                    path.unlink()
                    continue
                if here != top:
                    path.chmod(stat.S_IRWXU)  # else it could not be moved
                    path = path.rename(top / f"{ours}-{next(numbers)}")
                left.append(path)
        if here != top:
            here.rmdir()
    top.rmdir()
