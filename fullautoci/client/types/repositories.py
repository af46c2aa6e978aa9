"""Repositories, their commits, and what is said of them."""

from typing import Literal, TypedDict

from fullautoci.client.types.runs import Run


class Repository(TypedDict):
    """What is watched."""

    id: int
    name: str
    path: str
    worktree: str | None
    kind: Literal["working", "bare", "remote"]
    created_at: str
    scanned_at: str | None
    problem: str
    latest: Run | None


class Commit(TypedDict):
    """A commit with its newest run."""

    sha: str
    tree: str
    parents: list[str]
    author: str
    subject: str
    message: str
    committed_at: str
    latest: Run | None


class Brought(TypedDict):
    """A file of the working copy that jobs may be given."""

    path: str
    allowed_at: str


class Flaky(TypedDict):
    """A test or metric that differed though nothing else did."""
