"""What is looked for over many runs: findings, tests, metrics over time, words."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import quote

from fullautoci.client.calls import Calls, query_string
from fullautoci.client.types.findings import PlacedFinding
from fullautoci.client.types.metrics import Measured
from fullautoci.client.types.reports import Report
from fullautoci.client.types.search import FoundCommit, FoundFinding
from fullautoci.client.types.tests import TestHistory


class LookingCalls(Calls):
    """Listings of a repository, each asked for part by part as it is gone through; `limit` is the size of a part."""

    def findings(self, repository: int, **filters: object) -> Iterator[PlacedFinding]:
        """The findings of the newest result of each tool.

        Filters are `rule`, `severity`, `path`, `text`, `status`, `branch`, `tool` and `limit`.
        """
        return self._listed(f"/repos/{repository}/findings", **filters)

    def tests(self, repository: int, **filters: object) -> Iterator[TestHistory]:
        """Each test with how often it was run and failed; filters are `outcome`, `name`, `tool`, `sort` and `limit`."""
        return self._listed(f"/repos/{repository}/tests", **filters)

    def metrics(self, repository: int, **filters: object) -> Iterator[Measured]:
        """What jobs measured, newest first.

        Filters are `tool`, `metric`, `project`, `variant`, `branch`, `since`, `until`, `sort` and `limit`.
        """
        return self._listed(f"/repos/{repository}/metrics", **filters)

    def search(self, words: str, **filters: object) -> Iterator[FoundCommit | FoundFinding]:
        """Commits, then findings, that have all of these words; filters are `kind`, `repository` and `limit`."""
        return self._listed("/search", q=words, **filters)

    def feed(self, repository: int, **filters: object) -> dict[str, Any]:
        """Runs that are over as JSON Feed 1.1; filters are `branch`, `outcome`, `limit` and `cursor`."""
        return cast(dict[str, Any], self._get(f"/repos/{repository}/feed.json", **filters))

    def report(self, repository: int, period: str, zone: str = "") -> Report:
        """What a period brought: `this-week`, `2026-11`, two days or two commits with `..` between them."""
        return cast(Report, self._get(_period(repository, period), zone=zone or None))

    def report_file(self, repository: int, period: str, zone: str = "") -> bytes:
        """The same as an HTML file that needs nothing else."""
        path = f"{_period(repository, period)}.html{query_string({'zone': zone or None})}"
        return self._answer("GET", path).body

    def prometheus(self) -> str:
        """What Prometheus is told, in its text format 0.0.4."""
        return self._answer("GET", "/metrics").body.decode("utf-8", "replace")


def _period(repository: int, period: str) -> str:
    return f"/repos/{repository}/reports/{quote(period, safe='')}"
