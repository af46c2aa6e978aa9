"""By what a commit that no branch reaches any more was replaced, as far as that can be told."""

from collections.abc import Mapping, Sequence

from fullautoci.intake.acceptance import REWRITTEN
from fullautoci.model import Commit, Event

UNREACHED = "no branch reaches this commit any more"


def reasons(unreached: Sequence[Commit], new: Sequence[Commit], group: Sequence[Event]) -> Mapping[str, str]:
    """Why each of these commits is not tested.

    Args:
        new: commits that are seen for the first time.
        group: events, of which git's own `post-rewrite` says what stands for what.
    """
    known = rewritten(group)
    siblings = {commit.parents: commit.sha for commit in new}

    def reason(commit: Commit) -> str:
        if why := known.get(commit.sha):
            return why
        if (sibling := siblings.get(commit.parents)) and sibling != commit.sha:
            return f"replaced by {sibling[:10]}, amended or made anew on the same parent"
        return UNREACHED

    return {commit.sha: reason(commit) for commit in unreached}


def rewritten(group: Sequence[Event]) -> Mapping[str, str]:
    """What events say of commits that others stand for now, each with the reason that this is."""
    return {
        update.old: f"rewritten as {update.new[:10]}"
        for event in group
        for update in event.updates
        if update.ref == REWRITTEN and update.old and update.new
    }
