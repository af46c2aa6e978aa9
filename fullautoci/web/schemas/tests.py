"""Tests of jobs and repositories."""

from typing import Literal

from fullautoci.web.schemas.base import Moment, Paged, Shown, Text
from fullautoci.web.schemas.listed import Part
from fullautoci.web.schemas.runs import Test

TestOutcome = Literal["passed", "failed", "errored", "skipped"]


class TestsQuery(Paged):
    """Which tests: with an outcome, or with a `name` in their names."""

    outcome: TestOutcome | None = None
    name: Text = ""


class RepositoryTestsQuery(TestsQuery):
    """Which tests, by the last outcome, and in which order: by name, or those first that failed most often."""

    tool: Part = ""
    sort: Literal["name", "failures"] = "name"


class MarkedTest(Test):
    """A test, with whether it is flaky, and until when it is in quarantine."""

    flaky: bool
    quarantined_until: Moment | None


class Place(Shown):
    """Where a test was run."""

    job: int
    run: int
    commit: str
    at: Moment | None


class TestHistory(Shown):
    """A test: how often it was run, failed and was skipped, and how and where it went last."""

    name: str
    tool: str
    project: str
    variant: str
    times: int
    failed: int
    skipped: int
    outcome: str
    duration_s: float
    last: Place | None
    last_failed: Place | None
    flaky: bool
    quarantined_until: Moment | None
