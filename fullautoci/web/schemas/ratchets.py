"""Ratchets."""

from typing import Annotated, Any, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Limit, Moment, Name, Sha, Shown
from fullautoci.web.schemas.runs import Verdict

Part = Annotated[str, Field(max_length=4096)]


class Held(Verdict):
    """What is held at a commit, and how it stands."""

    name: str
    tool: str
    project: str
    variant: str
    job: int | None
    commit: str
    held: bool
    direction: str
    slack: Any
    own_value: float | None
    next_floor: float | None
    above: float | None
    left: float | None
    measured_at: str | None
    waived: dict[str, Any] | None
    since: str
    since_is_known: bool


class RatchetQuery(Asked):
    """Which part of one's history, up to a commit."""

    commit: Sha | None = None
    before: Sha | None = None
    limit: Limit = 50
    project: Part | None = None
    variant: Part | None = None


class Went(Shown):
    """How one stood at a commit."""

    commit: str
    subject: str
    when: str
    verdict: str | None
    value: float | None
    floor: float | None
    target: float | None
    flags: list[str]
    blame: str
    reason: str
    failing: bool
    next_floor: float | None
    acts: list[dict[str, Any]]


class Ratchet(Shown):
    """One with its history and advice; `next` is the commit to go on before."""

    name: str
    standing: Held | None
    history: list[Went]
    next: str | None
    coach: dict[str, Any] | None


class JournalQuery(Asked):
    """Which part of the journal: entries before the `cursor` of one."""

    before: Annotated[str, Field(max_length=200)] | None = None
    limit: Limit = 50


class JournalEntry(Shown):
    """What moved a ratchet, or nearly did."""

    kind: str
    reason: str
    actor: str
    cursor: str


class NewAct(Asked):
    """What is done about a ratchet: by `name`, or by `tool`, `metric` and, where wanted, `project` and `variant`."""

    kind: Literal["waive", "end", "reset", "raise"]
    name: Part | None = None
    tool: Part | None = None
    metric: Part | None = None
    project: Part | None = None
    variant: Part | None = None
    commit: Name
    reason: Annotated[str, Field(max_length=4096)] = ""
    value: float | None = None
    until: Annotated[str, Field(max_length=40, description="a date, or a moment in ISO 8601")] | None = None


class Act(Shown):
    """What was done, with its number in the journal."""

    id: int
    kind: str
    tool: str
    metric: str
    commit: str
    reason: str
    actor: str
    value: float | None
    until: Moment | None


class Acted(Shown):
    """What was done, and the verdicts before and after."""

    act: Act
    before: list[Held]
    verdicts: list[Held]
