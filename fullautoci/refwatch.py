"""Tells at once that refs may have moved or an event was spooled, where the kernel says so (inotify(7), Linux).

The watcher's scan at an interval finds the same a little later: a platform without inotify, a network file system, or a
limit that is used up costs time, never a commit.
"""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import inotify_simple

log = logging.getLogger(__name__)
# What happens within this time is told together. A hook needs a few milliseconds to spool its event: what it told of
# is then no news to the scan.
GATHER_MS = 200
# Files and folders of a git folder that say that a ref, HEAD, or an operation under way has changed.
TELLING = frozenset({"HEAD", "packed-refs", "rebase-merge", "rebase-apply", "sequencer", "worktrees"})
SPOOL = 0


class Folder(NamedTuple):
    """A watched folder: its repository's number (0: the spool) and git folder, and the names that matter (or None)."""

    repository: int
    git_dir: Path
    names: frozenset[str] | None


class RefWatch:
    """Watches git folders and the spool, in a thread of its own.

    Args:
        inotify: the kernel's queue.
        spool: the folder that events are spooled in.
        spooled: called when one was.
        moved: called with the numbers of repositories whose refs may have moved.
    """

    def __init__(
        self,
        inotify: "inotify_simple.INotify",
        spool: Path,
        spooled: Callable[[], None],
        moved: Callable[[Iterable[int]], None],
    ) -> None:
        self._inotify = inotify
        self._spool = spool
        self._spooled = spooled
        self._moved = moved
        self._folders: dict[int, Folder] = {}
        self._known: dict[int, Path] = {}
        self._lock = threading.Lock()
        self._stopping = False
        self._add(spool, Folder(SPOOL, spool, None))
        self._thread = threading.Thread(target=self._work, name="refwatch")
        self._thread.start()

    def watch(self, repositories: Iterable[tuple[int, Path]]) -> None:
        """Watch these repositories, given by number and git folder, and no others."""
        wanted = dict(repositories)
        with self._lock:
            for number in [number for number, path in self._known.items() if wanted.get(number) != path]:
                self._forget(number)
            for number, git_dir in wanted.items():
                if number not in self._known:
                    self._known[number] = git_dir
                    self._enter(number, git_dir)

    def stop(self) -> None:
        """End the thread."""
        self._stopping = True
        nudge = self._spool / f".refwatch-{os.getpid()}"
        with contextlib.suppress(OSError):  # the kernel tells of it, and so the thread wakes
            nudge.touch()
            nudge.unlink()
        self._thread.join(timeout=5)
        self._inotify.close()

    def _enter(self, number: int, git_dir: Path) -> None:
        for path, names in _places(git_dir):
            self._add(path, Folder(number, git_dir, names))

    def _add(self, path: Path, folder: Folder) -> None:
        from inotify_simple import flags

        mask = flags.CREATE | flags.DELETE | flags.MOVED_TO | flags.MOVED_FROM | flags.CLOSE_WRITE | flags.ONLYDIR
        try:
            self._folders[self._inotify.add_watch(path, mask)] = folder
        except OSError as error:
            log.info("%s is not watched, the scan looks at it: %s", path, error.strerror)

    def _forget(self, number: int) -> None:
        del self._known[number]
        for descriptor in [key for key, folder in self._folders.items() if folder.repository == number]:
            with contextlib.suppress(OSError):  # the folder is gone, and its watch with it
                self._inotify.rm_watch(descriptor)
            del self._folders[descriptor]

    def _work(self) -> None:
        while not self._stopping:
            try:
                self._tell(list(self._inotify.read(read_delay=GATHER_MS)))
            except Exception:
                if self._stopping:
                    return
                log.exception("refwatch")
                return  # the scan goes on

    def _tell(self, events: "list[inotify_simple.Event]") -> None:
        from inotify_simple import flags

        moved: set[int] = set()
        spooled = False
        with self._lock:
            for event in events:
                folder = self._folders.get(event.wd)
                if event.mask & flags.Q_OVERFLOW:
                    moved, spooled = set(self._known), True
                elif folder is None or event.mask & flags.IGNORED:
                    self._folders.pop(event.wd, None)
                elif folder.repository == SPOOL:
                    spooled |= event.name.endswith(".event")
                elif _matters(event.name, folder):
                    moved.add(folder.repository)
                    if event.mask & flags.ISDIR:  # a new folder of branches, or a new worktree
                        self._enter(folder.repository, folder.git_dir)
        if spooled:
            self._spooled()
        if moved:
            self._moved(moved)


def _matters(name: str, folder: Folder) -> bool:
    return name in folder.names if folder.names is not None else not name.endswith(".lock")


def _places(git_dir: Path) -> Iterator[tuple[Path, frozenset[str] | None]]:
    """The folders of a git folder in which a moving ref shows, and the names that show it (gitrepository-layout(5))."""
    yield git_dir, TELLING
    for path, _, _ in os.walk(git_dir / "refs/heads"):
        yield Path(path), None
    if (git_dir / "reftable").is_dir():
        yield git_dir / "reftable", None
    if (git_dir / "worktrees").is_dir():
        yield git_dir / "worktrees", None
        for folder in (git_dir / "worktrees").iterdir():
            yield folder, TELLING


def start(spool: Path, spooled: Callable[[], None], moved: Callable[[Iterable[int]], None]) -> RefWatch | None:
    """Begin to watch the spool; None where the kernel tells nothing."""
    if not sys.platform.startswith("linux"):
        return None
    import inotify_simple

    try:
        return RefWatch(inotify_simple.INotify(), spool, spooled, moved)
    except OSError as error:
        log.warning("the kernel gives no notices of moved refs, only the scan finds them: %s", error.strerror)
        return None
