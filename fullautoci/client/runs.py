"""Runs: commits that were checked, each once."""

from collections.abc import Iterator, Mapping
from typing import cast
from urllib.parse import quote

from fullautoci.client.calls import Calls
from fullautoci.client.types.runs import Run, RunResults


class RunCalls(Calls):
    """Commits that are checked."""

    def runs(self, **filters: object) -> list[Run]:
        """Runs, newest first; filters are `repository`, `branch`, `commit`, `before` and `limit`."""
        return list(self._get("/runs", **filters))

    def every_run(self, **filters: object) -> Iterator[Run]:
        """All runs, newest first, asked for as they are gone through; filters as for `runs`.

        for run in client.every_run(repository=1, branch="main"):
            print(run["commit"], run["outcome"])
        """
        return self._listed("/runs", **filters)

    def run(self, identifier: int) -> Run:
        """One run."""
        return cast(Run, self._get(f"/runs/{identifier}"))

    def results(self, identifier: int) -> RunResults:
        """One run with findings and tests."""
        return cast(RunResults, self._get(f"/runs/{identifier}/results"))

    def results_of_commit(self, repository: int, sha: str) -> RunResults:
        """The newest run of a commit with findings and tests; the beginning of the commit's id will do."""
        return cast(RunResults, self._get(f"/repos/{repository}/commits/{quote(sha, safe='')}/results"))

    def runs_of_commit(self, repository: int, sha: str) -> list[Run]:
        """A commit's runs, newest first; the beginning of its id will do."""
        return list(self._get(f"/repos/{repository}/commits/{quote(sha, safe='')}"))

    def trigger(self, repository: int, wish: Mapping[str, object], *, once: str | None = None) -> list[int]:
        """Queue runs of a repository.

        Args:
            wish: `revisions`, and where wanted `tools`, `fresh`, `dirty` and `worktree`.
            once: sent again under the same name, the request is not done again.
        """
        return list(self._call("POST", f"/trigger/{repository}", wish, once=once)["runs"])

    def cancel(self, identifier: int) -> Run:
        """End a run."""
        return cast(Run, self._call("POST", f"/runs/{identifier}/cancel", {}))

    def cancel_backfill(self, repository: int) -> int:
        """End what arrived in a batch and has not started; how many runs that were."""
        return int(self._call("DELETE", f"/repos/{repository}/backfill")["cancelled"])

    def rerun(self, identifier: int, *, failed: bool = False, once: str | None = None) -> list[int]:
        """Queue a run's commit again, with `failed` only what did not pass."""
        return list(self._call("POST", f"/runs/{identifier}/rerun", {"failed": failed}, once=once)["runs"])
