"""What lies behind a commit: the nearest commits of which something is known."""

from collections import deque
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from fullautoci.vcs.git import partial
from fullautoci.vcs.git.command import Git

# What is near is found in a short walk; only where it is not, a longer one is taken.
WALKS = (200, 2_000)
NEAREST = 50


def nearest(git: Git, git_dir: Path, tip: str, known: Callable[[str], bool] | Collection[str], limit: int) -> list[str]:
    """The known commits that are nearest to a commit, itself included; none is an ancestor of another.

    Args:
        limit: how many commits are looked at; at most 50 are found.

    Raises:
        VcsError: the commit is not here, or the history cannot be read.
    """
    asked = known if callable(known) else known.__contains__
    found: list[str] = []
    for most in (*(walk for walk in WALKS if walk < limit), limit):
        rows = _rows(git, git_dir, tip, most)
        found, complete = _walk(tip, rows, asked)
        if complete or len(rows) < most:
            break
    return _independent(git, git_dir, found[:NEAREST])


def _rows(git: Git, git_dir: Path, tip: str, limit: int) -> dict[str, list[str]]:
    """Commits that one reaches, each with its parents."""
    listing = git(
        "rev-list", "--parents", f"--max-count={limit}", "--end-of-options", tip, "--",
        git_dir=git_dir, env=partial.LOCAL,
    )  # fmt: skip
    return {line[0]: line[1:] for line in (line.split() for line in listing.decode("ascii").splitlines())}


def _walk(tip: str, rows: Mapping[str, list[str]], known: Callable[[str], bool]) -> tuple[list[str], bool]:
    """The known commits that are met first on every way, and whether every way was walked to its end."""
    found, complete = [], True
    seen, ahead = {tip}, deque([tip])
    while ahead:
        here = ahead.popleft()
        if known(here):
            found.append(here)
            continue
        if here not in rows:
            complete = False
        further = [parent for parent in rows.get(here, ()) if parent not in seen]
        seen.update(further)
        ahead.extend(dict.fromkeys(further))
    return found, complete


def _independent(git: Git, git_dir: Path, found: list[str]) -> list[str]:
    if len(found) < 2:
        return found
    answer = git("merge-base", "--independent", *found, git_dir=git_dir, env=partial.LOCAL)
    left = set(answer.decode("ascii").split())
    return [sha for sha in found if sha in left]
