"""The words of the field as values: events, jobs, and what comes of them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any


class State(StrEnum):
    """How far a run or job is."""

    QUEUED = "queued"
    PREPARING = "preparing"
    RUNNING = "running"
    DONE = "done"


class Outcome(StrEnum):
    """How a run or job that is done ended; the order is the order in which a job's outcome becomes its run's."""

    QUARANTINED = "quarantined"
    ERRORED = "errored"
    TIMED_OUT = "timed_out"
    FAILED = "failed"
    CANCELLED = "cancelled"
    PASSED = "passed"
    SUPERSEDED = "superseded"
    SKIPPED = "skipped"


class Priority:
    """What runs first: the smaller."""

    NOW = 0
    BACKFILL = 10


def run_outcome(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of a run whose jobs ended so; skipped only when all are, or when there is none."""
    order = list(Outcome)
    return min(outcomes, key=order.index, default=Outcome.SKIPPED)


@dataclass(frozen=True)
class RefUpdate:
    """One ref that moved: full name, and the commits before and after (None: did not or does not exist)."""

    ref: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class Event:
    """These refs moved in this repository.

    Attributes:
        id: unique; the spool file's name.
        source: `post-commit` and the like for hooks; `scan`, `init`, `api`, `register`, `unregister`.
        path: the repository's git folder, absolute.
        updates: what moved, as far as the sender knows; a scan finds the rest.
    """

    id: str
    source: str
    path: str
    updates: tuple[RefUpdate, ...] = ()


@dataclass(frozen=True)
class Commit:
    """A commit as it is stored and shown; text is made storable."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    author: str
    subject: str
    message: str
    committed_at: str


@dataclass(frozen=True)
class ToolPlan:
    """One tool as the frozen configuration of a commit asks for it; `timeout` is in seconds, `secrets` are names.

    Attributes:
        environment: its kind; `auto` is told from the commit's files.
        options: what the configuration says of that environment (`config/environment.py`).
        variant: which of several interpreters; empty where there is one.
        project: the folder of a monorepo's project; `.` where there is but one.
        said: whether `paths` are the configuration's own, and not what the files suggest.
        reads: what the tool's result hangs on: the `tree`, or the `commit` too.
        reads_paths: of the tree only what is below these paths; empty: all of it.
        cache: whether a known result may stand for a new one.
        expires: seconds after which it may no more; None: never.
        configured_by: the commit whose tool configuration holds; empty: its own.
        environment_of: the commit whose files say what the environment is; empty: its own.
    """

    tool: str
    paths: tuple[str, ...] = ()
    args: tuple[str, ...] = ()
    timeout: float = 600.0
    command: tuple[str, ...] = ()
    reports: Mapping[str, str] = field(default_factory=dict)
    environment: str = "auto"
    options: Mapping[str, Any] = field(default_factory=dict)
    variant: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    setup: tuple[tuple[str, ...], ...] = ()
    secrets: tuple[str, ...] = ()
    bring: tuple[str, ...] = ()
    project: str = "."
    said: bool = False
    reads: str = "tree"
    reads_paths: tuple[str, ...] = ()
    cache: bool = True
    expires: float | None = None
    configured_by: str = ""
    environment_of: str = ""


@dataclass(frozen=True)
class Box:
    """What of the machine a job's programs see, where bubblewrap keeps the rest from them.

    Attributes:
        strict: nothing is there but the system's programs and what is named here; else all but what is hidden.
        hidden: folders that are empty to them, but for what is named here below them.
        reads: what they can read.
        writes: what they can write.
        network: whether they reach it; else only a loopback interface of their own.
        privileged: whether root keeps the rights by which it could look behind what is hidden.
    """

    strict: bool
    hidden: tuple[Path, ...] = ()
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    network: bool = True
    privileged: bool = False


@dataclass(frozen=True)
class Sandbox:
    """What the service says of sandboxes.

    Attributes:
        mode: `auto` hides our own folders where bubblewrap works; `on` everything that is not named, or nothing is run;
            `off` leaves jobs as they are.
        network: whether jobs may have one at all.
        reads: folders that jobs may read in any case.
        writes: folders that jobs may write in any case.
        hidden: our own folders.
    """

    mode: str = "auto"
    network: bool = True
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    hidden: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Limits:
    """What a job's programs may use.

    Attributes:
        processes: how many there may be at once.
        memory: bytes of address space of each; None: any.
        file_size: bytes of a file that they write; None: any.
        contained: whether they get a process namespace of their own where there can be one.
        box: what they see of the machine; None: all of it.
    """

    processes: int = 2000
    memory: int | None = None
    file_size: int | None = None
    contained: bool = True
    box: Box | None = None


@dataclass(frozen=True)
class Job:
    """One tool of a run: the pool's unit, a picklable value.

    Attributes:
        mirror: the bare repository that holds the commit.
        log: the file that the tool's output is streamed to.
        folders: cache folders by name (`slots`, `environments`, `overlays`).
        tag: marks every process of this attempt in its environment.
        secrets: values by name, as far as there are any; shown to nobody.
        worktree: the registered working copy, where there is one.
        allowed: files of it that the owner lets jobs have.
        fresh: whether it is to be measured anew, whatever is known.
    """

    id: int
    attempt: int
    run_id: int
    repository_id: int
    commit: str
    tree: str
    plan: ToolPlan
    mirror: Path
    git_config: Path
    log: Path
    folders: Mapping[str, Path]
    tag: str
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    worktree: Path | None = None
    allowed: tuple[str, ...] = ()
    limits: Limits = Limits()
    sandbox: Sandbox = Sandbox()
    fresh: bool = False


@dataclass(frozen=True)
class Finding:
    """A located diagnostic; `line` counts from 1, 0 means the whole file; `anchor` is a digest of that line's text."""

    path: str
    line: int
    column: int
    rule: str
    severity: str
    message: str
    anchor: str = ""


@dataclass(frozen=True)
class TestCase:
    """A named test: outcome is `passed`, `failed`, `errored` or `skipped`; time in seconds."""

    __test__ = False

    name: str
    outcome: str
    duration_s: float
    message: str = ""


@dataclass(frozen=True)
class FileCoverage:
    """One measured file: counts of lines and branches, and the lines never reached."""

    path: str
    statements: int
    covered: int
    branches: int
    covered_branches: int
    missing: tuple[int, ...]


@dataclass(frozen=True)
class EnvironmentIdentity:
    """What a job ran in: kind, digest of what is installed, interpreter, and whatever else tells it apart."""

    kind: str
    fingerprint: str
    interpreter: str
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PutOff:
    """A job that could not be done now, and why; `spent` says whether the attempt counts."""

    reason: str
    spent: bool


@dataclass(frozen=True)
class Result:
    """What a job yielded.

    Attributes:
        identity: the digest under which an equal job would yield the same.
        configuration: the digest of the tool's own configuration: values are compared only where it is the same.
        reused_from: the job whose result this is; None: it was measured.
        by_file: metrics that are counted in files, each by path; a file that is not named has none.
    """

    outcome: Outcome
    reason: str = ""
    hint: str = ""
    tool_version: str = ""
    environment: EnvironmentIdentity | None = None
    identity: str = ""
    metrics: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    tests: tuple[TestCase, ...] = ()
    files: tuple[FileCoverage, ...] = ()
    duration_s: float = 0.0
    timings: Mapping[str, float] = field(default_factory=dict)
    configuration: str = ""
    reused_from: int | None = None
    by_file: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
