"""By what a commit was replaced."""

from dataclasses import replace
from pathlib import Path

import pytest

from fullautoci.intake import replacement
from fullautoci.intake.acceptance import REWRITTEN, still_held, waits_for
from fullautoci.model import Commit, Event, RefUpdate
from fullautoci.vcs.base import Operation
from tests.unit.store.parts import COMMIT, sha

OLD = replace(COMMIT, sha=sha(1), parents=(sha(9),))


def rewriting(old: str, new: str) -> Event:
    return Event("id", "post-rewrite", "/r/.git", (RefUpdate(REWRITTEN, old, new),))


@pytest.mark.parametrize(
    ("new", "group", "reason"),
    [
        ([], [], replacement.UNREACHED),
        ([], [rewriting(sha(1), sha(2))], f"rewritten as {sha(2)[:10]}"),
        ([], [rewriting(sha(3), sha(2))], replacement.UNREACHED),
        ([replace(COMMIT, sha=sha(2), parents=(sha(9),))], [], f"replaced by {sha(2)[:10]}, amended or made anew"),
        ([replace(COMMIT, sha=sha(2), parents=(sha(8),))], [], replacement.UNREACHED),
        ([OLD], [], replacement.UNREACHED),
        (
            [replace(COMMIT, sha=sha(2), parents=(sha(9),))],
            [rewriting(sha(1), sha(3))],
            f"rewritten as {sha(3)[:10]}",
        ),
    ],
)
def test_the_reason(new: list[Commit], group: list[Event], reason: str) -> None:
    assert replacement.reasons([OLD], new, group)[OLD.sha].startswith(reason)


GIT = Path("/r/.git")
REBASE = Operation("rebase", GIT, "HEAD:.")
AM = Operation("am", GIT, "refs/heads/main")


@pytest.mark.parametrize(
    ("source", "path", "ref", "operation", "kind"),
    [
        ("post-commit", "/r/.git", "HEAD", REBASE, "rebase"),
        ("post-commit", "/r/.git/worktrees/side", "HEAD", REBASE, ""),
        ("post-commit", "/r/.git", "refs/heads/main", REBASE, ""),
        ("post-commit", "/r/.git", "refs/heads/main", AM, "am"),
        ("post-commit", "/r/.git", "refs/heads/other", AM, ""),
        ("post-merge", "/r/.git", "refs/heads/main", AM, ""),
        ("api", "/r/.git", "HEAD", REBASE, ""),
    ],
)
def test_which_events_wait(source: str, path: str, ref: str, operation: Operation, kind: str) -> None:
    event = Event("id", source, path, (RefUpdate(ref, None, sha(1)),))
    assert waits_for(event, [operation]) == kind
    assert waits_for(event, []) == ""


def test_a_rebase_that_says_that_it_is_over_is_over() -> None:
    side = Operation("rebase", GIT / "worktrees/side", "HEAD:worktrees/side")
    assert still_held([REBASE, side], [rewriting(sha(1), sha(2))]) == [side]
    assert still_held([REBASE], []) == [REBASE]
