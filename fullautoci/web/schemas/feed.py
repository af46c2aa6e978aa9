"""Feeds of runs."""

from fullautoci.web.schemas.base import Paged
from fullautoci.web.schemas.listed import Part
from fullautoci.web.schemas.runs import Outcome


class FeedQuery(Paged):
    """Which runs: of a branch, or with an outcome."""

    branch: Part = ""
    outcome: Outcome | None = None
