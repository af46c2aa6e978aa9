"""Runs, their jobs, and what came of them."""

from typing import Any, Literal, TypedDict

State = Literal["queued", "preparing", "running", "done"]
Outcome = Literal["passed", "failed", "errored", "timed_out", "cancelled", "superseded", "quarantined", "skipped"]


class Verdict(TypedDict):
    """What a ratchet says of a commit's value."""

    metric: str
    per: str
    value: float | None
    floor: float | None
    target: float | None
    verdict: str | None
    flags: list[str]
    blame: str
    reason: str
    failing: bool
    by_tool: float | None
    by_commit: float | None
    tolerance: Any
    hint: str


class Counts(TypedDict):
    """What there is to count of a job's result; `new` and `fixed` against its parent's, None until that is told."""

    findings: int
    new: int | None
    fixed: int | None
    tests: int
    failed: int
    skipped: int


class Job(TypedDict):
    """One tool of a run; times are ISO 8601 in UTC."""

    id: int
    tool: str
    tool_version: str
    project: str
    variant: str
    purpose: Literal["check", "probe"]
    environment: dict[str, Any]
    state: State
    outcome: Outcome | None
    reason: str
    hint: str
    attempt: int
    activity: str
    activity_since: str | None
    duration_s: float | None
    timings: dict[str, Any]
    reused_from: int | None
    reused_commit: str | None
    reused_run: int | None
    identity: str
    queued_at: str
    started_at: str | None
    finished_at: str | None
    metrics: dict[str, float]
    verdicts: list[Verdict]
    counts: Counts


class Run(TypedDict):
    """One commit checked once."""

    id: int
    repository: str
    repository_id: int
    commit: str
    tree: str
    parents: list[str]
    branch: str
    subject: str
    author: str
    trigger: str
    generation: int
    dirty: bool
    state: State
    outcome: Outcome | None
    reason: str
    hint: str
    queued_at: str
    started_at: str | None
    finished_at: str | None
    jobs: list[Job]


class Finding(TypedDict):
    """A located diagnostic; its status is `new`, `unresolved`, or empty where there is nothing to compare with."""

    path: str
    line: int
    column: int
    rule: str
    severity: str
    message: str
    status: str


class Test(TypedDict):
    """A named test; its status is empty where there is nothing to compare with."""

    name: str
    outcome: str
    duration_s: float
    message: str
    status: str


class CoveredFile(TypedDict):
    """A file and its lines that no test reached."""

    path: str
    statements: int
    covered: int
    branches: int
    covered_branches: int
    missing: list[int]


class Against(TypedDict):
    """The job that one is compared with."""

    job: int
    run: int
    commit: str


class JobResults(Job):
    """A job with all that it yielded."""

    findings: list[Finding]
    fixed: list[Finding]
    tests: list[Test]
    gone_tests: list[str]
    files: list[CoveredFile]
    against: Against | None


class RunResults(Run):
    """A run whose jobs hold findings and tests."""

    jobs: list[JobResults]  # type: ignore[misc]  # each is a job, and more


class Made(TypedDict):
    """The ids of runs that were queued."""

    runs: list[int]
