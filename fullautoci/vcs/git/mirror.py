"""Our own bare copy of a watched repository, with a pin (a ref) on every commit that an event named."""

import contextlib
import os
import stat
import tempfile
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, ObjectID, Tree
from dulwich.repo import Repo

from fullautoci.errors import BusyError, VcsError
from fullautoci.model import Commit
from fullautoci.vcs.git import changes, history, partial
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.commit import parse_commit
from fullautoci.vcs.git.objects import commit_bytes, object_size
from fullautoci.vcs.git.partial import SOURCE
from fullautoci.vcs.git.stale import remove_locks

PINS = "refs/fullautoci/pins/"
HEADS = "refs/fullautoci/heads/"
READABLE = 1024 * 1024
# From so many single files on, a mirror is packed.
LOOSE = 2_000
LINK, SUBMODULE = 0o120000, 0o160000


_locks: dict[Path, threading.Lock] = {}


class GitMirror:
    """One mirror; its writers take turns, whoever opened it."""

    def __init__(self, git: Git, path: Path, patience_s: float = -1) -> None:
        self.path = path
        self._git = git
        self._patience_s = patience_s
        self._lock = _locks.setdefault(path, threading.Lock())

    @classmethod
    def open(cls, git: Git, path: Path, source: Path | None = None, patience_s: float = -1) -> "GitMirror":
        """The mirror at a path; made where there is none, by rename, so that half of one is never seen.

        Args:
            source: the git folder that it mirrors, whose object format it gets; for making it.
            patience_s: how long its writing waits for another's; -1: as long as that takes.

        Raises:
            BusyError: others took longer, then or later.
        """
        mirror = cls(git, path, patience_s)
        if not (path / "HEAD").is_file():
            with mirror._turn():
                mirror._make(source)
        return mirror

    def _make(self, source: Path | None) -> None:
        if (self.path / "HEAD").is_file():
            return  # by whoever had the turn before us
        new = self.path.with_name(f".{self.path.name}.new")
        form = self._git("rev-parse", "--show-object-format", git_dir=source) if source else b"sha1"
        self._git("init", "--quiet", "--bare", f"--object-format={form.decode('ascii').strip()}", "--", new)
        if source:
            (new / SOURCE).write_bytes(os.fsencode(source))
        new.rename(self.path)

    @contextlib.contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._lock.acquire(timeout=self._patience_s):
            raise BusyError("commits of this repository are being fetched", "try again in a moment")
        try:
            yield
        finally:
            self._lock.release()

    def fetch(self, source: str, shas: Sequence[str]) -> list[str]:
        """Bring all branches and these commits over, and pin the commits.

        Returns:
            The commits that the source no longer has.

        Raises:
            VcsError: the source cannot be read at all, or a commit that it has cannot be fetched.
        """
        with self._turn():
            pins = [f"{sha}:{PINS}{sha}" for sha in dict.fromkeys(shas)]
            try:
                self._fetch(source, pins)
            except VcsError:
                remove_locks(self.path)  # of a git that was killed: it is our turn, and nobody else's
                # One commit that is gone fails the whole fetch: bring the branches, then each commit by itself.
                self._fetch(source, [])
                return [pin[: pin.index(":")] for pin in pins if not self._fetched(source, pin)]
            return []

    def _fetch(self, source: str, pins: Sequence[str]) -> None:
        self._git(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--prune", "--force", "--update-shallow",
            *self._filter(source), "--end-of-options", source, f"+refs/heads/*:{HEADS}*", *pins,
            git_dir=self.path, env=partial.LOCAL,
        )  # fmt: skip

    def _filter(self, source: str) -> list[str]:
        if not partial.is_partial(Path(source)):
            return []
        if not partial.is_partial(self.path):
            partial.mark(self._git, self.path, source)
        return [partial.FILTER]

    def complete(self, sha: str) -> None:
        """Have all files of a commit here; a mirror of a partial clone gets them when they are asked for.

        Raises:
            VcsError: the repository lacks some of them.
        """
        if partial.is_partial(self.path):
            source = Path(os.fsdecode((self.path / SOURCE).read_bytes()))
            with self._turn():
                partial.complete(self._git, self.path, sha, source)

    def heads(self) -> dict[str, str]:
        """The branches as they were last fetched, by their full names, each with its commit."""
        return {f"refs/heads/{name}": sha for name, sha in self._refs(HEADS).items()}

    def pins(self) -> list[str]:
        """The commits that are pinned."""
        return list(self._refs(PINS).values())

    def _refs(self, prefix: str) -> dict[str, str]:
        listing = self._git("for-each-ref", "--format=%(objectname) %(refname)", prefix, git_dir=self.path)
        found = (os.fsdecode(line).partition(" ") for line in listing.splitlines())
        return {name.removeprefix(prefix): sha for sha, _, name in found}

    def _fetched(self, source: str, pin: str) -> bool:
        """Fetch one commit; False where the source has it no longer."""
        sha = pin[: pin.index(":")]
        try:
            if self.contains(sha):
                self._git("update-ref", PINS + sha, sha, git_dir=self.path)
            else:
                self._git(
                    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow",
                    *self._filter(source), "--end-of-options", source, pin, git_dir=self.path, env=partial.LOCAL,
                )  # fmt: skip
        except VcsError:
            if self._still_has(source, sha):
                raise  # so it is not the commit that is at fault
            return False
        return True

    def _still_has(self, source: str, sha: str) -> bool:
        answer = self._git(
            "-c", "safe.bareRepository=all", "cat-file", "--batch-check",
            git_dir=Path(source), stdin=f"{sha}^{{commit}}\n".encode(), env=partial.LOCAL,
        )  # fmt: skip
        return b" commit " in answer

    def snapshot(self, worktree: Path, git_dir: Path) -> str:
        """A commit of a working copy as it is, made here and not there; what `.gitignore` names is left out.

        Returns:
            The commit, a child of HEAD's where there is one.
        """
        head = self._git("rev-parse", "--verify", "--quiet", "HEAD", cwd=worktree, ok=(0, 1)).decode().strip()
        with self._turn(), tempfile.TemporaryDirectory(prefix="fullautoci-") as folder:
            if head and not self.contains(head):
                self._fetch(str(git_dir), [f"{head}:{PINS}{head}"])
            place = {"GIT_INDEX_FILE": f"{folder}/index", "GIT_DIR": str(self.path), "GIT_WORK_TREE": str(worktree)}
            settings = ["-c", f"core.excludesFile={git_dir / 'info/exclude'}", "-c", "core.bare=false"]
            if head:  # so that what is tracked and ignored is taken too
                self._git("read-tree", head, env=place)
            self._git(*settings, "add", "--all", ".", cwd=worktree, env=place)
            tree = self._git("write-tree", env=place).decode("ascii").strip()
            parent = ["-p", head] if head else []
            made = self._git("commit-tree", tree, *parent, "-m", "uncommitted changes", git_dir=self.path)
            sha = made.decode("ascii").strip()
            self._git("update-ref", PINS + sha, sha, git_dir=self.path)
            return sha

    def unseen(self, tips: Sequence[str], seen: Sequence[str], limit: int) -> dict[str, str]:
        """Commits that the tips reach and no seen tip does, newest first, at most `limit`; each with such a tip.

        Seen tips that the mirror lacks (registered before anything was fetched, since pruned) exclude nothing.
        """
        with self._open() as repo:
            known = [sha for sha in seen if ObjectID(sha.encode()) in repo.object_store]
        lines = [*tips, *(f"^{sha}" for sha in known)]
        listing = self._git(
            "log", "--format=%H %S", "--no-show-signature", "--topo-order", f"--max-count={limit}", "--stdin",
            git_dir=self.path, stdin="".join(f"{line}\n" for line in lines).encode(),
        )  # fmt: skip
        return dict(line.split(" ", 1) for line in listing.decode("ascii").splitlines())

    def contains(self, sha: str) -> bool:
        """Whether the commit is here."""
        with self._open() as repo:
            return ObjectID(sha.encode()) in repo.object_store

    def commit(self, sha: str) -> Commit:
        """One commit.

        Raises:
            NotFoundError: there is no such commit here.
        """
        with self._open() as repo:
            return parse_commit(sha, self._raw(repo, sha))

    def read(self, sha: str, path: str, limit: int) -> bytes | None:
        """A file of a commit, None where there is none or it is no plain file; at most `limit` + 1 bytes of it.

        One that is far larger is not taken into memory: as many zeros stand for it.
        """
        self.complete(sha)
        with self._open() as repo:
            here: object = repo.object_store[self._tree(repo, sha)]
            for part in path.encode().split(b"/"):
                if not isinstance(here, Tree) or part not in here:
                    return None
                mode, child = here[part]
                if mode in (LINK, SUBMODULE):
                    return None
                if (
                    not stat.S_ISDIR(mode)
                    and object_size(self._git, self.path, child.decode("ascii")) > limit + READABLE
                ):
                    return bytes(limit + 1)
                here = repo.object_store[child]
            return here.data[: limit + 1] if isinstance(here, Blob) else None

    def files(self, sha: str) -> Iterator[str]:
        """Paths of a commit's files in tree order; bytes that are no UTF-8 as surrogates."""
        self.complete(sha)
        with self._open() as repo:
            for entry in iter_tree_contents(repo.object_store, self._tree(repo, sha)):
                if entry.path is not None:
                    yield entry.path.decode("utf-8", "surrogateescape")

    def changed(self, sha: str, limit: int) -> list[str] | None:
        """Paths of the files that a commit changed against any of its parents, sorted.

        Returns:
            None where everything counts as changed: it has no parents, they are not here, or it changed more than that.
        """
        with self._open() as repo:
            commit = parse_commit(sha, self._raw(repo, sha))
            return changes.of(self._git, self.path, repo.object_store, commit, limit)

    def nearest(self, tip: str, known: Callable[[str], bool] | Collection[str], limit: int = 20_000) -> list[str]:
        """The known commits that are nearest to one, itself included; none is an ancestor of another.

        Args:
            limit: how many commits are looked at.

        Raises:
            VcsError: the commit is not here.
        """
        return history.nearest(self._git, self.path, tip, known, limit)

    def unpin(self, shas: Sequence[str]) -> None:
        """Drop the pins of commits that a branch of the mirror reaches; the others keep theirs."""
        with self._turn():
            listing = self._git("for-each-ref", "--format=%(objectname)", HEADS, git_dir=self.path)
            tips = listing.decode("ascii").split()
            over = set(shas).intersection(self.pins())
            loose = set(self.unseen(sorted(over), tips, 10_000_000)) if over else set()
            lines = "".join(f"delete {PINS}{sha}\n" for sha in over - loose)
            self._git("update-ref", "--stdin", git_dir=self.path, stdin=lines.encode())
            self._git("pack-refs", "--all", git_dir=self.path)

    def pack(self) -> None:
        """Put what lies about in single files into one, where there are many; nothing is dropped.

        Raises:
            VcsError: git could not.
        """
        if sum(1 for _ in self.path.glob("objects/[0-9a-f][0-9a-f]/*")) < LOOSE:
            return
        with self._turn():
            self._git("repack", "-d", "-q", "--no-write-bitmap-index", git_dir=self.path)

    def _open(self) -> Repo:
        try:
            return Repo(str(self.path))
        except NotGitRepository as error:
            raise VcsError(f"the mirror {self.path} is gone", "'fullautoci init' makes it anew") from error

    def _raw(self, repo: Repo, sha: str) -> bytes:
        return commit_bytes(self._git, self.path, repo.object_store, sha)

    def _tree(self, repo: Repo, sha: str) -> ObjectID:
        return ObjectID(parse_commit(sha, self._raw(repo, sha)).tree.encode("ascii"))
