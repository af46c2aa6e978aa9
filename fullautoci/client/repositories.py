"""Repositories, and what is said of one."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.types.repositories import Brought, Commit, Repository
from fullautoci.errors import NotFoundError


class RepositoryCalls(Calls):
    """What is watched."""

    def repositories(self) -> list[Repository]:
        """All watched repositories that whoever asks may see."""
        return list(self._listed("/repos"))

    def repository(self, identifier: int) -> Repository:
        """One repository."""
        return cast(Repository, self._get(f"/repos/{identifier}"))

    def repository_at(self, git_dir: Path) -> Repository:
        """The repository that is watched at a git folder.

        Raises:
            NotFoundError: it is not registered.
        """
        for view in self.repositories():
            if view["path"] == str(git_dir):
                return view
        raise NotFoundError("this repository is not registered", "'fullautoci init' registers it")

    def register(self, path: Path, name: str = "", *, once: str | None = None) -> Repository:
        """Watch a repository.

        Args:
            path: where it is on the service's machine.
        """
        return cast(Repository, self._call("POST", "/repos", {"path": str(path), "name": name}, once=once))

    def unregister(self, identifier: int) -> None:
        """Stop watching a repository."""
        self._call("DELETE", f"/repos/{identifier}")

    def scan(self, identifier: int) -> None:
        """Look at a repository's refs soon."""
        self._call("POST", f"/repos/{identifier}/scan", {})

    def commits(self, repository: int, limit: int = 50) -> Iterator[Commit]:
        """Commits that have runs, newest first, each with its newest run; `limit` of them are asked for at once."""
        return self._listed(f"/repos/{repository}/commits", limit=limit)

    def brought(self, repository: int) -> list[Brought]:
        """The files of a working copy that its jobs may be given."""
        return list(self._get(f"/repos/{repository}/bring"))

    def allow_bring(self, repository: int, paths: Sequence[str]) -> None:
        """Let jobs have these files."""
        self._call("POST", f"/repos/{repository}/bring", {"paths": list(paths)})

    def revoke_bring(self, repository: int, paths: Sequence[str]) -> int:
        """Let them not; how many of these they had been allowed."""
        return int(self._call("DELETE", f"/repos/{repository}/bring", {"paths": list(paths)})["revoked"])
