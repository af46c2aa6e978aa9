"""Findings where they are listed by themselves."""

from fullautoci.client.types.runs import Finding


class PlacedFinding(Finding):
    """A finding with the job that it belongs to."""

    tool: str
    project: str
    variant: str
    job: int
    run: int
    commit: str
