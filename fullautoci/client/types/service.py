"""The service itself, its configuration, and what it is told."""

from typing import Any, Literal, NotRequired, TypedDict


class PrunedItem(TypedDict):
    """Something that went, or would go."""

    kind: str
    path: str
    bytes: int
    reason: str


class Pruned(TypedDict):
    """All that went, or would go."""

    dry_run: bool
    freed_bytes: int
    items: list[PrunedItem]


class Setting(TypedDict):
    """What the database says."""

    key: str
    value: Any
    actor: str
    at: str


class Configuration(TypedDict):
    """Values by key, where each was said, and what is set in the database."""

    values: dict[str, Any]
    origins: dict[str, str]
    set: list[Setting]


class WasSet(TypedDict):
    """Whether the daemon is to be restarted for it."""

    key: str
    restart: bool


class WasUnset(TypedDict):
    """How many values went, and whether the daemon is to be restarted for it."""

    unset: int
    restart: bool


class Paused(TypedDict):
    """What starts no more: `everything` or `backfill`; until a moment, or None: until `resume`."""

    what: str
    until: str | None


class Status(TypedDict):
    """The daemon's facts, what is running, and what waits; places and process numbers are for admins alone."""

    daemon: Literal["running", "down"]
    version: str
    running: list[dict[str, Any]]
    home: NotRequired[str]
    url: NotRequired[str]
    pid: NotRequired[int]
    started_at: NotRequired[str]
    workers: NotRequired[int]
    workers_idle: NotRequired[int]
    jobs_queued: NotRequired[int]
    runs_queued: NotRequired[int]
    oldest_wait_s: NotRequired[float | None]
    jobs_quarantined: NotRequired[int]
    backfill_queued: NotRequired[int]
    paused: NotRequired[Paused | None]
    spool_waiting: NotRequired[int]
    spool_rejected: NotRequired[int]
    notices: NotRequired[bool]
    under_way: NotRequired[dict[str, str]]
    on_battery: NotRequired[bool]
    stale: NotRequired[str]
    problem: NotRequired[str]
    no_room: NotRequired[bool]


class LoginLink(TypedDict):
    """A path that opens a browser session, once and within a minute, below the page's address."""

    path: str
    url: str
