"""What is found by words."""

from typing import Annotated, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Number, Paged, Shown
from fullautoci.web.schemas.listed import Words


class SearchQuery(Paged):
    """What is looked for, of which kind, and in which repository."""

    q: Annotated[Words, Field(min_length=1)]
    kind: Literal["commit", "finding"] | None = None
    repository: Number | None = None


class FoundCommit(Shown):
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


class FoundFinding(Shown):
    """What findings say, with where it was seen last, and in which run first; null: that is gone."""

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


Found = Annotated[FoundCommit | FoundFinding, Field(discriminator="kind")]
