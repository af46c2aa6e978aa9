"""Repositories, their commits, and what is said of them."""

from typing import Annotated, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Moment, Sha, Shown
from fullautoci.web.schemas.runs import OfRuns, Run


class Repository(Shown):
    """What is watched."""

    id: int
    name: str
    path: str
    worktree: str | None
    kind: Literal["working", "bare", "remote"]
    created_at: Moment
    scanned_at: Moment | None
    problem: str
    latest: Run | None


class NewRepository(Asked):
    """Where a repository is, on the machine of the service, and what it is to be called."""

    path: Annotated[str, Field(pattern=r"^/[^\x00]*$", max_length=4096)]
    name: Annotated[str, Field(max_length=200)] = ""


class Scanning(Shown):
    """The repository that is looked at."""

    scanning: int


class CommitsQuery(OfRuns):
    """Which commits; what is said of runs is of the newest of each."""


class RunsOfCommitQuery(Asked):
    """How many of a commit's runs."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50


class Commit(Shown):
    """A commit with its newest run."""

    sha: str
    tree: str
    parents: list[str]
    author: str
    subject: str
    message: str
    committed_at: str
    latest: Run | None


class Brought(Shown):
    """A file of the working copy that jobs may be given."""

    path: str
    allowed_at: Moment


class Paths(Asked):
    """Files of the working copy, as `bring` in `.fullautoci.yml` names them."""

    paths: Annotated[list[Annotated[str, Field(max_length=4096)]], Field(min_length=1, max_length=1000)]


class Revoked(Shown):
    """How many there were."""

    revoked: int


class Cancelled(Shown):
    """How many runs that were."""

    cancelled: int


class Flaky(Shown):
    """A test or metric that differed though nothing else did."""


class Forgive(Asked):
    """The test or metric whose quarantine ends; of one tool, or of every."""

    name: Annotated[str, Field(min_length=1, max_length=100_000)]
    tool: Annotated[str, Field(max_length=200)] = ""


class Forgiven(Shown):
    """How many ended."""

    forgiven: int


class AtCommit(Asked):
    """At which commit; without it, the one that was tested last."""

    commit: Sha | None = None
