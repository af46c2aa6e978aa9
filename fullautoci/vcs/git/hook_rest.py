"""Hooks that stepped aside while a rebase is under way (hooks/event.sh)."""

import contextlib
import os
from pathlib import Path

from fullautoci.vcs.git import hook_folder
from fullautoci.vcs.git.hook_file import RESTING, ours
from fullautoci.vcs.git.operations import working_folders


def awaken(git_dir: Path) -> bool:
    """Put hooks back that stepped aside for a rebase, unless one is under way.

    Returns:
        Whether there was one.
    """
    resting = [
        path
        for folder in dict.fromkeys([git_dir / "hooks", *hook_folder.recorded(git_dir)])
        for path in folder.glob(f"*{RESTING}")
        if ours(path)
    ]
    if not resting or any((folder / "rebase-merge").is_dir() for folder in working_folders(git_dir)):
        return False
    for path in resting:
        target = path.with_name(path.name.removesuffix(RESTING))
        with contextlib.suppress(FileNotFoundError):  # the rebase's own end was quicker
            if os.path.lexists(target):
                path.unlink()  # a manager has come meanwhile
            else:
                path.rename(target)
    return True
