"""Pruning: logs, checkouts, environments, overlays and mirrors that nobody needs any more.

What a job could use is first renamed aside, in the writer's thread and only where no job that is under way uses it:
none can start before that is over. What is aside is then removed at leisure.
"""

import logging
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

from fullautoci.config.service import KeepSection
from fullautoci.environments import catalogue, installer
from fullautoci.environments.manifest import ASIDE
from fullautoci.paths import Paths
from fullautoci.retention import Kept, Rule, surplus
from fullautoci.store import retention
from fullautoci.store.database import Connection, Database
from fullautoci.store.writer import Writer
from fullautoci.vcs.git.leftovers import remove_tree

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pruned:
    """Something that went, or would go: its kind, where it is, its size in bytes, and why."""

    kind: str
    path: str
    bytes: int
    reason: str


class Pruner:
    """Prunes one home.

    Args:
        reading: opens a read-only connection.
    """

    def __init__(
        self,
        paths: Paths,
        keep: KeepSection,
        writer: Writer,
        reading: Callable[[], AbstractContextManager[Connection]],
    ) -> None:
        self._paths = paths
        self._keep = keep
        self._writer = writer
        self._reading = reading

    def prune(self, *, dry_run: bool) -> list[Pruned]:
        """Remove what is to go; with `dry_run` only tell.

        Raises:
            StoreError: the database cannot be read.
        """
        found = [*self._logs(), *self._mirrors(), *self._caches()]
        if dry_run or not found:
            return found
        gone = [one for one in found if one.kind == "log"]
        for one in gone:
            with suppress(OSError):
                remove_tree(Path(one.path))
        shared = [one for one in found if one.kind != "log"]
        aside: dict[Pruned, Path] = {}
        self._writer.call(lambda db: _set_aside(db, shared, aside))
        for item, path in aside.items():
            with suppress(OSError):
                if item.kind == "environment":
                    catalogue.forget(path)
                remove_tree(path)
        gone += list(aside)
        log.info("pruned %d, %d bytes", len(gone), sum(one.bytes for one in gone))
        return gone

    def _logs(self) -> list[Pruned]:
        with self._reading() as connection:
            runs = retention.runs_with_logs(connection)
        items = []
        for folder in _folders(self._paths.logs):
            number = int(folder.name) if folder.name.isdigit() else 0
            repository, over, newest = runs.get(number, (0, True, number))
            # A log is kept as long as the newest run would be that shows it.
            used_at = max(_used_at(folder), _used_at(self._paths.logs / str(newest)))
            items.append(Kept(str(folder), size(folder), used_at, str(repository), newest, in_use=not over))
        return _chosen("log", items, Rule(self._keep.logs.days, self._keep.logs.runs, self._keep.logs.size))

    def _mirrors(self) -> list[Pruned]:
        with self._reading() as connection:
            identifiers = retention.abandoned(connection)
        mirrors = [self._paths.mirrors / f"{identifier}.git" for identifier in identifiers]
        why = "its repository is watched no more"
        return [Pruned("mirror", str(path), size(path), why) for path in mirrors if path.is_dir()]

    def _caches(self) -> list[Pruned]:
        keep, paths = self._keep, self._paths
        rule = Rule(keep.environments.days, keep.environments.count, keep.environments.size)
        environments = [
            Kept(str(one.folder), size(one.folder), one.used_at) for one in catalogue.kept(paths.environments)
        ]
        chosen = _chosen("environment", environments, rule)
        overlays = [_kept(path) for top in _folders(paths.overlays) for path in _folders(top)]
        chosen += _chosen("overlay", overlays, rule)
        slots = [_kept(path, "index") for worker in _folders(paths.slots) for path in _folders(worker)]
        return chosen + _chosen("checkout", slots, Rule(keep.checkouts.days, 0, keep.checkouts.size))


def _folders(place: Path) -> list[Path]:
    """The folders right below a place; those put aside excepted."""
    if not place.is_dir():
        return []
    return [path for path in place.iterdir() if path.is_dir() and not path.name.startswith(".")]


def _used_at(folder: Path) -> float:
    return folder.stat().st_mtime if folder.is_dir() else 0.0


def _kept(path: Path, touched: str = "") -> Kept:
    """A folder that was last used when the file `touched` in it was written."""
    mark = path / touched if touched and (path / touched).exists() else path
    return Kept(str(path), size(path), mark.stat().st_mtime)


def _chosen(kind: str, items: Sequence[Kept], rule: Rule) -> list[Pruned]:
    return [Pruned(kind, item.path, item.size, reason) for item, reason in surplus(items, rule, time.time())]


def _set_aside(db: Database, items: Iterable[Pruned], aside: dict[Pruned, Path]) -> None:
    """Rename what is to go, unless a job that is under way may use it, and note where it is now."""
    busy = {str(identifier) for identifier in retention.under_way(db.conn)}
    abandoned = {f"{identifier}.git" for identifier in retention.abandoned(db.conn)}
    free: dict[str, Callable[[Path], AbstractContextManager[bool]]] = {
        "mirror": lambda path: nullcontext(path.name in abandoned),  # its repository may be watched again by now
        "checkout": lambda path: nullcontext(path.name not in busy),
        "environment": lambda path: installer.unused(installer.usage(path)),
        "overlay": lambda _: nullcontext(not busy),
    }
    for item in items:
        path = Path(item.path)
        there = path.with_name(f"{ASIDE}{time.time_ns()}-{path.name}")
        with suppress(OSError), free[item.kind](path) as is_free:  # it went by itself, or its lock has no room
            if is_free and item not in aside:
                path.rename(there)
                aside[item] = there


def size(folder: Path) -> int:
    """What a folder's files take on the disk, in bytes; those that share an inode once."""
    total, seen, left = 0, set(), [str(folder)]
    while left:  # os.walk goes no deeper than a recursion may
        with suppress(OSError), os.scandir(left.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    left.append(entry.path)
                    continue
                status = entry.stat(follow_symlinks=False)
                if (status.st_dev, status.st_ino) not in seen:
                    seen.add((status.st_dev, status.st_ino))
                    total += status.st_blocks * 512
    return total


def remove_aside(paths: Paths) -> None:
    """Remove what an earlier daemon put aside and did not come to remove."""
    for place in (paths.environments, paths.overlays, paths.slots, paths.mirrors):
        for path in [*place.glob(f"{ASIDE}*"), *place.glob(f"*/{ASIDE}*")]:
            with suppress(OSError):
                if place == paths.environments:
                    catalogue.forget(path)
                remove_tree(path)
