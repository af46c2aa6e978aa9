"""Metrics over time."""

from typing import TypedDict


class Measured(TypedDict):
    """What a job measured of a commit."""

    job: int
    run: int
    commit: str
    subject: str
    committed_at: str
    branch: str
    tool: str
    project: str
    variant: str
    at: str | None
    metrics: dict[str, float]
