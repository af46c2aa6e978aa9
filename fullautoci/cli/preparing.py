"""Preparing a commit's environments in the foreground: what a worker does before a tool, and no tool."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from fullautoci import scratch, surroundings, tools
from fullautoci.cli.output import note
from fullautoci.client.types.repositories import Repository
from fullautoci.config import document, layers, service
from fullautoci.daemon.configuration import in_force
from fullautoci.environments import installer
from fullautoci.errors import NotFoundError, VcsError
from fullautoci.layout import FILE_LIMIT
from fullautoci.logfile import LogFile
from fullautoci.masking import Masker
from fullautoci.model import EnvironmentIdentity, Job, State, ToolPlan
from fullautoci.paths import Paths
from fullautoci.places import Places
from fullautoci.planning.tools import plan_tools
from fullautoci.runner import JobRunner
from fullautoci.sources import checked_out
from fullautoci.store import overrides
from fullautoci.store.database import reading
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git


class _Terminal:
    """A job's line to whoever waits for it: activities go to stderr; Ctrl-C is what ends it."""

    def __init__(self) -> None:
        self._read, self._write = os.pipe()  # nothing is ever written: there is nothing to ask for
        self._last = ""

    def fileno(self) -> int:
        return self._read

    def requested(self) -> bool:
        return False

    def report(self, _state: State, activity: str, /) -> None:
        if activity and activity != self._last:
            self._last = activity
            note(f"  {activity}")


class Preparing:
    """One commit.

    Args:
        view: its repository, as the API shows it.
    """

    def __init__(self, paths: Paths, view: Repository, sha: str) -> None:
        self._paths = paths.create()
        self._view = view
        self._sha = sha
        self._settings, _ = in_force(service.read(paths.config), lambda: reading(paths.database))
        self._git = Git(paths.git_config)
        self._mirror = paths.mirrors / f"{view['id']}.git"
        self._control = _Terminal()

    def plans(self) -> Iterator[ToolPlan]:
        """The tools that would be run, each with its environment.

        Raises:
            NotFoundError: the service does not have the commit yet.
            ConfigError: its configuration is wrong.
        """
        from fullautoci.vcs.git.repository import GitVcs

        mirror = GitVcs(self._git).mirror(self._mirror)
        try:
            names = list(islice(mirror.files(self._sha), FILE_LIMIT))
        except (KeyError, VcsError, NotFoundError) as error:
            raise NotFoundError(f"the service does not have {self._sha[:10]} yet", "'fullautoci run' it") from error

        def read(path: str) -> bytes | None:
            return mirror.read(self._sha, path, document.SIZE_LIMIT)

        with reading(self._paths.database) as connection:
            told = overrides.of(connection, self._view["id"])
        found = layers.of_commit(names, read, self._settings, told)
        yield from (plan for plan, why_not in plan_tools(found.file, names, ()) if not why_not)

    def prepare(self, plan: ToolPlan) -> EnvironmentIdentity:
        """Prepare the environment of one tool.

        Raises:
            PreparationError: it cannot be.
        """
        with ExitStack() as stack:
            folder = stack.enter_context(scratch.made(f"{self._paths.identity}:prepare"))
            places = Places.made(folder)
            job = self._job(plan, folder / "log")
            log = stack.enter_context(LogFile(job.log, masker=Masker(())))
            place = self._paths.slots / "prepare"
            place.mkdir(parents=True, exist_ok=True)
            stack.enter_context(installer.locked(place / f"{job.repository_id}.lock", JobRunner(self._control, log)))
            slot = Slot(self._git, place / str(job.repository_id), self._mirror)
            source = checked_out(slot, job.commit, job.tree, plan.project)
            tool = tools.named(plan.tool, plan.command)
            ready = surroundings.environment_of(job, tool, source, source, places, stack, self._control, log)
            ready.checked()
            return ready.identity

    def _job(self, plan: ToolPlan, log: Path) -> Job:
        paths = self._paths
        tree = self._git("rev-parse", "--verify", f"{self._sha}^{{tree}}", git_dir=self._mirror).decode().strip()
        return Job(
            id=0, attempt=0, run_id=0, repository_id=self._view["id"], commit=self._sha, tree=tree, plan=plan,
            mirror=self._mirror, git_config=paths.git_config, log=log,
            folders={"environments": paths.environments, "overlays": paths.overlays}, tag=f"{paths.identity}:prepare",
            limits=self._settings.job_limits(),
            sandbox=self._settings.job_sandbox(paths.ours),
        )  # fmt: skip
