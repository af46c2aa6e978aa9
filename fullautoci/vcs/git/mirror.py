"""Our own bare copy of a watched repository, with a pin (a ref) on every commit that an event named."""

import os
import re
import tempfile
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from dulwich.errors import NotGitRepository, ObjectFormatException
from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, ObjectID, Tree
from dulwich.objects import Commit as GitCommit
from dulwich.repo import Repo

from fullautoci.errors import NotFoundError, VcsError
from fullautoci.model import Commit
from fullautoci.text import decode, iso, one_line, plain
from fullautoci.vcs.git import partial
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.partial import SOURCE

PINS = "refs/fullautoci/pins/"
HEADS = "refs/fullautoci/heads/"
MESSAGE_LIMIT = 10_000
LINK, SUBMODULE = 0o120000, 0o160000
_SHA = re.compile(rb"(?:[0-9a-f]{40}|[0-9a-f]{64})")
_WHEN = re.compile(rb"> (-?\d{1,12})(?: |$)")


class GitMirror:
    """One mirror; its writers take turns."""

    def __init__(self, git: Git, path: Path) -> None:
        self.path = path
        self._git = git
        self._lock = threading.Lock()

    @classmethod
    def open(cls, git: Git, path: Path, source: Path | None = None) -> "GitMirror":
        """The mirror at a path; made where there is none, by rename, so that half of one is never seen.

        Args:
            source: the git folder that it mirrors, whose object format it gets; for making it.
        """
        if not (path / "HEAD").is_file():
            new = path.with_name(f".{path.name}.new")
            form = git("rev-parse", "--show-object-format", git_dir=source) if source else b"sha1"
            git("init", "--quiet", "--bare", f"--object-format={form.decode('ascii').strip()}", "--", new)
            if source:
                (new / SOURCE).write_bytes(os.fsencode(source))
            new.rename(path)
        return cls(git, path)

    def fetch(self, source: str, shas: Sequence[str]) -> list[str]:
        """Bring all branches and these commits over, and pin the commits.

        Returns:
            The commits that the source no longer has.

        Raises:
            VcsError: the source cannot be read at all, or a commit that it has cannot be fetched.
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
            with self._lock:
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
        with self._lock, tempfile.TemporaryDirectory(prefix="fullautoci-") as folder:
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
        known = [sha for sha in seen if self.contains(sha)]
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
        """A file of a commit, None where there is none or it is no plain file; at most `limit` + 1 bytes of it."""
        self.complete(sha)
        with self._open() as repo:
            here: object = repo.object_store[self._tree(repo, sha)]
            for part in path.encode().split(b"/"):
                if not isinstance(here, Tree) or part not in here:
                    return None
                mode, child = here[part]
                if mode in (LINK, SUBMODULE):
                    return None
                here = repo.object_store[child]
            return here.data[: limit + 1] if isinstance(here, Blob) else None

    def files(self, sha: str) -> Iterator[str]:
        """Paths of a commit's files in tree order; bytes that are no UTF-8 as surrogates."""
        self.complete(sha)
        with self._open() as repo:
            for entry in iter_tree_contents(repo.object_store, self._tree(repo, sha)):
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

    def _raw(self, repo: Repo, sha: str) -> bytes:
        """A commit's bytes, also of those that dulwich refuses to take apart and git does not."""
        try:
            kind, raw = repo.object_store.get_raw(ObjectID(sha.encode("ascii")))
        except ObjectFormatException:  # it takes loose ones apart even so
            return self._git("cat-file", "commit", sha, git_dir=self.path)
        except (KeyError, ValueError) as error:
            raise NotFoundError(f"commit {sha[:12]} is not in the mirror") from error
        if kind != GitCommit.type_num:
            raise NotFoundError(f"{sha[:12]} is no commit")
        return bytes(raw)

    def _tree(self, repo: Repo, sha: str) -> ObjectID:
        return ObjectID(parse_commit(sha, self._raw(repo, sha)).tree.encode("ascii"))


def remove_stale_locks(mirrors: Path) -> None:
    """Remove the locks that a killed git left in mirrors, before anything else uses them."""
    for mirror in mirrors.glob("*.git"):
        for lock in [*mirror.glob("*.lock"), *mirror.glob("refs/**/*.lock")]:
            lock.unlink(missing_ok=True)


def parse_commit(sha: str, raw: bytes) -> Commit:
    """A commit from its bytes as git keeps them; whatever is malformed in them is shown as it is, or left empty.

    Raises:
        NotFoundError: it names no tree.
    """
    head, _, message = raw.partition(b"\n\n")
    headers: dict[bytes, list[bytes]] = {}
    for line in head.split(b"\n"):
        name, _, value = line.partition(b" ")
        headers.setdefault(name, []).append(value)
    tree = headers.get(b"tree", [b""])[0]
    if not _SHA.fullmatch(tree):
        raise NotFoundError(f"commit {sha[:12]} is malformed: it names no tree")
    author, committer = headers.get(b"author", [b""])[0], headers.get(b"committer", [b""])[0]
    when = _WHEN.search(committer)
    text = decode(message)
    return Commit(
        sha=sha,
        tree=tree.decode("ascii"),
        parents=tuple(parent.decode("ascii") for parent in headers.get(b"parent", []) if _SHA.fullmatch(parent)),
        author=one_line(decode(author.partition(b">")[0] + b">" if b">" in author else author)),
        subject=one_line(text.lstrip().partition("\n")[0]),
        message=plain(text[:MESSAGE_LIMIT]),
        committed_at=_moment(int(when[1]) if when else 0),
    )


def _moment(seconds: float) -> str:
    """A commit's time; git takes dates that no calendar has, they become the nearest one it has."""
    try:
        return iso(datetime.fromtimestamp(max(0, min(seconds, 253402300799)), UTC))
    except (OverflowError, OSError, ValueError):
        return iso(datetime.fromtimestamp(0, UTC))
