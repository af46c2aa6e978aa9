"""Metrics over time."""

from fullautoci.web.schemas.base import Moment, Shown
from fullautoci.web.schemas.listed import Between, Part


class MetricsQuery(Between):
    """Of which jobs, by when they were queued; of one `metric`, or all."""

    tool: Part = ""
    metric: Part = ""
    project: Part = ""
    variant: Part = ""
    branch: Part = ""


class Measured(Shown):
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
    at: Moment | None
    metrics: dict[str, float]
