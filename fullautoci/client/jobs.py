"""Jobs: one tool of a run each, what it printed, found and tested."""

from collections.abc import Iterator
from typing import cast

from fullautoci.client.calls import Calls
from fullautoci.client.refusals import ServerError
from fullautoci.client.types.jobs import PlacedJob
from fullautoci.client.types.runs import Finding
from fullautoci.client.types.tests import MarkedTest


class JobCalls(Calls):
    """Tools that were run."""

    def jobs(self, **filters: object) -> Iterator[PlacedJob]:
        """All jobs, newest first, asked for as they are gone through.

        Filters are `repository`, `run`, `branch`, `commit`, `tool`, `project`, `variant`, `state`, `outcome`, `since`,
        `until`, `sort` (`newest` or `oldest`) and `limit`, the size of a part.
        """
        return self._listed("/jobs", **filters)

    def job(self, identifier: int) -> PlacedJob:
        """One job."""
        return cast(PlacedJob, self._get(f"/jobs/{identifier}"))

    def findings_of_job(self, job: int, **filters: object) -> Iterator[Finding]:
        """A job's findings; filters are `rule`, `severity`, `path`, `text`, `status` and `limit`."""
        return self._listed(f"/jobs/{job}/findings", **filters)

    def tests_of_job(self, job: int, **filters: object) -> Iterator[MarkedTest]:
        """A job's tests; filters are `outcome`, `name` and `limit`."""
        return self._listed(f"/jobs/{job}/tests", **filters)

    def log(self, job: int, offset: int = 0) -> tuple[bytes, int, bool]:
        """A piece of a job's log, where the next begins, and whether that is the end."""
        answer = self._answer("GET", f"/jobs/{job}/log?offset={offset}")
        following, done = answer.header("X-Next-Offset"), answer.header("X-Done")
        if not (following.isascii() and following.isdigit()):
            raise ServerError("what answered is no Full Auto CI", "look at the address")
        return answer.body, int(following), done == "1"

    def end_of_log(self, job: int, size: int) -> bytes:
        """The last so many bytes of a job's log."""
        return self._answer("GET", f"/jobs/{job}/log", headers={"Range": f"bytes=-{size}"}).body
