"""Tests of jobs, and of a repository with how each went."""

from typing import Any

from flask import Blueprint

from fullautoci.store import job_views
from fullautoci.store.listings import tests
from fullautoci.web.api.common import found, reading, visible
from fullautoci.web.api.listing import narrowed
from fullautoci.web.operation import operation
from fullautoci.web.schemas.tests import MarkedTest, RepositoryTestsQuery, TestHistory, TestsQuery


def install(api: Blueprint) -> None:
    """Add the routes."""

    @api.get("/jobs/<int:identifier>/tests")
    @operation("read", of="job", query=TestsQuery, answer=list[MarkedTest])
    def list_job_tests(identifier: int, query: TestsQuery) -> Any:
        """A job's tests in the order in which it told of them, each with what became of it beside the parent's."""
        wanted = tests.Wanted(**narrowed(query, "outcome", "name"))
        with reading() as connection:
            job = job_views.job(connection, identifier)
            return tests.of_job(connection, job, wanted, cursor=query.cursor, limit=query.limit)

    @api.get("/repos/<int:identifier>/tests")
    @operation("read", of="repository", query=RepositoryTestsQuery, answer=list[TestHistory])
    def list_repository_tests(identifier: int, query: RepositoryTestsQuery) -> Any:
        """Each test with how often it was run and failed, and how it went last."""
        wanted = tests.Wanted(**narrowed(query, "outcome", "name", "tool"))
        repository = found(identifier).id
        with reading() as connection:
            return tests.of_repository(
                connection, repository, wanted, visible(), cursor=query.cursor, limit=query.limit, sort=query.sort
            )
