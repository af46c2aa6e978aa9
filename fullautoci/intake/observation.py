"""What there is to see in a repository: commits that events name, that nobody has seen, or that are gone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fullautoci.errors import NotFoundError
from fullautoci.intake import acceptance, replacement
from fullautoci.model import Event, Priority
from fullautoci.store import events, repositories, runs
from fullautoci.store.database import Database
from fullautoci.store.repositories import Repository
from fullautoci.vcs.base import Mirror, Operation

# How many commits that arrived together are tested, the newest first; the older ones count as seen.
BACKFILL_LIMIT = 200
NOT_TESTED = ("refs/tags/", "refs/notes/", "refs/stash", acceptance.REWRITTEN)


@dataclass(frozen=True)
class Look:
    """A repository as it was found.

    Attributes:
        refs: where its refs are now; what is under way leaves the refs that it moves where they were.
        seen: where they were last time.
        moved: those that are at a commit which none was at.
        gone: commits that could not be fetched.
        held: operations whose commits wait for their end.
    """

    repository: Repository
    refs: Mapping[str, str]
    seen: Mapping[str, str]
    moved: Mapping[str, str]
    gone: frozenset[str]
    held: Sequence[Operation]


@dataclass(frozen=True)
class Findings:
    """What is to be written.

    Attributes:
        unseen: runs for commits that no event names.
        named: each event with its runs.
        waiting: events whose commits wait for an operation's end, each with its kind.
        unreached: commits that nothing reaches any more, each with the reason.
        capped: whether more arrived at once than are tested.
    """

    unseen: tuple[runs.Wish, ...]
    named: tuple[tuple[Event, tuple[runs.Wish, ...]], ...]
    waiting: tuple[tuple[Event, str], ...] = ()
    unreached: Mapping[str, str] = field(default_factory=dict)
    capped: bool = False


def hold(refs: Mapping[str, str], seen: Mapping[str, str], held: Sequence[Operation]) -> dict[str, str]:
    """The refs, with those that an operation is moving where they were last seen."""
    moving = {operation.ref for operation in held}
    still = {name: sha for name, sha in refs.items() if name not in moving}
    return still | {name: seen[name] for name in moving if name in seen}


def look(
    repository: Repository,
    refs: Mapping[str, str],
    seen: Mapping[str, str],
    held: Sequence[Operation],
    group: Sequence[Event],
    mirror: Mirror,
) -> Look:
    """Fetch and pin what the events name and what moved since the last time."""
    known = set(seen.values())
    moved = {name: sha for name, sha in refs.items() if sha not in known}
    told = [event for event in group if not acceptance.waits_for(event, held)]
    named = [update.new for event in told for update in event.updates if update.new and _tested(update.ref)]
    gone = mirror.fetch(repository.path, [*named, *moved.values()])
    return Look(repository, refs, seen, moved, frozenset(gone), held)


def sort_out(found: Look, group: Sequence[Event], waiting: Sequence[str], mirror: Mirror) -> Findings:
    """Tell what is new, and what is no longer wanted."""
    tips = [sha for sha in dict.fromkeys(found.moved.values()) if sha not in found.gone]
    unseen = mirror.unseen(tips, list(found.seen.values()), BACKFILL_LIMIT) if tips else {}
    names = {sha: name for name, sha in found.refs.items()}
    later = [(event, kind) for event in group if (kind := acceptance.waits_for(event, found.held))]
    put_off = {event.id for event, _ in later}
    named = [(event, tuple(_named(event, mirror, found.gone))) for event in group if event.id not in put_off]
    hooked = {wish.commit.sha for _, ones in named for wish in ones}
    wishes = [
        _wish(mirror, sha, names.get(tip, ""), sha in tips)
        for sha, tip in reversed(list(unseen.items()))
        if sha not in hooked
    ]
    wishes += [
        runs.Wish(mirror.commit(sha), short(names.get(sha, "")), "scan", Priority.NOW, back=True)
        for sha in tips
        if sha not in unseen and sha not in hooked
    ]
    asked = {wish.commit.sha for event, ones in named for wish in ones if event.source in runs.ASKED}
    reached = [sha for sha in dict.fromkeys(found.refs.values()) if sha not in found.gone]
    doubtful = [sha for sha in {*waiting, *hooked} if sha not in reached and sha not in asked]
    unreached = set(mirror.unseen(doubtful, reached, 100_000)) & set(doubtful) if doubtful else set()
    new = [*(wish.commit for wish in wishes), *(wish.commit for _, ones in named for wish in ones)]
    reasons = replacement.reasons([mirror.commit(sha) for sha in unreached], new, group)
    return Findings(tuple(wishes), tuple(named), tuple(later), reasons, len(unseen) == BACKFILL_LIMIT)


def write(db: Database, found: Look, findings: Findings) -> bool:
    """Write runs, events and refs in the caller's transaction.

    Returns:
        Whether a run was made.
    """
    identifier = found.repository.id
    if not repositories.is_watched(db.conn, identifier):  # it was removed while it was looked at
        for event in [event for event, _ in findings.named] + [event for event, _ in findings.waiting]:
            events.accept(db, event, identifier, acceptance.NOT_REGISTERED)
        return False
    new = {run for run, fresh in (runs.wish(db, identifier, one) for one in findings.unseen) if fresh}
    for event, wishes in findings.named:
        made = [runs.wish(db, identifier, one) for one in wishes]
        new.update(run for run, fresh in made if fresh)
        own = tuple(dict.fromkeys(run for run, _ in made))
        capped = BACKFILL_LIMIT if findings.capped else 0
        events.accept(db, event, identifier, acceptance.of(event, own, new, found.gone, capped))
    for event, kind in findings.waiting:
        events.accept(db, event, identifier, acceptance.deferred(kind))
    runs.supersede(db, identifier, findings.unreached)
    # On a busy machine the scan sees a rebase's end before its hook has told of it.
    told = replacement.rewritten([event for event, _ in findings.named])
    runs.explain(db, identifier, told, replacement.UNREACHED)
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


def _tested(ref: str) -> bool:
    return not ref.startswith(NOT_TESTED)


def short(ref: str) -> str:
    """A branch's name without its folder; `HEAD` for a detached one."""
    return ref.removeprefix("refs/heads/").partition(":")[0]
