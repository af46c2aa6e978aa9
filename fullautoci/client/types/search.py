"""What is found by words."""

from typing import Literal, TypedDict


class FoundCommit(TypedDict):
    """A commit with its newest run."""

    kind: Literal["commit"]
    run: int
    repository_id: int
    repository: str
    commit: str
    subject: str
    author: str
    committed_at: str
    branch: str
    state: str
    outcome: str | None


class FoundFinding(TypedDict):
    """What findings say, with where it was seen last, and in which run first; None: that is gone."""

    kind: Literal["finding"]
    repository_id: int
    repository: str
    tool: str
    rule: str
    message: str
    path: str
    job: int | None
    run: int | None
    commit: str | None
    first_run: int | None
    first_commit: str | None
