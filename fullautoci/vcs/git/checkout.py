"""A checkout slot: a small repository of its own that is kept, so that a checkout costs the diff and not the tree.

What a job may have done to it must not reach the next job: configuration and hooks are written anew, our index is kept
outside, everything that is not the last commit's is removed before git sees it, and a slot that cannot be cleaned is
replaced. Where a job ran nothing, none of that is needed for the next.
"""

import os
import shutil
import stat
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from fullautoci import room
from fullautoci.errors import NoRoomError, VcsError
from fullautoci.vcs.git import lfs, untouched
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.leftovers import remove_tree, sweep
from fullautoci.vcs.git.partial import SOURCE

SUBMODULE = "160000"

CONFIG = """\
[core]
\trepositoryFormatVersion = {version}
\tfileMode = true
\tbare = false
\tlogAllRefUpdates = false
{extensions}"""


class Slot:
    """One slot.

    Args:
        folder: the slot's own folder; the checkout is `folder/tree`.
        mirror: the bare repository whose objects it borrows.
    """

    def __init__(self, git: Git, folder: Path, mirror: Path) -> None:
        self._git = git
        self._folder = folder
        self._mirror = mirror
        self.tree = folder / "tree"
        self._sha = ""
        self._blobs: Mapping[str, str] | None = None
        self._is_gits = True

    def checkout(self, sha: str) -> Path:
        """Make the slot's tree that commit's, and nothing else.

        Returns:
            The tree.

        Raises:
            VcsError: the commit cannot be checked out even in a new slot.
            NoRoomError: the disk is full.
        """
        left = untouched.take(self._folder, self._mirror)
        self._sha, self._blobs, self._is_gits = sha, left.blobs if left and left.sha == sha else None, True
        try:
            if (self._folder / "index").is_file():
                return self._go_on(left, sha) if left else self._switch(sha)
        except (VcsError, OSError) as error:
            self._unless_full(error)  # else: whatever a job or a kill left here, replace the slot
        try:
            remove_tree(self._folder)
        except OSError:  # another user's files, left by a job: put aside what is left of it
            aside = self._folder.with_name(f".{self._folder.name}.{time.time_ns()}")
            self._folder.rename(aside)
            shutil.rmtree(aside, ignore_errors=True)
        try:
            self._folder.mkdir(parents=True)
            self.tree.mkdir()
            return self._switch(sha)
        except OSError as error:
            self._unless_full(error)
            raise VcsError(f"the commit could not be checked out: {error.strerror or error}") from error

    def leave_untouched(self) -> None:
        """Say that since `checkout` nobody but git has written to the tree, and nobody will."""
        if self._sha and self._is_gits:
            untouched.note(self._folder, self._sha, self._mirror, self.blobs())

    def _unless_full(self, error: Exception) -> None:
        """
        Raises:
            NoRoomError: the disk is full, which no other slot would help.
        """
        if room.is_full(error) or room.short([self._folder]):  # git does not always say why it cannot write
            raise NoRoomError(f"there is no room for a checkout in {self._folder}", room.HINT) from error

    def bones(self, sha: str) -> None:
        """Make the slot a repository at a commit, without its files: for who reads objects by it."""
        self.tree.mkdir(parents=True, exist_ok=True)
        self._repair(sha)

    def fill_lfs(self, paths: Iterable[str]) -> int:
        """Put files in place of Git LFS's pointers; how many there were.

        Raises:
            VcsError: the repository has only the pointer of one.
        """
        source = self._mirror / SOURCE
        store = Path(os.fsdecode(source.read_bytes())) / "lfs/objects" if source.is_file() else None
        filled = lfs.fill(self.tree, paths, store)
        self._is_gits = self._is_gits and not filled
        return filled

    def blobs(self) -> Mapping[str, str]:
        """Paths of the files that were checked out, odd bytes as surrogates, each with its blob's hash."""
        if self._blobs is None:
            self._blobs = {path: sha for _, sha, path in self._listing()}
        return self._blobs

    def _listing(self) -> Iterator[tuple[str, str, str]]:
        """Kind, hash and path of what our index has."""
        listing = self._git(
            "ls-files", "--stage", "-z", git_dir=self.tree / ".git", env={"GIT_INDEX_FILE": str(self._folder / "index")}
        )
        for line in listing.split(b"\0"):
            if line:
                meta, _, path = os.fsdecode(line).partition("\t")
                kind, sha, _ = meta.split(" ")
                yield kind, sha, path

    def _switch(self, sha: str) -> Path:
        if self.tree.is_symlink():
            raise OSError("the tree was replaced by a link")
        mode = stat.S_IMODE(self._folder.stat().st_mode)
        self.tree.chmod(mode)
        self._repair(sha)
        (self._folder / "index.lock").unlink(missing_ok=True)
        # Before git writes anything: attributes that a job left would say how files are written.
        before = list(self._listing())
        links = [path for kind, _, path in before if kind == SUBMODULE]
        sweep(self.tree, {path for kind, _, path in before if kind != SUBMODULE}, links, mode)
        return self._read(sha)

    def _go_on(self, left: untouched.Left, sha: str) -> Path:
        """Make a tree that is clean that commit's."""
        if left.sha == sha:
            return self.tree
        self._point(sha)
        return self._read(sha)

    def _read(self, sha: str) -> Path:
        git_dir = self.tree / ".git"
        place = {"git_dir": git_dir, "work_tree": self.tree, "cwd": self.tree}
        env = {"GIT_INDEX_FILE": str(self._folder / "index")}
        self._git("read-tree", "--reset", "-u", sha, env=env, **place)  # type: ignore[arg-type]
        shutil.copyfile(self._folder / "index", git_dir / "index")
        return self.tree

    def _repair(self, sha: str) -> None:
        """The slot's repository, written anew: HEAD, configuration, where the objects are, and nothing more."""
        git_dir = self.tree / ".git"
        remove_tree(git_dir)
        for name in ("objects/info", "refs/heads", "info"):
            (git_dir / name).mkdir(parents=True)
        self._point(sha)
        sha256 = len(sha) == 64
        (git_dir / "config").write_text(
            CONFIG.format(version=int(sha256), extensions="[extensions]\n\tobjectFormat = sha256\n" if sha256 else "")
        )
        (git_dir / "objects/info/alternates").write_bytes(os.fsencode(self._mirror / "objects") + b"\n")

    def _point(self, sha: str) -> None:
        """HEAD, and where the history ends."""
        git_dir = self.tree / ".git"
        (git_dir / "HEAD").write_text(f"{sha}\n")
        shallow = self._mirror / "shallow"
        if shallow.is_file():
            shutil.copyfile(shallow, git_dir / "shallow")
