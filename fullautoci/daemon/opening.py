"""Opening the store at a daemon's start: checked after an unclean stop, recovered where it is damaged."""

import contextlib
import logging
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from fullautoci.errors import DamagedError, FullAutoCIError
from fullautoci.model import Priority
from fullautoci.paths import Paths
from fullautoci.store import audit, database, jobs, recovery, repositories, runs, sessions
from fullautoci.store.audit import Entry
from fullautoci.store.database import Database
from fullautoci.store.writer import Writer
from fullautoci.vcs.git.partial import SOURCE
from fullautoci.vcs.git.repository import GitVcs

log = logging.getLogger(__name__)
SUSPECT = b"damaged\n"


def open_store(paths: Paths, stack: ExitStack, vcs: GitVcs, damaged: Callable[[], object]) -> Writer:
    """The writer; what an unclean stop left under way is queued again.

    Args:
        damaged: called when the database turns out to be damaged while it is used.

    Raises:
        DamagedError: the database turns out to be damaged only now; the next opening knows.
        StoreError: the database cannot be used.
    """
    taken: object = ""
    try:
        _check(paths)
    except DamagedError as error:
        log.error("%s", error.message)  # noqa: TRY400 - it is expected, and says all
        done = recovery.recover(paths.database, paths.backups, paths.damaged)
        log.warning("the database was moved to %s; in its place: %s", done.aside, done.taken or "a new one")
        taken = done.taken or "nothing"
    paths.running.write_bytes(b"")
    writer = Writer(lambda: database.open_for_writing(paths.database, paths.backups), damaged)
    stack.callback(_ended, paths, writer)
    stack.callback(writer.close)
    try:
        if taken:
            writer.call(lambda db: _restored(db, str(taken)))
        stack.enter_context(database.readable(paths.database))
        _take_up(paths, writer, vcs)
    except DamagedError:
        writer.is_damaged = True
        suspect(paths)
        raise
    return writer


def _take_up(paths: Paths, writer: Writer, vcs: GitVcs) -> None:
    with database.reading(paths.database) as connection:
        unfinished, forgotten = jobs.unfinished(connection), not repositories.any_known(connection)
    if unfinished:
        writer.call(_requeue)
    if forgotten:  # a new home; or all that is left of an old one are its mirrors
        for mirror in sorted(paths.mirrors.glob("[!.]*.git"), key=lambda path: path.name):
            _register_again(writer, mirror, vcs)


def suspect(paths: Paths) -> None:
    """Have the next opening look thoroughly: the database turned out to be damaged."""
    with contextlib.suppress(OSError):
        paths.running.write_bytes(SUSPECT)


def _check(paths: Paths) -> None:
    """Open the database once, and look for damage after an unclean stop.

    Raises:
        DamagedError: it is damaged.
    """
    if paths.database.exists() and not paths.database.stat().st_size and any(paths.mirrors.glob("*.git")):
        raise DamagedError(f"the database {paths.database} is empty, and there are mirrors of repositories")
    db = database.open_for_writing(paths.database, paths.backups)
    try:
        if paths.running.exists():
            database.check(db, thorough=paths.running.read_bytes() == SUSPECT)
    finally:
        db.close()


def _ended(paths: Paths, writer: Writer) -> None:
    if not writer.is_damaged:
        paths.running.unlink(missing_ok=True)


def _restored(db: Database, taken: str) -> None:
    """What was taken away since the backup is there again: of sessions we know that they can go; the rest is told."""
    sessions.close_every(db)
    detail = {"from": taken, "look through": "users, roles, keys and badges are as they were then"}
    audit.add(db, Entry("fullautoci", None, "service", "", "service.restore", taken, detail=detail))
    log.warning("users, roles, keys and badges are as they were in %s: look them through", taken)


def _requeue(db: Database) -> None:
    for job, attempt in jobs.unfinished(db.conn):
        jobs.lose(db, job, attempt, "the daemon ended")


def _register_again(writer: Writer, mirror: Path, vcs: GitVcs) -> None:
    """Watch the repository of a mirror: the refs that it last fetched count as seen, what is pinned is run again."""
    try:
        source = Path(os.fsdecode((mirror / SOURCE).read_bytes()))
        where = vcs.locate(source.parent if source.name == ".git" else source)
        copy, number = vcs.mirror(mirror), int(mirror.name.removesuffix(".git"))
        heads = copy.heads()
        pinned = [copy.commit(sha) for sha in copy.pins()]
    except (FullAutoCIError, OSError, ValueError) as error:
        log.warning("the repository of %s cannot be watched again: %s", mirror, error)
        return

    def write(db: Database) -> None:
        repositories.add(
            db,
            name=(where.worktree or where.git_dir).name.removesuffix(".git"),
            path=str(where.git_dir),
            worktree=str(where.worktree) if where.worktree else None,
            kind=where.kind,
            refs=heads,
            identifier=number,
        )
        for commit in pinned:  # it was accepted, and who knows what became of it
            runs.wish(db, number, runs.Wish(commit, "", "scan", Priority.BACKFILL))

    writer.call(write)
    log.warning("%s is watched again", where.git_dir)
