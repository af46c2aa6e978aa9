"""Jobs where they are listed by themselves."""

from fullautoci.client.types.runs import Job


class PlacedJob(Job):
    """A job with the run that it belongs to."""

    run: int
    repository_id: int
    repository: str
    commit: str
    branch: str
    subject: str
