"""Findings of jobs, and of the newest results of a repository."""

from typing import Any

from flask import Blueprint

from fullautoci.store import job_views
from fullautoci.store.listings import findings
from fullautoci.web.api.common import found, reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.operation import operation
from fullautoci.web.schemas.findings import FindingsQuery, PlacedFinding, RepositoryFindingsQuery
from fullautoci.web.schemas.runs import Finding

_WANTED = ("rule", "severity", "path", "text", "status")


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/jobs/<int:identifier>/findings")
    @operation("read", of="job", query=FindingsQuery, answer=list[Finding])
    def list_job_findings(identifier: int, query: FindingsQuery) -> Any:
        """A job's findings by place, each with whether it is new beside the parent's."""
        wanted = findings.Wanted(**narrowed(query, *_WANTED))
        with reading() as connection:
            job = job_views.job(connection, identifier)
            return findings.of_job(connection, job, wanted, cursor=query.cursor, limit=query.limit)

    @api.get("/repos/<int:identifier>/findings")
    @operation("read", of="repository", query=RepositoryFindingsQuery, answer=list[PlacedFinding])
    def list_repository_findings(identifier: int, query: RepositoryFindingsQuery) -> Any:
        """The findings of the newest result of each tool, by tool and place."""
        wanted = findings.Wanted(**narrowed(query, *_WANTED))
        repository = found(identifier).id
        with reading() as connection:
            return findings.of_repository(
                connection, repository, wanted, visible(), branch=query.branch, tool=query.tool, cursor=query.cursor,
                limit=query.limit,
            )  # fmt: skip
