"""What a person asks for: runs of commits, or of a working copy as it is."""

from collections.abc import Callable, Sequence
from pathlib import Path

from fullautoci.errors import UsageError, VcsError
from fullautoci.intake.intake import Intake, Source
from fullautoci.intake.observation import short
from fullautoci.model import Priority
from fullautoci.store import runs
from fullautoci.store.repositories import Repository
from fullautoci.store.writer import Writer

# How long a request waits for a fetch of the same repository, in a thread that others wait for.
PATIENCE_S = 1.0
Look = Callable[[str], None]


def any_will_do(_sha: str) -> None:
    """Whatever was asked for is run."""


class Requests:
    """Queues runs that a person asked for.

    Args:
        queued: called when there is something to plan.
    """

    def __init__(self, intake: Intake, writer: Writer, vcs: Source, queued: Callable[[], None]) -> None:
        self._intake = intake
        self._writer = writer
        self._vcs = vcs
        self._queued = queued

    def commits(
        self,
        repository: Repository,
        shas: Sequence[str],
        tools: tuple[str, ...],
        *,
        fresh: bool,
        branch: str = "",
        dirty: bool = False,
        look: Look = any_will_do,
    ) -> list[int]:
        """Queue runs of commits, the last of them first.

        Args:
            tools: only these; a commit that has results gets another run for them.
            fresh: measure anew, whatever is known.
            look: raises what keeps a commit, which the mirror has by then, from being run; then none of them is.

        Raises:
            VcsError: the commits cannot be fetched.
            BusyError: others are being fetched.
        """
        mirror = self._intake.mirror_of(repository, PATIENCE_S)
        missing = [sha for sha in shas if not mirror.contains(sha)]
        gone = mirror.fetch(repository.path, missing) if missing else []
        if gone:
            raise VcsError(f"commit {gone[0][:12]} is not in the repository any more")
        for sha in shas:
            look(sha)
        names = {sha: name for name, sha in self._vcs.refs(Path(repository.path)).items()}
        wishes = [
            runs.Wish(
                mirror.commit(sha), branch or short(names.get(sha, "")), "api", Priority.NOW,
                tools=tools, again=bool(tools), fresh=fresh, dirty=dirty,
            )
            for sha in shas
        ]  # fmt: skip
        made = self._writer.call(lambda db: [runs.wish(db, repository.id, wish)[0] for wish in wishes])
        self._queued()
        return made

    def working_copy(
        self,
        repository: Repository,
        worktree: str,
        tools: tuple[str, ...],
        *,
        fresh: bool = False,
        look: Look = any_will_do,
    ) -> int:
        """Queue a run of a working copy as it is, uncommitted and untracked files included.

        Args:
            fresh: measure anew, whatever is known of the same files.
            look: as of `commits`.

        Raises:
            UsageError: the repository has no such working copy.
            BusyError: commits are being fetched.
        """
        where = self._vcs.locate(Path(worktree or repository.worktree or repository.path))
        if where.worktree is None or str(where.git_dir) != repository.path:
            raise UsageError("there is no working copy of this repository", "a bare repository has none")
        folder = where.worktree
        mirror = self._intake.mirror_of(repository, PATIENCE_S)
        sha = mirror.snapshot(folder, Path(repository.path))
        look(sha)
        wish = runs.Wish(mirror.commit(sha), "", "api", Priority.NOW, dirty=True, tools=tools, again=True, fresh=fresh)
        made = self._writer.call(lambda db: runs.wish(db, repository.id, wish)[0])
        self._queued()
        return made
