"""Questions about the user's repository; it is only read."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from fullautoci.errors import RepositoryGoneError, UsageError, VcsError
from fullautoci.text import one_line
from fullautoci.vcs.base import Location, Operation
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.hook_rest import awaken
from fullautoci.vcs.git.mirror import GitMirror
from fullautoci.vcs.git.operations import head_of, under_way, working_folders


class GitVcs:
    """Git, as the house sees it."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def locate(self, path: Path) -> Location:
        """The repository that a folder belongs to.

        Raises:
            UsageError: the folder is in no repository.
        """
        if not _is_folder(path):
            raise UsageError(f"there is no folder {one_line(str(path))}")
        try:
            answer = self._git(
                "-c",
                "safe.bareRepository=all",
                "rev-parse",
                "--path-format=absolute",
                "--git-common-dir",
                "--is-bare-repository",
                cwd=path,
            )
        except VcsError as error:
            if "dubious ownership" in error.message or "safe.directory" in error.message:  # its last words
                raise UsageError(
                    f"the repository at {one_line(str(path))} belongs to another user",
                    "run this as that user, or take the folder over",
                ) from error
            raise UsageError(
                f"{one_line(str(path))} is not in a git repository", "run this in one, or make one with 'git init'"
            ) from error
        lines = os.fsdecode(answer).rstrip("\n").split("\n")
        git_dir, bare = Path("\n".join(lines[:-1])).resolve(), lines[-1] == "true"
        if bare:
            return Location(git_dir, None, "bare")
        top = os.fsdecode(self._git("rev-parse", "--path-format=absolute", "--show-toplevel", cwd=path))
        return Location(git_dir, Path(top.removesuffix("\n")), "working")

    def common_dir(self, git_dir: Path) -> Path:
        """The folder that a git folder shares with its linked worktrees: itself, unless it is one of theirs."""
        pointer = git_dir / "commondir"
        if pointer.is_file():
            return (git_dir / os.fsdecode(pointer.read_bytes()).rstrip("\n")).resolve()
        return git_dir.resolve()

    def refs(self, git_dir: Path) -> Mapping[str, str]:
        """Branches and the HEADs of linked worktrees, each with its commit.

        Raises:
            RepositoryGoneError: there is no repository any more.
        """
        try:
            there = (git_dir / "HEAD").is_file()
        except OSError:
            there = False
        if not there:
            raise RepositoryGoneError(f"there is no repository at {one_line(str(git_dir))} any more")
        listing = self._git("for-each-ref", "--format=%(objectname) %(refname)", "refs/heads", git_dir=git_dir)
        found = {}
        for line in listing.splitlines():
            sha, _, name = os.fsdecode(line).partition(" ")
            found[name] = sha
        found.update(self._heads(git_dir))
        return found

    def _heads(self, git_dir: Path) -> Iterator[tuple[str, str]]:
        """Detached HEADs: of the repository itself and of its linked worktrees."""
        for folder in working_folders(git_dir):
            with contextlib.suppress(OSError, ValueError):
                name, sha = head_of(git_dir, folder)
                if sha:
                    yield name, sha

    def under_way(self, git_dir: Path) -> list[Operation]:
        """What is under way in a repository's working copies: rebases and the like."""
        return under_way(git_dir)

    def resolve(self, git_dir: Path, revision: str, cwd: Path | None = None) -> str:
        """The commit that a revision names.

        Raises:
            UsageError: it names none.
        """
        try:
            answer = self._git(
                "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}",
                cwd=cwd, git_dir=None if cwd else git_dir,
            )  # fmt: skip
        except VcsError as error:
            raise UsageError(f"'{one_line(revision)}' names no commit in this repository") from error
        return answer.decode("ascii").strip()

    def files(self, git_dir: Path, sha: str) -> Iterator[str]:
        """Paths of a commit's files, in tree order."""
        listing = self._git("ls-tree", "-r", "-z", "--name-only", "--full-tree", sha, git_dir=git_dir)
        for name in listing.split(b"\0"):
            if name:
                yield os.fsdecode(name)

    def read(self, git_dir: Path, sha: str, path: str) -> bytes | None:
        """A file of a commit, None where there is none."""
        listing = self._git("ls-tree", "-z", "--full-tree", sha, "--", path, git_dir=git_dir)
        mode, _, rest = listing.partition(b" blob ")
        if not mode or not rest:
            return None
        return self._git("cat-file", "blob", rest.partition(b"\t")[0].decode("ascii"), git_dir=git_dir)

    def between(self, git_dir: Path, revisions: str, limit: int) -> list[str]:
        """The commits of a range `A..B`, newest first.

        Raises:
            UsageError: the range names no commits.
        """
        try:
            listing = self._git(
                "rev-list", f"--max-count={limit}", "--end-of-options", revisions, "--", git_dir=git_dir
            )
        except VcsError as error:
            raise UsageError(f"'{one_line(revisions)}' is no range of commits in this repository") from error
        return listing.decode("ascii").split()

    def awaken_hooks(self, git_dir: Path) -> bool:
        """Put hooks back that rested while a rebase was under way."""
        return awaken(git_dir)

    def mirror(self, path: Path, source: Path | None = None, patience_s: float = -1) -> GitMirror:
        """The mirror at a path; made where there is none, of the git folder `source`.

        Args:
            patience_s: how long its writing waits for another's; -1: as long as that takes.

        Raises:
            VcsError: there is none, and no source was given.
        """
        if source is None and not (path / "HEAD").is_file():
            raise VcsError(f"there is no mirror {path}", "'fullautoci init' in the repository makes it anew")
        return GitMirror.open(self._git, path, source, patience_s)


def _is_folder(path: Path) -> bool:
    """Whether there is such a folder; a path that is too long, or no path at all, is none."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
