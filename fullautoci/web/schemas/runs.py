"""Runs, their jobs, and what came of them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Moment, Name, Number, Sha, Shown, Switch, Text
from fullautoci.web.schemas.listed import Between, Part, Words

State = Literal["queued", "preparing", "running", "done"]
Outcome = Literal["passed", "failed", "errored", "timed_out", "cancelled", "superseded", "quarantined", "skipped"]


class Verdict(Shown):
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


class Counts(Shown):
    """What there is to count of a job's result; `new` and `fixed` against its parent's, null until that is told."""

    findings: int
    new: int | None
    fixed: int | None
    tests: int
    failed: int
    skipped: int


class Job(Shown):
    """One tool of a run."""

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
    activity_since: Moment | None
    duration_s: float | None
    timings: dict[str, Any]
    reused_from: int | None
    reused_commit: str | None
    reused_run: int | None
    identity: str
    queued_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    metrics: dict[str, float]
    verdicts: list[Verdict]
    counts: Counts


class Run(Shown):
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
    queued_at: Moment
    started_at: Moment | None
    finished_at: Moment | None
    jobs: list[Job]


class Finding(Shown):
    """A located diagnostic; its status is `new`, `unresolved`, or empty where there is nothing to compare with."""

    path: str
    line: int
    column: int
    rule: str
    severity: str
    message: str
    status: str


class Test(Shown):
    """A named test; its status is empty where there is nothing to compare with."""

    name: str
    outcome: str
    duration_s: float
    message: str
    status: str


class CoveredFile(Shown):
    """A file and its lines that no test reached."""

    path: str
    statements: int
    covered: int
    branches: int
    covered_branches: int
    missing: list[int]


class Against(Shown):
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

    jobs: list[JobResults]  # type: ignore[assignment]  # each is a job, and more


class OfRuns(Between):
    """Which runs, by when they were queued and what they are of; with words of author, message or branch."""

    branch: Part = ""
    author: Words = ""
    commit: Sha | None = None
    tool: Part = ""
    state: State | None = None
    outcome: Outcome | None = None
    trigger: Part = ""
    text: Words = ""


class RunsQuery(OfRuns):
    """Which runs: of one repository, or of all; those `before` an id."""

    repository: Number | None = None
    before: Number | None = None


class Rerun(Asked):
    """How a run is done again: with `failed` only what did not pass."""

    failed: Switch = False


class Made(Shown):
    """The ids of runs that were queued."""

    runs: list[int]


class Trigger(Asked):
    """Which commits are tested, and how.

    `tools` is all where it is empty; `fresh` measures anew what has results; `dirty` takes the working copy as it is,
    of the `worktree` where there are several, for admins.
    """

    revisions: Annotated[tuple[Name, ...], Field(min_length=1, max_length=50)] = ("HEAD",)
    tools: Annotated[tuple[Name, ...], Field(max_length=50)] = ()
    fresh: Switch = False
    dirty: Switch = False
    worktree: Text = ""
