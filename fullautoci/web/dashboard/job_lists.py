"""All findings and all tests of a job, of which its run's page shows the first."""

from typing import Annotated, Any, Literal

from flask import Blueprint, request
from pydantic import Field

from fullautoci.store import job_views
from fullautoci.store.listings import findings, tests
from fullautoci.web.access import access
from fullautoci.web.dashboard.run_parts import anchor
from fullautoci.web.dashboard.shown import live, page
from fullautoci.web.operation import read_query
from fullautoci.web.schemas.base import Asked, Cursor

# Of a form whose fields may be left empty.
Word = Annotated[str, Field(max_length=1000)]
MOST = 100


class FindingsQuery(Asked):
    """Which findings; empty: all."""

    status: Literal["", "new", "unresolved"] = ""
    rule: Word = ""
    path: Word = ""
    text: Word = ""
    cursor: Cursor = ""


class TestsQuery(Asked):
    """Which tests; empty: all."""

    outcome: Literal["", "passed", "failed", "errored", "skipped"] = ""
    name: Word = ""
    cursor: Cursor = ""


def install(pages: Blueprint) -> None:
    """Add the routes."""

    @pages.get("/jobs/<int:identifier>/findings")
    @access("read", of="job")
    def findings_of_job(identifier: int) -> Any:
        """A job's findings by place."""
        query = read_query(FindingsQuery, request.args)
        wanted = findings.Wanted(rule=query.rule, path=query.path, text=query.text, status=query.status)
        with live() as (connection, told):
            job = job_views.job(connection, identifier)
            found = findings.of_job(connection, job, wanted, cursor=query.cursor, limit=MOST)
        return page("job_findings.html", **told, job=job, anchor=anchor(job), found=found, query=query)

    @pages.get("/jobs/<int:identifier>/tests")
    @access("read", of="job")
    def tests_of_job(identifier: int) -> Any:
        """A job's tests in the order in which it told of them."""
        query = read_query(TestsQuery, request.args)
        wanted = tests.Wanted(outcome=query.outcome, name=query.name)
        with live() as (connection, told):
            job = job_views.job(connection, identifier)
            found = tests.of_job(connection, job, wanted, cursor=query.cursor, limit=MOST)
        return page("job_tests.html", **told, job=job, anchor=anchor(job), found=found, query=query)
