"""Events, and what became of each."""

from typing import TypedDict


class Event(TypedDict):
    """What became of an event."""

    id: str
    repository_id: int | None
    source: str
    accepted_at: str
    outcome: str
    reason: str
    runs: list[int]


class Update(TypedDict):
    """A ref that moved, and the commits before and after; None: it did not or does not exist."""

    ref: str
    old: str | None
    new: str | None


class PlacedEvent(Event):
    """An event with its repository, where that is known, and the refs that moved."""

    repository: str | None
    updates: list[Update]
