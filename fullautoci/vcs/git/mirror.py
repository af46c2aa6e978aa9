"""Our own bare copy of a watched repository, with a pin (a ref) on every commit that an event named."""

import tempfile
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from dulwich.errors import NotGitRepository
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, ObjectID, Tree
from dulwich.objects import Commit as GitCommit
from dulwich.repo import Repo

from fullautoci.errors import NotFoundError, VcsError
from fullautoci.model import Commit
from fullautoci.text import decode, iso, one_line, plain
from fullautoci.vcs.git.command import Git

PINS = "refs/fullautoci/pins/"
HEADS = "refs/fullautoci/heads/"
MESSAGE_LIMIT = 10_000


class GitMirror:
    """One mirror; its writers take turns."""

    def __init__(self, git: Git, path: Path) -> None:
        self.path = path
        self._git = git
        self._lock = threading.Lock()

    @classmethod
    def open(cls, git: Git, path: Path) -> "GitMirror":
        """The mirror at a path; made where there is none, by rename, so that half of one is never seen."""
        if not (path / "HEAD").is_file():
            new = path.with_name(f".{path.name}.new")
            git("init", "--quiet", "--bare", "--", new)
            new.rename(path)
        return cls(git, path)

    def fetch(self, source: str, shas: Sequence[str]) -> list[str]:
        """Bring all branches and these commits over, and pin the commits.

        Returns:
            The commits that the source no longer has.

        Raises:
            VcsError: the source cannot be read at all.
        """
        with self._lock:
            pins = [f"{sha}:{PINS}{sha}" for sha in dict.fromkeys(shas)]
            try:
                self._fetch(source, pins)
            except VcsError:
                # One commit that is gone fails the whole fetch: bring the branches, then each commit by itself.
                self._fetch(source, [])
                return [pin[: pin.index(":")] for pin in pins if not self._fetched(source, pin)]
            return []

    def _fetch(self, source: str, pins: Sequence[str]) -> None:
        self._git(
            "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--prune", "--force", "--update-shallow",
            "--end-of-options", source, f"+refs/heads/*:{HEADS}*", *pins,
            git_dir=self.path,
        )  # fmt: skip

    def _fetched(self, source: str, pin: str) -> bool:
        sha = pin[: pin.index(":")]
        try:
            if self.contains(sha):
                self._git("update-ref", PINS + sha, sha, git_dir=self.path)
            else:
                self._git(
                    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--update-shallow",
                    "--end-of-options", source, pin, git_dir=self.path,
                )  # fmt: skip
        except VcsError:
            return False
        return True

    def snapshot(self, worktree: Path, git_dir: Path) -> str:
        """A commit of a working copy as it is, made here and not there; what `.gitignore` names is left out.

        Returns:
            The commit, a child of HEAD's where there is one.
        """
        with self._lock, tempfile.TemporaryDirectory(prefix="fullautoci-") as folder:
            place = {"GIT_INDEX_FILE": f"{folder}/index", "GIT_DIR": str(self.path), "GIT_WORK_TREE": str(worktree)}
            excludes = ["-c", f"core.excludesFile={git_dir / 'info/exclude'}"]
            self._git(*excludes, "-c", "core.bare=false", "add", "--all", ".", cwd=worktree, env=place)
            tree = self._git("write-tree", env=place).decode("ascii").strip()
            head = self._git("rev-parse", "--verify", "--quiet", "HEAD", git_dir=git_dir, ok=(0, 1)).decode().strip()
            if head and not self.contains(head):
                self._fetch(str(git_dir), [f"{head}:{PINS}{head}"])
            parent = ["-p", head] if head else []
            made = self._git("commit-tree", tree, *parent, "-m", "uncommitted changes", git_dir=self.path)
            sha = made.decode("ascii").strip()
            self._git("update-ref", PINS + sha, sha, git_dir=self.path)
            return sha

    def unseen(self, tips: Sequence[str], seen: Sequence[str], limit: int) -> list[str]:
        """Commits that the tips reach and no seen tip does, newest first, at most `limit`.

        Seen tips that the mirror lacks (registered before anything was fetched, since pruned) exclude nothing.
        """
        known = [sha for sha in seen if self.contains(sha)]
        lines = [*tips, *(f"^{sha}" for sha in known)]
        listing = self._git(
            "rev-list", "--topo-order", f"--max-count={limit}", "--stdin", git_dir=self.path,
            stdin="".join(f"{line}\n" for line in lines).encode(),
        )  # fmt: skip
        return listing.decode("ascii").split()

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
            found = self._load(repo, sha)
            message = decode(found.message)
            return Commit(
                sha=sha,
                tree=found.tree.decode("ascii"),
                parents=tuple(parent.decode("ascii") for parent in found.parents),
                author=one_line(decode(found.author)),
                subject=one_line(message.partition("\n")[0]),
                message=plain(message[:MESSAGE_LIMIT]),
                committed_at=_moment(found.commit_time),
            )

    def read(self, sha: str, path: str, limit: int) -> bytes | None:
        """A file of a commit, None where there is none or it is no plain file; at most `limit` + 1 bytes of it."""
        with self._open() as repo:
            here: object = repo[self._load(repo, sha).tree]
            for part in path.encode().split(b"/"):
                if not isinstance(here, Tree) or part not in here:
                    return None
                mode, child = here[part]
                if mode == 0o120000:
                    return None
                here = repo.object_store[child]
            return here.data[: limit + 1] if isinstance(here, Blob) else None

    def files(self, sha: str) -> Iterator[str]:
        """Paths of a commit's files in tree order; bytes that are no UTF-8 as surrogates."""
        with self._open() as repo:
            tree = self._load(repo, sha).tree
            for entry in iter_tree_contents(repo.object_store, tree):
                if entry.path is not None:
                    yield entry.path.decode("utf-8", "surrogateescape")

    def unpin(self, shas: Sequence[str]) -> None:
        """Drop the pins of commits that a branch of the mirror reaches; the others keep theirs."""
        with self._lock:
            listing = self._git("for-each-ref", "--format=%(objectname)", HEADS, git_dir=self.path)
            tips = listing.decode("ascii").split()
            loose = set(self.unseen(shas, tips, 10_000_000)) if shas else set()
            lines = "".join(f"delete {PINS}{sha}\n" for sha in shas if sha not in loose)
            self._git("update-ref", "--stdin", git_dir=self.path, stdin=lines.encode())
            self._git("pack-refs", "--all", git_dir=self.path)

    def _open(self) -> Repo:
        try:
            return Repo(str(self.path))
        except NotGitRepository as error:
            raise VcsError(f"the mirror {self.path} is gone", "'fullautoci init' makes it anew") from error

    def _load(self, repo: Repo, sha: str) -> GitCommit:
        try:
            found = repo.object_store[sha.encode("ascii")]  # type: ignore[index]
        except (KeyError, ValueError) as error:
            raise NotFoundError(f"commit {sha[:12]} is not in the mirror") from error
        if not isinstance(found, GitCommit):
            raise NotFoundError(f"{sha[:12]} is no commit")
        return found


def remove_stale_locks(mirrors: Path) -> None:
    """Remove the locks that a killed git left in mirrors, before anything else uses them."""
    for mirror in mirrors.glob("*.git"):
        for lock in [*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock")]:
            lock.unlink(missing_ok=True)


def _moment(seconds: float) -> str:
    """A commit's time; git takes dates that no calendar has, they become the nearest one it has."""
    try:
        return iso(datetime.fromtimestamp(max(0, min(seconds, 253402300799)), UTC))
    except (OverflowError, OSError, ValueError):
        return iso(datetime.fromtimestamp(0, UTC))
