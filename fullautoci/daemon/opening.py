"""Opening the store at a daemon's start: checked after an unclean stop, recovered where it is damaged."""

import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from fullautoci.errors import DamagedError, FullAutoCIError
from fullautoci.model import Priority
from fullautoci.paths import Paths
from fullautoci.store import database, jobs, recovery, repositories, runs
from fullautoci.store.database import Database
from fullautoci.store.writer import Writer
from fullautoci.vcs.git.partial import SOURCE
from fullautoci.vcs.git.repository import GitVcs

log = logging.getLogger(__name__)


def open_store(paths: Paths, stack: ExitStack, vcs: GitVcs, damaged: Callable[[], object]) -> Writer:
    """The writer; what an unclean stop left under way is queued again.

    Args:
        damaged: called when the database turns out to be damaged while it is used.

    Raises:
        StoreError: the database cannot be used.
    """
    unclean = paths.running.exists()
    try:
        _check(paths, unclean=unclean)
    except DamagedError as error:
        log.error("%s", error.message)  # noqa: TRY400 - it is expected, and says all
        done = recovery.recover(paths.database, paths.backups, paths.damaged)
        log.warning("the database was moved to %s; in its place: %s", done.aside, done.taken or "a new one")
        if done.taken is None:
            _register_again(paths, vcs)
    paths.running.touch()
    writer = Writer(lambda: database.open_for_writing(paths.database, paths.backups), damaged)
    stack.callback(_ended, paths, writer)
    stack.callback(writer.close)
    with database.reading(paths.database) as connection:
        unfinished = jobs.unfinished(connection)
    if unfinished:
        writer.call(_requeue)
    return writer


def _check(paths: Paths, *, unclean: bool) -> None:
    """Open the database once, and look for damage after an unclean stop.

    Raises:
        DamagedError: it is damaged.
    """
    if paths.database.exists() and not paths.database.stat().st_size and any(paths.mirrors.glob("*.git")):
        raise DamagedError(f"the database {paths.database} is empty, and there are mirrors of repositories")
    db = database.open_for_writing(paths.database, paths.backups)
    try:
        if unclean:
            database.quick_check(db)
    finally:
        db.close()


def _ended(paths: Paths, writer: Writer) -> None:
    if not writer.is_damaged:
        paths.running.unlink(missing_ok=True)


def _requeue(db: Database) -> None:
    for job, attempt in jobs.unfinished(db.conn):
        jobs.lose(db, job, attempt, "the daemon ended")


def _register_again(paths: Paths, vcs: GitVcs) -> None:
    """Watch the repositories that there are mirrors of: the refs that a mirror last fetched count as seen."""
    db = database.open_for_writing(paths.database, paths.backups)
    try:
        for mirror in sorted(paths.mirrors.glob("*.git"), key=lambda path: path.name):
            try:
                _register(db, mirror, vcs)
            except (FullAutoCIError, OSError, ValueError) as error:
                log.warning("the repository of %s cannot be registered again: %s", mirror, error)
    finally:
        db.close()


def _register(db: Database, mirror: Path, vcs: GitVcs) -> None:
    where = vcs.locate(Path(os.fsdecode((mirror / SOURCE).read_bytes())))
    copy = vcs.mirror(mirror)
    repositories.add(
        db,
        name=(where.worktree or where.git_dir).name.removesuffix(".git"),
        path=str(where.git_dir),
        worktree=str(where.worktree) if where.worktree else None,
        kind=where.kind,
        refs=copy.heads(),
        identifier=(number := int(mirror.name.removesuffix(".git"))),
    )
    for sha in copy.pins():  # they were accepted, and who knows what became of them
        runs.wish(db, number, runs.Wish(copy.commit(sha), "", "scan", Priority.BACKFILL))
    log.info("%s is watched again", where.git_dir)
