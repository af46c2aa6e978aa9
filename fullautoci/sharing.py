"""What is known of results that may stand for others."""

from dataclasses import dataclass

from fullautoci.model import Outcome


@dataclass(frozen=True)
class Known:
    """A job whose result may stand for another's, and what it came to."""

    job_id: int
    outcome: Outcome
    reason: str = ""
    hint: str = ""
    tool_version: str = ""
