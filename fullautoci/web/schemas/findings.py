"""Findings of jobs and repositories."""

from typing import Literal

from fullautoci.web.schemas.base import Paged, Text
from fullautoci.web.schemas.listed import Part
from fullautoci.web.schemas.runs import Finding


class FindingsQuery(Paged):
    """Which findings: of a `rule`, a `severity`, a file or folder, with a `text` in the message, or of a status."""

    rule: Part = ""
    severity: Part = ""
    path: Part = ""
    text: Text = ""
    status: Literal["new", "unresolved"] | None = None


class RepositoryFindingsQuery(FindingsQuery):
    """Which of the newest results' findings: of a branch, or of a tool."""

    branch: Part = ""
    tool: Part = ""


class PlacedFinding(Finding):
    """A finding with the job that it belongs to."""

    tool: str
    project: str
    variant: str
    job: int
    run: int
    commit: str
