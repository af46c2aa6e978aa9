"""The service: the daemon, its socket, the spool, and the jobs."""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from fullautoci import __version__, spool
from fullautoci.cli.checks.row import Row
from fullautoci.client.types.service import Status
from fullautoci.errors import FullAutoCIError, StoreError
from fullautoci.paths import Paths
from fullautoci.text import counted, variant_name

# Seconds beyond which a job that could start has not, and by which one has outlived its timeout.
WAITS_S = 60.0
OVERDUE_S = 60.0
PREPARING_S = 1800.0
RESTART = "'fullautoci daemon logs' may tell why; 'fullautoci daemon restart' begins anew and loses nothing"


def rows(paths: Paths, info: Status | FullAutoCIError) -> Iterator[Row]:
    """Everything of the service's.

    Args:
        info: what the daemon says of itself, or why it says nothing.
    """
    if isinstance(info, FullAutoCIError):
        yield Row("daemon", "problem", info.message, info.hint)
    else:
        yield _daemon(info)
        yield _socket(paths)
        yield _notices(info)
    yield _spool(paths, down=isinstance(info, FullAutoCIError))
    yield _database(paths)
    yield _backups(paths)
    if not isinstance(info, FullAutoCIError):
        yield from _jobs(info)


def _daemon(info: Status) -> Row:
    if info["version"] != __version__:
        return Row("daemon", "warning", f"it is of version {info['version']}", "'fullautoci daemon restart'")
    if info.get("stale"):
        return Row("daemon", "warning", info["stale"], "'fullautoci daemon restart'")
    if info.get("no_room"):
        return Row("daemon", "problem", info["problem"], "make room: it goes on by itself")
    if info.get("problem"):
        return Row("daemon", "warning", info["problem"], "install it, or switch them off in config.yml")
    return Row("daemon", "ok", f"process {info['pid']}, {info['url']}, {info['workers']} workers")


def _socket(paths: Paths) -> Row:
    path = paths.socket
    try:
        status, folder = path.stat(), path.parent.stat()
    except OSError as error:
        return Row("socket", "problem", f"{path}: {error.strerror}", "'fullautoci daemon restart'")
    if status.st_uid != os.getuid() or folder.st_uid != os.getuid():
        return Row("socket", "problem", f"{path} belongs to another user", "remove it, and 'fullautoci daemon restart'")
    for what, mode, wanted in ((path, status.st_mode, 0o600), (path.parent, folder.st_mode, 0o700)):
        if mode & 0o777 & ~wanted:
            hint = f"others may reach the service by it: 'chmod {wanted:o} {what}'"
            return Row("socket", "problem", f"{what} has the mode {mode & 0o777:o}", hint)
    return Row("socket", "ok", f"{path}, yours alone")


def _notices(info: Status) -> Row:
    if info.get("notices"):
        return Row("notices", "ok", "the kernel tells of moved refs at once")
    found = "the kernel tells of no moved refs: commits that came past the hooks are found by the scan alone"
    return Row("notices", "warning", found, "on Linux: raise fs.inotify.max_user_instances and max_user_watches")


def _spool(paths: Paths, *, down: bool) -> Row:
    waiting = spool.count(paths.spool)
    rejected = list(paths.rejected.iterdir()) if paths.rejected.is_dir() else []
    if not os.access(paths.spool, os.W_OK | os.X_OK):
        hint = "hooks cannot tell of commits; the scan finds them: make the folder writable"
        return Row("spool", "problem", f"{paths.spool} cannot be written to", hint)
    if rejected:
        return Row("spool", "warning", f"{len(rejected)} files were no events", f"look at them in {paths.rejected}")
    found = f"{counted(waiting, 'event')} wait{'s' if waiting == 1 else ''}"
    if waiting and down:
        return Row("spool", "warning", found, "they are taken in when the daemon runs: 'fullautoci daemon start'")
    return Row("spool", "ok", found)


def _database(paths: Paths) -> Row:
    """Whether the database is whole, and whether one before it was not."""
    from fullautoci.store import backup

    aside = sorted(paths.damaged.iterdir()) if paths.damaged.is_dir() else []
    try:
        found = backup.damage(paths.database) if paths.database.exists() else ""
    except StoreError as error:
        return Row("database", "problem", error.message, "look at its folder's owner, mode and disk")
    if found:
        hint = "'fullautoci daemon restart' moves it aside and takes the newest backup"
        return Row("database", "problem", f"it is damaged: {found}", hint)
    if aside:
        hint = f"its disk may be failing; remove {paths.damaged} when you have looked at it"
        found = f"whole; a damaged one was replaced, and is at {aside[-1]}"
        return Row("database", "warning", found, hint)
    return Row("database", "ok", "whole (integrity_check)" if paths.database.exists() else "there is none yet")


def _backups(paths: Paths) -> Row:
    from fullautoci.store import backup

    there = list(backup.newest_first(paths.backups))
    if not there:
        return Row("backups", "ok", "none yet: one is made a day, and before each change of the schema")
    if found := backup.damage(there[0]):
        hint = "remove it: the next is made within a day, or when the daemon starts"
        return Row("backups", "warning", f"{there[0]} is damaged: {found}", hint)
    return Row("backups", "ok", f"{counted(len(there), 'backup')}, the newest {there[0].name}, whole")


def _jobs(info: Status) -> Iterator[Row]:
    overdue = [job for job in info["running"] if _is_overdue(job)]
    for job in overdue:
        name = variant_name(job["tool"], job.get("variant", ""))
        found = f"{job['repository']} {job['commit'][:10]} {name}: {job['state']} for {job['seconds']:.0f} s"
        yield Row("jobs", "problem", found, f"'fullautoci cancel {job['run_id']}', or {RESTART}")
    waits = info.get("oldest_wait_s") or 0.0
    if waits > WAITS_S and info["workers_idle"] and not info.get("paused"):
        found = f"{counted(info['jobs_queued'], 'job')} queued for up to {waits:.0f} s, while workers are idle"
        yield Row("jobs", "problem", found, RESTART)
    elif info.get("jobs_quarantined"):
        found = f"{counted(info['jobs_quarantined'], 'job')} quarantined: each lost its worker three times"
        yield Row("jobs", "warning", found, "see their logs ('fullautoci log'), then 'fullautoci rerun RUN'")
    elif not overdue:
        yield Row("jobs", "ok", f"{len(info['running'])} running, {info['jobs_queued']} queued, none stuck")


def _is_overdue(job: Mapping[str, Any]) -> bool:
    limit = PREPARING_S if job["state"] == "preparing" else (job.get("timeout") or 0.0) + OVERDUE_S
    return bool(job["seconds"] > limit)
