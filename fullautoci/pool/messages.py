"""What a worker and the daemon say to one another."""

from dataclasses import dataclass
from typing import Final

from fullautoci.model import Job, PutOff, Result, State
from fullautoci.sharing import Known

CANCEL: Final = "cancel"


@dataclass(frozen=True)
class Asked:
    """The worker asks whose result may stand for its job's, which would have this identity."""

    identity: str


@dataclass(frozen=True)
class Answer:
    """The daemon's answer; it may come when nobody waits for it any more."""

    identity: str
    known: Known | None


# What a worker says: how far it is, what it asks, or how the job ended.
Message = tuple[State, str] | Asked | Result | PutOff
# What it is told: a job, that the job is to end, or an answer.
Order = Job | str | Answer
