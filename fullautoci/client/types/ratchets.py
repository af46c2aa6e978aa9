"""Ratchets."""

from typing import Any, TypedDict

from fullautoci.client.types.runs import Verdict


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


class Went(TypedDict):
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


class Ratchet(TypedDict):
    """One with its history and advice; `next` is the commit to go on before."""

    name: str
    standing: Held | None
    history: list[Went]
    next: str | None
    coach: dict[str, Any] | None


class JournalEntry(TypedDict):
    """What moved a ratchet, or nearly did."""

    kind: str
    reason: str
    actor: str
    cursor: str


class Act(TypedDict):
    """What was done, with its number in the journal."""

    id: int
    kind: str
    tool: str
    metric: str
    commit: str
    reason: str
    actor: str
    value: float | None
    until: str | None


class Acted(TypedDict):
    """What was done, and the verdicts before and after."""

    act: Act
    before: list[Held]
    verdicts: list[Held]
