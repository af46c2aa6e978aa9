"""The composition root: lock, workers, writer, watcher, servers, as one stack that is taken down in order."""

import contextlib
import faulthandler
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import Any

from fullautoci import __version__, faults, memory, process, proctree, refwatch, scratch, spool
from fullautoci.config import service
from fullautoci.daemon import lock, serving
from fullautoci.daemon.accounts import DaemonAccounts
from fullautoci.daemon.actions import DaemonActions
from fullautoci.daemon.assignments import Assignments
from fullautoci.daemon.bell import Bell, Killer
from fullautoci.daemon.chores import chores
from fullautoci.daemon.configuration import Configuration, in_force, mirrors, read_again, warn_of_exposure
from fullautoci.daemon.freshness import Freshness
from fullautoci.daemon.offline import offline_info
from fullautoci.daemon.opening import open_store, suspect
from fullautoci.daemon.sources import sources
from fullautoci.daemon.storage import DaemonStorage
from fullautoci.errors import DamagedError, StoreError
from fullautoci.gate import Gate
from fullautoci.housekeeping import Housekeeping
from fullautoci.intake import Folders, Intake, Requests
from fullautoci.model import Outcome
from fullautoci.notifications.desktop import Desktop
from fullautoci.paths import Paths
from fullautoci.planner import Planner
from fullautoci.pool.local import LocalPool, default_size
from fullautoci.pruning import Pruner, remove_aside
from fullautoci.recorder import Recorder
from fullautoci.refwatch import RefWatch
from fullautoci.scheduler import Scheduler
from fullautoci.store import backup, database, repositories
from fullautoci.store.database import Connection
from fullautoci.store.readers import Readers
from fullautoci.store.writer import Writer
from fullautoci.text import timestamp
from fullautoci.vcs.git.command import Git, write_global_config
from fullautoci.vcs.git.leftovers import remove_tree
from fullautoci.vcs.git.repository import GitVcs
from fullautoci.vcs.git.stale import remove_leavings
from fullautoci.watcher import Watcher
from fullautoci.web.services import Services

log = logging.getLogger("fullautoci")
# How often a daemon recovers from a database that is damaged while it runs.
RECOVERIES = 3


def run(paths: Paths) -> None:
    """Be the daemon of a home until a signal says otherwise.

    Raises:
        DaemonStartError: another daemon runs, or an address is taken.
        ConfigError: `config.yml` is wrong.
        StoreError: the database cannot be used.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    logging.getLogger("waitress").setLevel(logging.ERROR)
    faulthandler.register(signal.SIGUSR1)  # what every thread does, to the daemon's log
    settings = service.read(paths.config)
    paths.create()
    memory.share()
    with lock.held(paths.lock), Bell() as bell:
        for _ in range(RECOVERIES):
            if not _run_once(paths, settings, bell) or bell.stopping:
                break
            log.warning("the database is damaged: beginning anew")
            process.go_on()
        else:
            raise StoreError("the database was damaged again and again", "look at the disk, then start the daemon")
    log.info("stopped")


def _run_once(paths: Paths, settings: service.ServiceFile, bell: Bell) -> bool:
    """Be the daemon until it is to stop, or its database turns out to be damaged; whether it did."""
    try:
        with Daemon(paths, settings, bell) as daemon:
            log.info("Full Auto CI %s: process %d, %s", __version__, os.getpid(), daemon.url)
            daemon.wait()
            log.info("stopping")
    except DamagedError as error:  # while it started
        log.error("%s", error.message)  # noqa: TRY400 - it is expected, and says all
        return True
    return daemon.damaged


class Daemon:
    """All of it, running between entering and leaving the context."""

    def __init__(self, paths: Paths, settings: service.ServiceFile, bell: Bell) -> None:
        self._bell = bell
        self._paths = paths
        self._file = settings
        self._settings = in_force(settings, lambda: database.reading(paths.database))[0]
        self._stack = ExitStack()
        self._readers = Readers(paths.database)
        self._started_at = timestamp()
        self._assignments = Assignments(paths, self._settings, self._reading)
        self._tag = self._assignments.tag
        self.url = ""
        self._pool: LocalPool | None = None
        self._gate: Gate
        self._refwatch: RefWatch | None = None
        self._held: Mapping[int, str] = {}
        self._desktop: Desktop | None = None
        self._freshness = Freshness()
        self._killer = Killer()
        self._writer: Writer | None = None
        self._recorder: Recorder
        self._watcher: Watcher
        self._scheduler: Scheduler
        self.damaged = False

    def __enter__(self) -> "Daemon":
        for number in (signal.SIGTERM, signal.SIGINT):  # of which one may come before all is there
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGHUP, self._on_hangup)
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._recorder.stopping = True  # what is lost from now on is not the job's fault
        self._scheduler.halt()
        self._watcher.halt()
        process.stop_running()  # intake is over within a second, whatever git is fetching
        faults.point("stopping")
        self._stack.close()

    def _wake_scheduler(self) -> None:
        self._scheduler.wake()

    def _on_damage(self) -> None:
        self.damaged = True
        suspect(self._paths)
        if self._writer is not None:
            self._writer.is_damaged = True
        self._bell.ring()

    def wait(self) -> None:
        """Until SIGTERM or SIGINT, or until the database is damaged."""
        while not (self._bell.stopping or self.damaged):
            self._bell.wait()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """Stop; a second signal ends the jobs at once, or a start that goes on."""
        if self._bell.stopping and self._pool is None:
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        elif self._bell.stopping:
            self._recorder.stopping = True
            self._killer.order()
        self._bell.stopping = True

    def _on_hangup(self, _number: int, _frame: FrameType | None) -> None:
        """Take the file up anew, but for what is for the next start (`service.AT_START`)."""
        self._file = read_again(self._paths.config, self._file)
        self._configured()

    def _configured(self) -> None:
        """Go by the file, and by what the database says now."""
        self._assignments.settings = self._settings = in_force(self._file, self._reading)[0]

    def _start(self, stack: ExitStack) -> None:
        paths, settings = self._paths, self._settings
        warn_of_exposure(settings, paths.config)
        listeners = serving.listen(paths, settings, stack)
        self.url = f"http://127.0.0.1:{listeners[0].getsockname()[1]}"
        write_global_config(paths.git_config)
        self._clear_up()
        vcs = GitVcs(Git(paths.git_config))
        self._writer = writer = open_store(paths, stack, vcs, self._on_damage)
        stack.callback(self._readers.close)
        reading = self._reading
        if settings.notify.desktop:
            self._desktop = Desktop(reading)
            stack.callback(self._desktop.stop)
        pool = LocalPool(settings.workers or default_size(), paths.slots)
        stack.callback(self._killer.dismiss)
        stack.callback(pool.stop, settings.grace)
        self._gate = Gate(pool.size)
        self._recorder = recorder = Recorder(writer, self._finished, self._wake_scheduler, self._gate.hold, reading)
        stack.callback(setattr, recorder, "stopping", True)  # also where the rest cannot be started
        self._killer.start(pool.kill)
        self._pool = pool
        intake = Intake(
            Folders(paths.spool, paths.rejected, paths.mirrors), writer, reading, vcs, recorder.free, self._watched
        )
        self._held = intake.held
        mirror_of = mirrors(vcs, paths.mirrors)
        planner = Planner(writer, reading, mirror_of, lambda: self._file)
        self._scheduler = scheduler = Scheduler(
            writer, pool, recorder, planner.plan_some, self._assignments.job, self._gate
        )
        watcher = Watcher(
            settings.scan_interval, self._watched, intake.drain, intake.scan, intake.held.keys, writer.mend
        )
        self._watcher = watcher
        scheduler.start()
        stack.callback(scheduler.stop)
        scheduler.wake()
        self._refwatch = refwatch.start(paths.spool, watcher.poke, watcher.ask)
        if self._refwatch is not None:
            stack.callback(self._refwatch.stop)
        watcher.start()
        stack.callback(watcher.stop)
        pruner = Pruner(paths, settings.keep, writer, reading)
        kept = Housekeeping(chores(paths, pruner, vcs, self._on_damage))
        kept.start()
        stack.callback(kept.stop)
        requests = Requests(intake, writer, vcs, recorder.free)
        configuration = Configuration(lambda: self._file, reading, mirror_of)
        hands = (vcs, intake, requests, watcher, scheduler, pruner, configuration)
        actions = DaemonActions(paths.spool, writer, reading, *hands, self._configured)
        people = DaemonAccounts(writer)
        services = Services(
            reading,
            paths.logs,
            self.info,
            actions,
            configuration,
            people,
            lambda: self._settings.shared.users,
            self._readers.state,
            sources(vcs, paths.mirrors),
            DaemonStorage(paths),
        )
        serving.serve(paths, settings, services, listeners, stack)
        memory.settle()

    def _clear_up(self) -> None:
        """End and remove what an earlier daemon may have left."""
        proctree.become_subreaper()
        left = proctree.end_tagged(self._tag)
        if left:
            log.warning("ended %d processes that an earlier daemon left behind", left)
        os.environ[proctree.TAG] = f"{self._tag}service"  # so that the next start finds what a SIGKILL leaves of us
        remove_leavings(self._paths.mirrors)
        remove_aside(self._paths)
        scratch.remove(self._tag)
        backup.sweep(self._paths.backups)
        spool.sweep(self._paths.spool)
        with contextlib.suppress(OSError):
            (self._paths.spool / ".poke").unlink()  # its process may be of another boot
        for aside in self._paths.slots.glob("*/.*"):
            with contextlib.suppress(OSError):
                remove_tree(aside)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        try:
            with self._readers.reading() as connection:
                yield connection
        except DamagedError:
            self._on_damage()
            raise

    def _watched(self) -> list[repositories.Repository]:
        with self._reading() as connection:
            found = repositories.watched(connection)
        if self._refwatch is not None:
            self._refwatch.watch((one.id, Path(one.path)) for one in found)
        return found

    def info(self) -> dict[str, Any]:
        """The daemon's own facts."""
        no_room = (self._writer.trouble if self._writer else "") or self._gate.trouble()
        return {
            **offline_info(self._paths),
            "daemon": "running",
            "pid": os.getpid(),
            "started_at": self._started_at,
            "url": self.url,
            "workers": self._pool.size if self._pool else 0,
            "workers_idle": self._pool.room() if self._pool else 0,
            "notices": self._refwatch is not None,
            "under_way": {str(number): kind for number, kind in self._held.items()},
            "on_battery": self._gate.on_battery(),
            "stale": self._freshness.stale(),
            "problem": no_room or (self._desktop.problem if self._desktop else ""),
            "no_room": bool(no_room),
        }

    def _finished(self, run: int, outcome: Outcome) -> None:
        log.info("run %d: %s", run, outcome)
        if self._desktop is not None:
            self._desktop.finished(run)
