"""Rebases, `am`, and sequences of picks that are under way, told by the folders that git keeps for them."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

from fullautoci.vcs.base import Operation

SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
# Git removes these folders at the operation's end. One that nobody went on with for this long was forgotten, not
# interrupted, and must not keep a branch from being tested.
FORGOTTEN_S = 3600.0


def working_folders(git_dir: Path) -> list[Path]:
    """A repository's own git folder, and those of its linked worktrees (gitrepository-layout(5))."""
    return [git_dir, *sorted((git_dir / "worktrees").glob("*"))]


def head_of(git_dir: Path, folder: Path) -> tuple[str, str]:
    """A working copy's HEAD: a branch and an empty string, or `HEAD:<folder>` and the commit it is detached at.

    Raises:
        OSError: there is no HEAD, or it cannot be read.
        ValueError: it is neither.
    """
    head = (folder / "HEAD").read_text("utf-8", "surrogateescape").strip()
    if head.startswith("ref: "):
        return head.removeprefix("ref: ").strip(), ""
    if SHA.fullmatch(head):
        return f"HEAD:{folder.relative_to(git_dir)}", head
    raise ValueError(f"{folder} has a HEAD that is neither a branch nor a commit")


def under_way(git_dir: Path) -> list[Operation]:
    """What is under way in a repository's working copies."""
    return [found for folder in working_folders(git_dir) for found in _in(git_dir, folder)]


def _in(git_dir: Path, folder: Path) -> Iterator[Operation]:
    try:
        ref, _ = head_of(git_dir, folder)
    except (OSError, ValueError):
        return
    attached = not ref.startswith("HEAD:")
    merging, applying, sequence = folder / "rebase-merge", folder / "rebase-apply", folder / "sequencer"
    if (applying / "applying").exists():
        kind, state = "am", applying
    elif merging.is_dir() or applying.is_dir():
        kind, state = "rebase", merging if merging.is_dir() else applying
        if attached:  # it has not detached HEAD yet, or has put the branch back already: its picks are over
            return
    elif sequence.is_dir():
        kind, state = "cherry-pick or revert", sequence
    else:
        return
    if kind == "rebase" or _lately(state):
        yield Operation(kind, folder, ref)


def _lately(state: Path) -> bool:
    try:
        newest = max(entry.stat().st_mtime for entry in (state, *state.iterdir()))
    except OSError:  # it ended as we looked
        return False
    return time.time() - newest < FORGOTTEN_S
