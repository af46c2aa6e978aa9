"""Partial clones: a mirror of one is partial too, and gets a commit's files when they are needed (partial-clone(7))."""

from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.git.command import Git

SOURCE = "fullautoci-source"  # a file of a mirror: the git folder that it mirrors

FILTER = "--filter=blob:none"
# What a repository on this machine lacks is not fetched from elsewhere in its name.
LOCAL = {"GIT_ALLOW_PROTOCOL": "file", "GIT_NO_LAZY_FETCH": "1"}


def is_partial(git_dir: Path) -> bool:
    """Whether a repository may lack objects that its commits name."""
    try:
        return b"promisor" in (git_dir / "config").read_bytes().lower()
    except OSError:
        return False


def mark(git: Git, mirror: Path, source: str) -> None:
    """Make a mirror a partial clone of its source; without git's `extensions.partialClone`, which dulwich refuses."""
    for key, value in (("url", source), ("partialCloneFilter", "blob:none"), ("promisor", "true")):
        git("config", f"remote.source.{key}", value, git_dir=mirror)


def complete(git: Git, mirror: Path, sha: str, source: Path) -> None:
    """Bring a commit's files into a partial mirror.

    Raises:
        VcsError: the repository lacks some of them too; nothing is fetched from elsewhere in its name.
    """
    listing = git("rev-list", "--objects", "--no-walk", "--missing=print", sha, git_dir=mirror)
    missing = [line[1:] for line in listing.splitlines() if line.startswith(b"?")]
    if not missing:
        return
    try:
        git(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", FILTER, "--stdin", "--end-of-options", source,
            git_dir=mirror, stdin=b"\n".join(missing) + b"\n", env=LOCAL,
        )  # fmt: skip
    except VcsError as error:
        raise VcsError(
            f"the repository is a partial clone and lacks {len(missing)} of the files of {sha[:10]}",
            f"'git checkout {sha[:10]}' there brings them; then 'fullautoci run {sha[:10]}'",
        ) from error
