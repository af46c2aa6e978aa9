"""Reports on a period."""

from typing import Annotated

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Moment, Shown


class ReportQuery(Asked):
    """In which time zone days begin, such as `Europe/Berlin`; empty: in UTC."""

    zone: Annotated[str, Field(max_length=60)] = ""


class ReportRepository(Shown):
    """Whose report it is."""

    id: int
    name: str


class Period(Shown):
    """Whole days, with the moments at which they begin and are over; or what came after a commit up to another."""

    name: str
    title: str
    first: str | None
    last: str | None
    since: Moment | None
    until: Moment | None
    zone: str
    begin: str | None
    end: str | None


class ReportRuns(Shown):
    """How many there were, and how they ended; the rest is told of the newest `detailed`, of tools of `sample`."""

    total: int
    commits: int
    detailed: int
    sample: int
    outcomes: dict[str, int]


class Turn(Shown):
    """A tool that failed after it had passed, or the other way round."""

    tool: str
    project: str
    variant: str
    commit: str
    subject: str
    run: int
    at: Moment
    outcome: str
    before: str
    reason: str


class Turns(Shown):
    """The newest ones, and how many more there are."""

    items: list[Turn]
    more: int


class Moved(Shown):
    """A ratchet that improved or got worse: from which floor to which value, how often, and where it did last."""

    name: str
    begin: float | None
    end: float | None
    times: int
    commit: str
    run: int
    verdict: str
    reason: str
    waived: bool


class AllMoved(Shown):
    """The first ones, and how many more there are."""

    items: list[Moved]
    more: int


class FailedTest(Shown):
    """A test that failed, how often, and in which run last."""

    name: str
    tool: str
    project: str
    variant: str
    times: int
    run: int


class FailedTests(Shown):
    """Those that failed most often, and how many more there are."""

    items: list[FailedTest]
    more: int


class Flaked(Shown):
    """What differed though nothing else did."""

    name: str
    kind: str
    tool: str
    project: str
    variant: str
    times: int
    seen_at: Moment


class AllFlaked(Shown):
    """The newest ones, and how many more there are."""

    items: list[Flaked]
    more: int


class ReportAct(Shown):
    """What somebody did to a ratchet: waive, end a waiver, reset or raise."""

    kind: str
    name: str
    commit: str
    subject: str | None
    actor: str
    reason: str
    until: Moment | None
    at: Moment


class ReportActs(Shown):
    """The newest ones, and how many more there are."""

    items: list[ReportAct]
    more: int


class Change(Shown):
    """A metric at both ends, and whether its change is `good` or `bad`; empty: that is not known, or there is none."""

    name: str
    begin: float | None
    end: float | None
    change: float | None
    mood: str


class Changes(Shown):
    """What changed first, and how many more there are."""

    items: list[Change]
    more: int


class ToolTimes(Shown):
    """How often a tool was run, how it went, and how long it took, in seconds, where it was not reused."""

    tool: str
    project: str
    variant: str
    times: int
    failed: int
    errored: int
    reused: int
    measured: int
    total_s: float
    longest_s: float | None
    mean_s: float | None


class AllToolTimes(Shown):
    """The slowest ones, and how many more there are."""

    items: list[ToolTimes]
    more: int


class FindingsTold(Shown):
    """How many findings came and went, against the commits' parents."""

    new: int
    fixed: int


class Report(Shown):
    """What a period brought: metrics are those of the main branch, or of the two commits."""

    repository: ReportRepository
    period: Period
    branch: str
    runs: ReportRuns
    broke: Turns
    mended: Turns
    improved: AllMoved
    regressed: AllMoved
    tests: FailedTests
    flaky: AllFlaked
    acts: ReportActs
    metrics: Changes
    tools: AllToolTimes
    findings: FindingsTold
