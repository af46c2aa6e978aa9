"""Intake: from an event to a run. The commit is fetched and pinned first, the row is written next, and only then does
the spooled event go."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from fullautoci import faults, memory, spool
from fullautoci.errors import (
    FullAutoCIError,
    NoRoomError,
    RepositoryGoneError,
    SpoolError,
    StoppingError,
    StoreError,
    UsageError,
    VcsError,
)
from fullautoci.intake import acceptance, batching, observation
from fullautoci.model import Event
from fullautoci.store import events, repositories, runs
from fullautoci.store.database import Connection
from fullautoci.store.events import Acceptance
from fullautoci.store.repositories import Repository
from fullautoci.store.writer import Writer
from fullautoci.text import one_line, storable
from fullautoci.vcs.base import Location, Mirror, Operation

log = logging.getLogger(__name__)

PINS_TO_TIDY = 200
# How often hooks are looked after that a rebase put to rest and nobody saw end.
AWAKEN_S = 45.0


class Source(Protocol):
    """What intake asks of version control."""

    def locate(self, path: Path) -> Location:
        """The repository that a folder belongs to."""

    def common_dir(self, git_dir: Path) -> Path:
        """The folder that a git folder shares with its linked worktrees."""

    def refs(self, git_dir: Path) -> Mapping[str, str]:
        """Branches and detached HEADs."""

    def under_way(self, git_dir: Path) -> Sequence[Operation]:
        """Rebases and the like."""

    def awaken_hooks(self, git_dir: Path) -> bool:
        """Put hooks back that rested while a rebase was under way."""

    def mirror(self, path: Path, source: Path | None = None, patience_s: float = -1) -> Mirror:
        """The mirror at a path, of the git folder `source`."""


@dataclass(frozen=True)
class Folders:
    """The spool, where it is emptied to, and where mirrors are."""

    spool: Path
    rejected: Path
    mirrors: Path


class Intake:
    """Takes events in, one repository at a time, for one thread; registering is for any.

    Args:
        reading: opens a read-only connection.
        queued: called when there is something to plan.
        registered: called when other repositories are watched than before.

    Attributes:
        held: the repositories in which something is under way whose commits wait for its end, with its kind.
    """

    def __init__(
        self,
        folders: Folders,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Connection]],
        vcs: Source,
        queued: Callable[[], None],
        registered: Callable[[], object],
    ) -> None:
        self._folders = folders
        self._writer = writer
        self._reading = reading
        self._vcs = vcs
        self._queued = queued
        self._registered = registered
        self.held: dict[int, str] = {}
        self._awaken_at: dict[int, float] = {}
        self._pinned: Counter[int] = Counter()

    def drain(self) -> bool:
        """Take in all that lies in the spool, the events of one repository together.

        Returns:
            Whether all of it was; what was not stays there.
        """
        done = True
        found = [(path, event) for path in spool.waiting(self._folders.spool) if (event := self._read(path))]
        paths = {event.id: path for path, event in found}
        for location, group in batching.batches([event for _, event in found]):
            if self._guarded(location, lambda location=location, group=group: self._take(location, group)):  # type: ignore[misc]
                faults.point("before-unlink")
                for event in group:
                    done = self._forget(paths[event.id]) and done
                faults.point("after-unlink")
            else:
                done = False
        return done

    def _forget(self, path: Path) -> bool:
        """Remove an event that was accepted; whether that could be done. Until it is, it is known by its id."""
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("spool: %s cannot be removed: %s", one_line(path.name), error.strerror)
            return False
        return True

    def scan(self, repository: Repository) -> bool:
        """Compare a repository's refs with what was seen last, and queue every unseen commit.

        Returns:
            Whether it could be looked at, or is itself to blame that it could not.
        """
        return self._guarded(repository.name, lambda: self._scan(repository))

    def _scan(self, repository: Repository) -> None:
        was_held = repository.id in self.held
        try:
            self._observe(repository, [])
        except VcsError as error:
            if error.message != repository.problem:
                log.warning("%s: %s", repository.name, error.message)
                problem = error.message
                self._writer.call(lambda db: repositories.trouble(db, repository.id, problem))
            return
        now = time.monotonic()
        if repository.id not in self.held and (was_held or now >= self._awaken_at.get(repository.id, 0.0)):
            self._awaken_at[repository.id] = now + AWAKEN_S
            self._vcs.awaken_hooks(Path(repository.path))

    def _guarded(self, location: str, take: Callable[[], None]) -> bool:
        """Do one repository's part; what goes wrong with it stays in the spool and keeps no other waiting."""
        try:
            take()
        except StoppingError:
            return False
        except FullAutoCIError as error:
            log.warning("%s: %s", one_line(location), error.message)
            return False
        except Exception:
            log.exception("%s", one_line(location))
            return False
        return True

    def register(self, path: Path, name: str = "") -> Repository:
        """Watch a repository from now on; the refs that it has count as seen.

        Raises:
            FullAutoCIError: there is no repository, or it cannot be read.
        """
        where = self._vcs.locate(path)
        refs = self._vcs.refs(where.git_dir)
        if storable(str(where.git_dir)) != str(where.git_dir):
            raise UsageError("the repository's path is not UTF-8", "rename its folder; such paths cannot be watched")
        named = name or (where.worktree or where.git_dir).name.removesuffix(".git")
        identifier = self._writer.call(
            lambda db: repositories.add(
                db,
                name=named,
                path=str(where.git_dir),
                worktree=str(where.worktree) if where.worktree else None,
                kind=where.kind,
                refs=refs,
            )
        )
        self._registered()
        with self._reading() as connection:
            return repositories.get(connection, identifier)

    def unregister(self, repository: Repository) -> None:
        """Stop watching a repository."""
        self._writer.call(lambda db: repositories.remove(db, repository.id))
        self._registered()

    def mirror_of(self, repository: Repository, patience_s: float = -1) -> Mirror:
        """A repository's mirror; made where there is none.

        Args:
            patience_s: how long its writing waits for another's; -1: as long as that takes.
        """
        return self._vcs.mirror(self._folders.mirrors / f"{repository.id}.git", Path(repository.path), patience_s)

    def _read(self, path: Path) -> Event | None:
        try:
            return spool.read(path)
        except FileNotFoundError:
            return None
        except (SpoolError, OSError) as error:
            log.warning("spool: %s is set aside: %s", one_line(path.name), error)
            self._guarded(path.name, lambda: spool.reject(path, self._folders.rejected))
            return None

    def _take(self, location: str, group: Sequence[Event]) -> None:
        with self._reading() as connection:
            fresh = [event for event in group if not events.known(connection, event.id)]
        for event in fresh:
            if event.source in batching.REGISTRATIONS:
                self._registration(event)
        moved = [event for event in fresh if event.source not in batching.REGISTRATIONS]
        if moved:
            self._moved(location, moved)

    def _registration(self, event: Event) -> None:
        """A registration that was spooled while no daemon ran."""
        try:
            if event.source == "register":
                repository: Repository | None = self.register(Path(event.path))
            else:
                repository = self._find(event.path)
                if repository is not None:
                    self.unregister(repository)
        except (NoRoomError, StoppingError, StoreError):
            raise  # none of which is the registration's fault: it stays in the spool
        except FullAutoCIError as error:
            refusal = Acceptance("errored", error.message)
            self._writer.call(lambda db: events.accept(db, event, None, refusal))
            return
        if event.source == "register" and repository is not None and event.updates:
            self._observe(repository, [event])
        else:
            done = Acceptance("nothing_new", f"{event.source}ed")
            self._writer.call(lambda db: events.accept(db, event, repository.id if repository else None, done))

    def _find(self, location: str) -> Repository | None:
        with self._reading() as connection:
            return repositories.by_path(connection, storable(str(self._vcs.common_dir(Path(location)))))

    def _moved(self, location: str, group: Sequence[Event]) -> None:
        repository = self._find(location)
        if repository is None:
            for event in group:
                self._writer.call(lambda db, event=event: events.accept(db, event, None, acceptance.NOT_REGISTERED))  # type: ignore[misc]
            return
        try:
            self._observe(repository, group)
        except RepositoryGoneError as error:
            failed = Acceptance("errored", error.message)
            identifier = repository.id
            for event in group:
                self._writer.call(lambda db, event=event: events.accept(db, event, identifier, failed))  # type: ignore[misc]

    def _observe(self, repository: Repository, group: Sequence[Event]) -> None:
        """Look at a repository, and queue what its events name and what nobody has seen yet."""
        now = self._vcs.refs(Path(repository.path))
        held = acceptance.still_held(self._vcs.under_way(Path(repository.path)), group)
        self._note(repository.id, held)
        with self._reading() as connection:
            seen = repositories.seen(connection, repository.id)
            waiting = runs.waiting_shas(connection, repository.id)
        refs = observation.hold(now, seen, held)
        if not group and refs == seen:
            return
        mirror = self.mirror_of(repository)
        look = observation.look(repository, refs, seen, held, group, mirror)
        faults.point("after-fetch")
        findings = observation.sort_out(look, group, waiting, mirror)
        if self._writer.call(lambda db: observation.write(db, look, findings)):
            self._queued()
        faults.point("after-accepted")
        self._tidy(repository.id, mirror, len(group) + len(look.moved))

    def _note(self, repository_id: int, held: Sequence[Operation]) -> None:
        if held:
            self.held[repository_id] = ", ".join(sorted({operation.kind for operation in held}))
        else:
            self.held.pop(repository_id, None)

    def _tidy(self, repository_id: int, mirror: Mirror, more: int) -> None:
        """Drop and pack pins now and then: a ref a commit for ever would make every fetch crawl."""
        self._pinned[repository_id] += more
        if self._pinned[repository_id] >= PINS_TO_TIDY:
            self._pinned[repository_id] = 0
            pinned = mirror.pins()
            with self._reading() as connection:
                over = runs.finished(connection, repository_id, pinned)
            mirror.unpin(over)
            memory.give_back()
