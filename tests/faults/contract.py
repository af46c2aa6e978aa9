"""A model of the contract: what may have become of a repository's commits and events, by what was done to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

LOSSES_TO_QUARANTINE = 3


@dataclass
class Contract:
    """What was done to one repository.

    Attributes:
        acknowledged: events whose hooks came to their end without complaint.
        cancelled: commits whose runs a person cancelled.
        losses: how often something was done that may cost any job an attempt: a kill, a disk filled under it.
    """

    acknowledged: list[str] = field(default_factory=list)
    cancelled: set[str] = field(default_factory=set)
    losses: int = 0

    def broken_by(self, commit: str, runs: Sequence[tuple[str, str]], reached: Collection[str]) -> str:
        """Which of the contract's sentences a commit's runs break; empty: none.

        Args:
            runs: the outcome and the reason of each, in the order of their generations.
            reached: the commits that a branch reaches.
        """
        final = [outcome for outcome, _ in runs if outcome != "superseded"]
        if len(final) > 1:
            return "it has more than one result"
        if commit in reached and not final:
            return "it is on a branch, and has no result"
        if any(outcome == "superseded" and not reason for outcome, reason in runs):
            return "it was superseded, and nothing says why"
        unexpected = set(final) - {"passed"}
        if commit in self.cancelled:
            unexpected.discard("cancelled")
        if self.losses >= LOSSES_TO_QUARANTINE:
            unexpected.discard("quarantined")
        return f"it is {', '.join(unexpected)}" if unexpected else ""
