"""What the web asks of the rest of the house; the daemon hands it in."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fullautoci.model import Event
from fullautoci.store.acts import Wanted
from fullautoci.store.answers import Answer
from fullautoci.store.audit import Entry
from fullautoci.store.database import Connection
from fullautoci.store.repositories import Repository


@dataclass(frozen=True)
class Trigger:
    """A person's wish for runs: revisions of a repository, which tools (empty: all), and how.

    Attributes:
        fresh: measure anew what has results.
        dirty: the working copy as it is, in place of a commit.
        worktree: which one, where the repository has several.
    """

    revisions: tuple[str, ...]
    tools: tuple[str, ...] = ()
    fresh: bool = False
    dirty: bool = False
    worktree: str = ""


class Actions(Protocol):
    """What changes something; every method returns quickly."""

    def accept(self, event: Event) -> None:
        """Spool an event durably, unless it is there, and wake the intake."""

    def poke(self) -> None:
        """Wake the intake."""

    def register(self, path: Path, name: str) -> Repository:
        """Watch a repository."""

    def unregister(self, repository: Repository) -> None:
        """Stop watching one."""

    def scan(self, repository_id: int) -> None:
        """Look at a repository's refs soon."""

    def trigger(self, repository: Repository, wish: Trigger) -> list[int]:
        """Queue runs."""

    def cancel(self, run_id: int) -> None:
        """End a run."""

    def cancel_backfill(self, repository: Repository) -> int:
        """End what arrived in a batch and has not started; how many runs that were."""

    def pause(self, what: str, until: str | None) -> None:
        """Start no more jobs, or none of the backfill, until a moment or until `resume`."""

    def prune(self, *, dry_run: bool) -> Sequence[Any]:
        """Remove what is kept in files and needed no more; each with kind, path, bytes and reason."""

    def resume(self) -> None:
        """Start jobs again."""

    def allow_bring(self, repository: Repository, paths: Sequence[str]) -> None:
        """Let jobs have these files of the working copy."""

    def revoke_bring(self, repository: Repository, paths: Sequence[str]) -> int:
        """Let them not; how many of these they had been allowed."""

    def forgive(self, repository: Repository, name: str, tool: str) -> int:
        """End the quarantine of a flaky test or metric; how many ended."""

    def rerun(self, run_id: int, tools: Sequence[str]) -> int:
        """Queue a run's commit again."""

    def act(self, repository: Repository, wanted: Wanted) -> int:
        """Do something about a ratchet at a commit, and judge that anew; its number in the journal."""

    def configure(self, repository: Repository | None, key: str, value: Any, actor: str, commit: str | None) -> None:
        """Have a key say a value, for a repository or the service, and make sense with a commit's file."""

    def unconfigure(self, repository: Repository | None, key: str, actor: str) -> int:
        """Have a key say nothing any more; how many values went."""


class Accounts(Protocol):
    """What is written of users and of whoever asks; every method returns once it is kept.

    Who asks (`by`, a user's id) is looked at again in the turn that writes: rights may be gone meanwhile.
    """

    def add_user(self, by: int, name: str, role: str, repositories: Collection[int]) -> int:
        """Make a user; its id."""

    def update_user(
        self, by: int, identifier: int, *, name: str | None, role: str | None, repositories: Collection[int] | None
    ) -> None:
        """Change what is not None of a user."""

    def remove_user(self, by: int, identifier: int) -> None:
        """Remove a user, with its keys and sessions."""

    def add_key(self, by: int, user_id: int, label: str, expires_at: str | None) -> tuple[int, str]:
        """Make a key of a user: its id, and its text, which is kept nowhere."""

    def revoke_key(self, identifier: int) -> None:
        """Have a key open nothing any more."""

    def key_was_used(self, identifier: int, last: str | None) -> None:
        """Remember that a key was used; `last` is when that was before."""

    def open_session(self, user_id: int, key_id: int | None) -> str:
        """Open a session of a user: what the browser's cookie is to hold."""

    def close_session(self, said: str) -> None:
        """End the session that a cookie opens."""

    def close_sessions(self, user_id: int) -> int:
        """End all sessions of a user; how many there were."""

    def add_badge(self, repository_id: int) -> str:
        """Make a token by which a repository's badges are shown; those before it show none."""

    def revoke_badge(self, repository_id: int) -> int:
        """Have a repository's tokens show no badges any more; how many there were."""

    def audit(self, entry: Entry) -> None:
        """Write an entry of the audit trail."""

    def audit_begun(self, entry: Entry) -> int:
        """Write an entry of what is about to be changed; its number."""

    def audit_done(self, number: int, entry: Entry) -> None:
        """Say that it was, and what."""

    def audit_withdrawn(self, number: int) -> None:
        """Say that it was not."""

    def keep_answer(self, caller: str, key: str, answer: Answer) -> None:
        """Keep an answer for a request that may come again."""


class Configured(Protocol):
    """What counts: values as a file has them, where each was said, and what is set in the database."""

    def service(self) -> dict[str, Any]:
        """For the service."""

    def repository(self, identifier: int, commit: str | None) -> dict[str, Any]:
        """For a repository, and a commit of it."""


@dataclass(frozen=True)
class SourceFile:
    """A file of a commit.

    Attributes:
        data: its bytes, from the first; none at all of one that is far too large to be looked at.
        is_whole: whether these are all.
    """

    data: bytes
    is_whole: bool


# A file by the repository's id, the commit's, and its path; None: there is none, or it is a folder, a link or a
# submodule. Raises VcsError where our copy of the repository cannot be read, BusyError where others write it.
Sources = Callable[[int, str, str], SourceFile | None]


class Storage(Protocol):
    """What the service keeps in files."""

    def environments(self) -> Sequence[Mapping[str, Any]]:
        """Prepared environments: `kind`, `key`, `interpreter`, `complete`, `in_use`, `used_at`, and `detail`."""

    def places(self) -> Sequence[tuple[str, str, int]]:
        """What each kind of thing takes on the disk: its name, its folder, and bytes; this reads all of them."""

    def size(self, kind: str, key: str) -> int:
        """What an environment takes, in bytes; nothing where it is gone."""


@dataclass(frozen=True)
class Services:
    """The doors to the rest of the house.

    Attributes:
        reading: opens a read-only connection.
        logs: the folder of job logs.
        info: the daemon's own facts: version, process, address, spool.
        actions: None while no daemon runs; then everything is read-only.
        configuration: what is configured; None: that is not told.
        accounts: None while no daemon runs; then there is nobody but the owner.
        peers: of users of this machine who are users here at the Unix socket: the one's name by the other's.
        state: a text that is another one after each change of the database; None: that is not told.
        source: files of commits; None while no daemon runs.
        storage: what is kept in files; None while no daemon runs.
    """

    reading: Callable[[], AbstractContextManager[Connection]]
    logs: Path
    info: Callable[[], dict[str, Any]]
    actions: Actions | None
    configuration: Configured | None = None
    accounts: Accounts | None = None
    peers: Callable[[], Mapping[str, str]] = dict
    state: Callable[[], str] | None = None
    source: Sources | None = None
    storage: Storage | None = None
