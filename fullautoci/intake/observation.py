"""What there is to see in a repository: commits that events name, that nobody has seen, or that are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fullautoci.errors import NotFoundError
from fullautoci.model import Event, Priority
from fullautoci.store import events, repositories, runs
from fullautoci.store.database import Database
from fullautoci.store.events import Acceptance
from fullautoci.store.repositories import Repository
from fullautoci.vcs.base import Mirror

# How many commits that arrived together are tested, the newest first; the older ones count as seen.
BACKFILL_LIMIT = 200
NOT_TESTED = ("refs/tags/", "refs/notes/", "refs/stash")


@dataclass(frozen=True)
class Look:
    """A repository as it was found: its refs now and last time, those that moved, and commits that are gone."""

    repository: Repository
    refs: Mapping[str, str]
    seen: Mapping[str, str]
    moved: Mapping[str, str]
    gone: frozenset[str]


@dataclass(frozen=True)
class Findings:
    """What is to be written: runs for unseen commits, each event with its runs, and commits that nothing reaches."""

    unseen: tuple[runs.Wish, ...]
    named: tuple[tuple[Event, tuple[runs.Wish, ...]], ...]
    unreached: frozenset[str]


def look(
    repository: Repository, refs: Mapping[str, str], seen: Mapping[str, str], group: Sequence[Event], mirror: Mirror
) -> Look:
    """Fetch and pin what the events name and what moved since the last time."""
    moved = {name: sha for name, sha in refs.items() if sha not in seen.values()}
    named = [update.new for event in group for update in event.updates if update.new and _tested(update.ref)]
    gone = mirror.fetch(repository.path, [*named, *moved.values()])
    return Look(repository, refs, seen, moved, frozenset(gone))


def sort_out(found: Look, group: Sequence[Event], waiting: Sequence[str], mirror: Mirror) -> Findings:
    """Tell what is new, and what is no longer wanted."""
    tips = [sha for sha in dict.fromkeys(found.moved.values()) if sha not in found.gone]
    unseen = mirror.unseen(tips, list(found.seen.values()), BACKFILL_LIMIT) if tips else []
    branches = {sha: name for name, sha in found.refs.items()}
    moved = next(iter(found.moved), "")
    named = [(event, tuple(_named(event, mirror, found.gone))) for event in group]
    hooked = {wish.commit.sha for _, ones in named for wish in ones}
    wishes = [
        _wish(mirror, sha, branches.get(sha, moved), sha in tips) for sha in reversed(unseen) if sha not in hooked
    ]
    asked = {wish.commit.sha for event, ones in named for wish in ones if event.source in runs.ASKED}
    reached = [sha for sha in dict.fromkeys(found.refs.values()) if sha not in found.gone]
    doubtful = [sha for sha in {*waiting, *hooked} if sha not in reached and sha not in asked]
    unreached = set(mirror.unseen(doubtful, reached, 100_000)) & set(doubtful) if doubtful else set()
    return Findings(tuple(wishes), tuple(named), frozenset(unreached))


def write(db: Database, found: Look, findings: Findings) -> bool:
    """Write runs, events and refs in the caller's transaction.

    Returns:
        Whether a run was made.
    """
    identifier = found.repository.id
    new = {run for run, fresh in (runs.wish(db, identifier, one) for one in findings.unseen) if fresh}
    for event, wishes in findings.named:
        made = [runs.wish(db, identifier, one) for one in wishes]
        new.update(run for run, fresh in made if fresh)
        own = tuple(dict.fromkeys(run for run, _ in made))
        events.accept(db, event, identifier, _acceptance(event, own, new, found.gone))
    runs.supersede(db, identifier, findings.unreached, "no branch reaches this commit any more")
    repositories.see(db, identifier, found.refs)
    return bool(new)


def _wish(mirror: Mirror, sha: str, branch: str, is_tip: bool) -> runs.Wish:
    """A commit that the scan found: tips at once, what came with them when there is time."""
    return runs.Wish(mirror.commit(sha), short(branch), "scan", Priority.NOW if is_tip else Priority.BACKFILL)


def _named(event: Event, mirror: Mirror, gone: frozenset[str]) -> list[runs.Wish]:
    wishes = []
    for update in event.updates:
        if update.new is None or update.new in gone or not _tested(update.ref):
            continue
        try:
            commit = mirror.commit(update.new)
        except NotFoundError:
            continue  # the id of something that is no commit
        fresh = event.source == "rerun"
        wishes.append(runs.Wish(commit, short(update.ref), event.source, Priority.NOW, fresh=fresh))
    return wishes


def _acceptance(event: Event, own: tuple[int, ...], new: set[int], gone: frozenset[str]) -> Acceptance:
    missing = [update.new for update in event.updates if update.new in gone]
    if missing and not own:
        return Acceptance("errored", f"commit {missing[0]} was gone from the repository before it could be fetched")
    if new.intersection(own):
        return Acceptance("queued", runs=own)
    if own:
        return Acceptance("coalesced", "its commits have runs already", own)
    return Acceptance("nothing_new", "it names no commit of a branch")


def _tested(ref: str) -> bool:
    return not ref.startswith(NOT_TESTED)


def short(ref: str) -> str:
    """A branch's name without its folder; `HEAD` for a detached one."""
    return ref.removeprefix("refs/heads/").partition(":")[0]
