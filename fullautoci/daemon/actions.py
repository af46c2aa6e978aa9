"""What the web may change, done by the rooms that know how."""

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from fullautoci import room, spool
from fullautoci.config.overrides import Setting
from fullautoci.daemon.configuration import Configuration
from fullautoci.errors import NotFoundError, StoreError, UsageError
from fullautoci.intake import Intake, Requests
from fullautoci.model import Event, Outcome
from fullautoci.pruning import Pruned, Pruner
from fullautoci.scheduler import Scheduler
from fullautoci.store import acts, bringing, events, flaky, jobs, judging, overrides, pauses, repositories, runs, views
from fullautoci.store.acts import Wanted
from fullautoci.store.database import Connection, Database
from fullautoci.store.repositories import Repository
from fullautoci.store.writer import Writer
from fullautoci.text import one_line, timestamp
from fullautoci.vcs.git.repository import GitVcs
from fullautoci.watcher import Watcher
from fullautoci.web.services import Trigger

log = logging.getLogger(__name__)
RANGE_LIMIT = 200


class DaemonActions:
    """The web's hands.

    Args:
        configured: called when the database says something else of the service.
    """

    def __init__(
        self,
        spool_folder: Path,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Connection]],
        vcs: GitVcs,
        intake: Intake,
        requests: Requests,
        watcher: Watcher,
        scheduler: Scheduler,
        pruner: Pruner,
        configuration: Configuration,
        configured: Callable[[], None],
    ) -> None:
        self._configuration = configuration
        self._configured = configured
        self._pruner = pruner
        self._spool = spool_folder
        self._writer = writer
        self._reading = reading
        self._vcs = vcs
        self._intake = intake
        self._requests = requests
        self._watcher = watcher
        self._scheduler = scheduler

    def accept(self, event: Event) -> None:
        """Spool an event durably, unless it is there or was accepted before, and wake the intake.

        Raises:
            StoreError: it cannot be kept.
        """
        with self._reading() as connection:
            known = events.known(connection, event.id)
        if not known and not (self._spool / f"{event.id}{spool.SUFFIX}").exists():
            try:
                spool.write(self._spool, event)
            except OSError as error:
                raise StoreError(f"the event could not be spooled: {error.strerror}", room.HINT) from error
        self._watcher.poke()

    def poke(self) -> None:
        """Wake the intake."""
        self._watcher.poke()

    def register(self, path: Path, name: str) -> Repository:
        """Watch a repository."""
        return self._intake.register(path, name)

    def unregister(self, repository: Repository) -> None:
        """Stop watching one; what waits for it is cancelled."""
        with self._reading() as connection:
            waiting = views.open_runs(connection, repository.id)
        for run in waiting:
            self.cancel(run)
        self._intake.unregister(repository)

    def scan(self, repository_id: int) -> None:
        """Look at a repository's refs soon."""
        self._watcher.ask([repository_id])

    def trigger(self, repository: Repository, wish: Trigger) -> list[int]:
        """Queue runs of revisions, or of the working copy as it is.

        Raises:
            UsageError: a revision names no commit, or a tool that was asked for has nothing to do there.
        """

        def look(sha: str) -> None:
            if wish.tools:
                self._configuration.must_do(repository.id, sha, wish.tools)

        if wish.dirty:
            return [self._requests.working_copy(repository, wish.worktree, wish.tools, fresh=wish.fresh, look=look)]
        shas: list[str] = []
        for revision in wish.revisions:
            if ".." in revision:
                shas += self._vcs.between(Path(repository.path), revision, RANGE_LIMIT)
            else:
                shas.append(self._vcs.resolve(Path(repository.path), revision))
        shas = list(dict.fromkeys(shas))
        if not shas:
            raise UsageError("these revisions name no commits")
        if len(shas) > RANGE_LIMIT:
            raise UsageError(f"these are more than {RANGE_LIMIT} commits", "name fewer at once")
        return self._requests.commits(repository, list(reversed(shas)), wish.tools, fresh=wish.fresh, look=look)

    def cancel(self, run_id: int) -> None:
        """End a run: what waits never starts, what runs is ended."""

        def end(db: Database) -> list[int]:
            under_way = jobs.open_of_run(db.conn, run_id)
            runs.end(db, run_id, Outcome.CANCELLED, "cancelled on request")
            return under_way

        for job in self._writer.call(end):
            self._scheduler.cancel(job)
        self._scheduler.wake()

    def cancel_backfill(self, repository: Repository) -> int:
        """End what arrived in a batch and has not started.

        Returns:
            How many runs that were.
        """
        ended: int = self._writer.call(lambda db: runs.cancel_backfill(db, repository.id))
        return ended

    def pause(self, what: str, until: str | None) -> None:
        """Start no more jobs, or none of the backfill, until a moment (ISO 8601) or until `resume`."""
        self._writer.call(lambda db: pauses.set_pause(db, what, until))
        self._scheduler.wake()

    def prune(self, *, dry_run: bool) -> list[Pruned]:
        """Remove what is kept in files and needed no more."""
        return self._pruner.prune(dry_run=dry_run)

    def resume(self) -> None:
        """Start jobs again."""
        self._writer.call(pauses.lift)
        self._scheduler.wake()

    def forgive(self, repository: Repository, name: str, tool: str) -> int:
        """End the quarantine of a flaky test or metric; how many ended."""
        return int(self._writer.call(lambda db: flaky.forgive(db, repository.id, name, tool)))

    def allow_bring(self, repository: Repository, paths: Sequence[str]) -> None:
        """Let jobs have these files of the working copy."""
        self._writer.call(lambda db: bringing.allow(db, repository.id, paths))

    def revoke_bring(self, repository: Repository, paths: Sequence[str]) -> int:
        """Let them not.

        Returns:
            How many of these they had been allowed.
        """
        revoked: int = self._writer.call(lambda db: bringing.revoke(db, repository.id, paths))
        return revoked

    def rerun(self, run_id: int, tools: Sequence[str]) -> int:
        """Queue a run's commit again."""
        with self._reading() as connection:
            run = views.run(connection, run_id)
            repository = repositories.get(connection, run["repository_id"])
        made = self._requests.commits(
            repository, [run["commit"]], tuple(tools), fresh=True, branch=run["branch"], dirty=run["dirty"]
        )
        return made[0]

    def act(self, repository: Repository, wanted: Wanted) -> int:
        """Do something about a ratchet at a commit, and judge that anew; what descends from it follows.

        Returns:
            Its number in the journal.
        """

        def do(db: Database) -> int:
            number = acts.add(db, repository.id, wanted)
            judging.settle(db, repository.id, wanted.sha)
            acts.conclude(db, repository.id, number, wanted)
            return number

        number: int = self._writer.call(do)
        log.info("%s: %s of %s.%s by %s", repository.name, wanted.kind, wanted.tool, wanted.metric, wanted.actor)
        self._scheduler.wake()
        return number

    def configure(self, repository: Repository | None, key: str, value: Any, actor: str, commit: str | None) -> None:
        """Have a key say a value, for a repository or the service.

        Raises:
            UsageError: there is no such key.
            ConfigError: the value is wrong.
        """
        setting = Setting(key, value, actor, timestamp(), repository is None)
        self._configuration.check(repository, setting, commit)
        number = repository.id if repository else overrides.SERVICE
        self._writer.call(lambda db: overrides.set_value(db, number, setting))
        log.info("%s: %s was set by %s", repository.name if repository else "service", key, actor)
        self._configured()

    def unconfigure(self, repository: Repository | None, key: str, actor: str) -> int:
        """Have a key say nothing any more; how many values went.

        Raises:
            NotFoundError: it said nothing.
        """
        number = repository.id if repository else overrides.SERVICE
        gone: int = self._writer.call(lambda db: overrides.unset(db, number, key))
        if not gone:
            with self._reading() as connection:
                there = [one.key for one in overrides.settings(connection, number)]
            hint = f"there are: {', '.join(there)}" if there else "nothing is set; files say what they say"
            raise NotFoundError(f"'{one_line(key, 80)}' is not set in the database", hint)
        log.info("%s: %s was unset by %s", repository.name if repository else "service", one_line(key), actor)
        self._configured()
        return gone
