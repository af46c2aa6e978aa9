"""Events, and what became of each."""

from fullautoci.web.schemas.base import Number, Shown
from fullautoci.web.schemas.listed import Between, Part
from fullautoci.web.schemas.service import Event


class EventsQuery(Between):
    """Which events, by when they were accepted: of a repository, a source such as `post-commit`, or an outcome."""

    repository: Number | None = None
    source: Part = ""
    outcome: Part = ""


class Update(Shown):
    """A ref that moved, and the commits before and after; null: it did not or does not exist."""

    ref: str
    old: str | None
    new: str | None


class PlacedEvent(Event):
    """An event with its repository, where that is known, and the refs that moved."""

    repository: str | None
    updates: list[Update]
