"""What becomes of an event."""

from collections.abc import Collection, Sequence
from pathlib import Path

from fullautoci.model import Event
from fullautoci.store.events import Acceptance
from fullautoci.vcs.base import Operation

# The `ref` of a post-rewrite event's further updates: which commit stands for which.
REWRITTEN = "rewritten"
END = "post-rewrite"
NOT_REGISTERED = Acceptance("ignored", "the repository is not registered")


def waits_for(event: Event, held: Sequence[Operation]) -> str:
    """The kind of the operation that made this event's commits and goes on; empty: none does."""
    for operation in held if event.source == "post-commit" else ():
        ref = "HEAD" if operation.ref.startswith("HEAD:") else operation.ref
        if _in(event, operation) and any(update.ref == ref for update in event.updates):
            return operation.kind
    return ""


def still_held(operations: Sequence[Operation], group: Sequence[Event]) -> list[Operation]:
    """The operations that go on: a rebase runs post-rewrite when it is over, just before its folder goes."""
    ends = [event for event in group if event.source == END]
    return [operation for operation in operations if not any(_in(event, operation) for event in ends)]


def _in(event: Event, operation: Operation) -> bool:
    return Path(event.path).resolve() == operation.folder.resolve()


def deferred(kind: str) -> Acceptance:
    """The outcome of an event whose commit waits for an operation's end."""
    return Acceptance("deferred", f"a {kind} is under way: what it leaves on a branch is tested at its end")


def of(event: Event, own: tuple[int, ...], new: Collection[int], gone: Collection[str], capped: int) -> Acceptance:
    """The outcome of an event.

    Args:
        own: the runs of the commits that it names.
        new: runs that were just made.
        gone: commits that could not be fetched.
        capped: how many of the commits that arrived together are tested, where there were more; else 0.
    """
    missing = [update.new for update in event.updates if update.new in gone]
    if missing and not own:
        return Acceptance("errored", f"commit {missing[0]} was gone from the repository before it could be fetched")
    more = f"more than {capped} commits arrived together: the older ones count as seen" if capped else ""
    if any(run in new for run in own):
        return Acceptance("queued", more, runs=own)
    if own:
        return Acceptance("coalesced", more or "its commits have runs already", own)
    return Acceptance("nothing_new", more or "it names no commit of a branch")
