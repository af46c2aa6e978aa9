"""A repository with our hooks in it."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from fullautoci import spool
from fullautoci.model import Event, RefUpdate
from fullautoci.paths import Paths
from fullautoci.vcs.git import hooks
from fullautoci.vcs.git.command import Git, write_global_config
from fullautoci.vcs.git.repository import GitVcs
from tests.support.repository import Repository


class Watched(Repository):
    """A repository with our hooks, and where they spool."""

    def __init__(self, path: Path, home: Path, *, bare: bool = False) -> None:
        super().__init__(path, bare=bare)
        self.paths = Paths.from_environment({"FULLAUTOCI_HOME": str(home)}).create()
        write_global_config(self.paths.git_config)
        self.location = GitVcs(Git(self.paths.git_config)).locate(path)
        hooks.install(self.location, self.paths)

    def events(self) -> list[Event]:
        """What was spooled since the last look."""
        found = []
        for path in spool.waiting(self.paths.spool):
            found.append(spool.read(path))
            path.unlink()
        assert not list(self.paths.spool.glob(".*.tmp"))
        return found

    def event(self) -> tuple[str, Path, tuple[RefUpdate, ...]]:
        """The one event there is."""
        (event,) = self.events()
        return event.source, Path(event.path).resolve(), event.updates

    def chain(self, name: str, script: str) -> None:
        """The hook that stood there before."""
        hooks.uninstall(self.location)
        target = hooks.folder_of(self.location).path / name
        target.parent.mkdir(exist_ok=True)
        target.write_text(f"#!/bin/sh\n{script}\n")
        target.chmod(0o755)
        hooks.install(self.location, self.paths)


def commit(
    where: Path, repository: Repository, env: Mapping[str, str] | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["git", "commit", "--quiet", "--allow-empty", "--message", "x"],
        cwd=where, env={**repository.env, **(env or {})}, capture_output=True, text=True, check=False,
    )  # fmt: skip
