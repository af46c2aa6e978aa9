"""Jobs and their logs."""

from fullautoci.web.schemas.base import Asked, Number, Sha
from fullautoci.web.schemas.listed import Between, Part
from fullautoci.web.schemas.runs import Job, Outcome, State


class LogQuery(Asked):
    """From which byte on."""

    offset: Number = 0


class JobsQuery(Between):
    """Which jobs, by when they were queued and what they are of."""

    repository: Number | None = None
    run: Number | None = None
    branch: Part = ""
    commit: Sha | None = None
    tool: Part = ""
    project: Part = ""
    variant: Part = ""
    state: State | None = None
    outcome: Outcome | None = None


class PlacedJob(Job):
    """A job with the run that it belongs to."""

    run: int
    repository_id: int
    repository: str
    commit: str
    branch: str
    subject: str
