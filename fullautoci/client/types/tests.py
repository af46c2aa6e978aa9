"""Tests where they are listed by themselves."""

from typing import TypedDict

from fullautoci.client.types.runs import Test


class MarkedTest(Test):
    """A test, with whether it is flaky, and until when it is in quarantine."""

    flaky: bool
    quarantined_until: str | None


class Place(TypedDict):
    """Where a test was run."""

    job: int
    run: int
    commit: str
    at: str | None


class TestHistory(TypedDict):
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
    quarantined_until: str | None
