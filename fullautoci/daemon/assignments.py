"""From a job that is due to the value that a worker is given."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from fullautoci.config.service import ServiceFile
from fullautoci.model import Job
from fullautoci.paths import Paths
from fullautoci.store import bringing, repositories
from fullautoci.store.database import Connection
from fullautoci.store.jobs import Due


class Assignments:
    """Makes jobs of what is due.

    Args:
        reading: opens a read-only connection.

    Attributes:
        settings: the service's; taken up anew when it is told to.
        tag: what the tags of all of this home's jobs begin with.
    """

    def __init__(
        self, paths: Paths, settings: ServiceFile, reading: Callable[[], AbstractContextManager[Connection]]
    ) -> None:
        self._paths = paths
        self.settings = settings
        self._reading = reading
        self.tag = f"{paths.identity}:"

    def job(self, due: Due) -> Job:
        """The pool's value for a job that is due."""
        paths = self._paths
        with self._reading() as connection:
            repository = repositories.known(connection, due.repository_id)
            allowed = tuple(one["path"] for one in bringing.allowed(connection, due.repository_id))
        return Job(
            id=due.id,
            attempt=due.attempt,
            run_id=due.run_id,
            repository_id=due.repository_id,
            commit=due.sha,
            tree=due.tree,
            plan=due.plan,
            mirror=paths.mirrors / f"{due.repository_id}.git",
            git_config=paths.git_config,
            log=paths.logs / f"{due.run_id}/{due.id}-{due.attempt}.log",
            folders={"environments": paths.environments, "overlays": paths.overlays},
            tag=f"{self.tag}{due.id}.{due.attempt}",
            secrets=self._secrets(repository.name, due.plan.secrets),
            worktree=Path(repository.worktree) if repository.worktree else None,
            allowed=allowed,
            limits=self.settings.job_limits(),
            sandbox=self.settings.job_sandbox(paths.ours),
            fresh=due.fresh,
        )

    def _secrets(self, repository: str, names: Sequence[str]) -> dict[str, str]:
        """What a commit asks for, as far as there is a value."""
        found = self.settings.secrets_of(repository)
        return {name: found[name] for name in names if name in found}
