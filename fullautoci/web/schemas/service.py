"""The service itself, its configuration, and what it is told."""

from typing import Annotated, Any, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Moment, Number, Shown, Switch


class Status(Shown):
    """The daemon's facts, what is running, and what waits."""

    daemon: Literal["running", "down"]
    version: str
    running: list[dict[str, Any]]


class Pruning(Asked):
    """Whether it is only told what would go."""

    dry_run: Switch = False


class PrunedItem(Shown):
    """Something that went, or would go."""

    kind: str
    path: str
    bytes: int
    reason: str


class Pruned(Shown):
    """All that went, or would go."""

    dry_run: bool
    freed_bytes: int
    items: list[PrunedItem]


class Link(Shown):
    """A path that opens a browser session, once and within a minute, and the address of the page."""

    path: str
    url: str


class Pause(Asked):
    """What starts no more, and for how long; without `seconds`, until `resume`."""

    what: Literal["everything", "backfill"] = "everything"
    seconds: Annotated[float, Field(gt=0, le=366 * 86400)] | None = None


class ConfigQuery(Asked):
    """Whose configuration: of a repository at a commit, of one whose file says nothing, or of the service."""

    repository: Number | None = None
    commit: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")] | None = None


class OfRepository(Asked):
    """Whose: a repository's or, without one, the service's."""

    repository: Number | None = None


class Setting(Shown):
    """What the database says."""

    key: str
    value: Any
    actor: str
    at: Moment


class Configuration(Shown):
    """Values by key, where each was said, and what is set in the database."""

    values: dict[str, Any]
    origins: dict[str, str]
    set: list[Setting]


class NewSetting(Asked):
    """What a key is to say; a `commit` may be named with whose file that is to make sense."""

    value: Any
    repository: Number | None = None
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40})?$")] | None = None


class WasSet(Shown):
    """Whether the daemon is to be restarted for it."""

    key: str
    restart: bool


class WasUnset(Shown):
    """How many values went, and whether the daemon is to be restarted for it."""

    unset: int
    restart: bool


class Accepted(Shown):
    """The event that was accepted; null: the spool is looked at."""

    accepted: str | None


class Event(Shown):
    """What became of an event."""

    id: str
    repository_id: int | None
    source: str
    accepted_at: Moment
    outcome: str
    reason: str
    runs: list[int]


class Problem(Shown):
    """Why a request was refused (RFC 9457)."""

    type: str
    status: int
    title: str
    detail: str
    hint: Annotated[str, Field(description="what to do about it")] = ""
