"""The spool: a folder of events, each written by temporary file and rename, and unlinked when it is accepted.

A file is five fields, each closed by a NUL: `fullautoci-event 1`, the event's id, its source, the repository's git
folder (absolute, any bytes), and its updates, lines of `old new ref` where `-` stands for an unknown commit. The shell
hooks write it with one printf; no path needs quoting in it.
"""

import contextlib
import os
import re
import stat
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

from fullautoci import faults
from fullautoci.errors import SpoolError
from fullautoci.model import Event, RefUpdate

MAGIC = "fullautoci-event 1"
SUFFIX = ".event"
SIZE_LIMIT = 4 * 1024 * 1024
STALE_S = 3600.0
NAME_KEPT = 100

_ID = re.compile(r"[0-9a-zA-Z-]{1,80}")
_SOURCE = re.compile(r"[a-z-]{1,40}")
_SHA = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})")


def new_id() -> str:
    """A fresh event id."""
    return str(uuid.uuid4())


def encode(event: Event) -> bytes:
    """An event as its spool file holds it."""
    updates = "".join(f"{u.old or '-'} {u.new or '-'} {u.ref}\n" for u in event.updates)
    fields = (MAGIC, event.id, event.source, event.path, updates)
    return b"".join(os.fsencode(field) + b"\0" for field in fields)


def decode(raw: bytes) -> Event:
    """The event that a spool file or a push holds.

    Raises:
        SpoolError: it is not one, and why.
    """
    if len(raw) > SIZE_LIMIT:
        raise SpoolError(f"an event of {len(raw)} bytes; the limit is {SIZE_LIMIT}")
    fields = raw.split(b"\0")
    if len(fields) != 6 or fields[5] or fields[0] != MAGIC.encode():
        raise SpoolError("not an event: it lacks its heading or its five fields")
    identifier, source = fields[1].decode("ascii", "replace"), fields[2].decode("ascii", "replace")
    path = os.fsdecode(fields[3])
    if not _ID.fullmatch(identifier) or not _SOURCE.fullmatch(source):
        raise SpoolError("not an event: its id or source is malformed")
    if not path.startswith("/") or len(path) > 4096:
        raise SpoolError("not an event: its repository is no absolute path")
    return Event(identifier, source, path, tuple(_updates(fields[4])))


def _updates(raw: bytes) -> Iterator[RefUpdate]:
    for line in raw.splitlines():
        old, _, rest = os.fsdecode(line).partition(" ")
        new, _, ref = rest.partition(" ")
        if not line.strip():
            continue
        if not ref or not all(sha in ("-", "") or _SHA.fullmatch(sha) for sha in (old, new)):
            raise SpoolError("not an event: an update is no 'old new ref'")
        yield RefUpdate(ref, _commit(old), _commit(new))


def _commit(sha: str) -> str | None:
    return sha if sha.strip("-0") else None


def write(spool: Path, event: Event) -> Path:
    """Spool an event durably: temporary file, fsync, rename, fsync of the folder.

    Raises:
        OSError: the spool cannot be written.
    """
    target = spool / f"{event.id}{SUFFIX}"
    temporary = spool / f".{event.id}.{uuid.uuid4().hex}.tmp"  # its own: the same event may come twice at once
    with temporary.open("wb") as file:
        file.write(encode(event))
        file.flush()
        os.fsync(file.fileno())
    faults.point("before-spool-rename")
    temporary.replace(target)
    faults.point("after-spool-rename")
    folder = os.open(spool, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return target


def waiting(spool: Path) -> list[Path]:
    """The spooled events' files, oldest first; none where the spool cannot be read."""
    found = []
    try:
        with os.scandir(spool) as entries:
            for entry in entries:
                if entry.name.endswith(SUFFIX):
                    with contextlib.suppress(FileNotFoundError):  # it was taken meanwhile
                        found.append((entry.stat(follow_symlinks=False).st_mtime_ns, entry.name))
    except OSError:
        return []
    return [spool / name for _, name in sorted(found)]


def count(spool: Path) -> int:
    """How many events wait, told without looking at each; 0 where the spool cannot be read."""
    try:
        with os.scandir(spool) as entries:
            return sum(entry.name.endswith(SUFFIX) for entry in entries)
    except OSError:
        return 0


def read(path: Path) -> Event:
    """The event in a spool file.

    Raises:
        SpoolError: it is no event of ours: garbage, a folder, a symlink, another user's, or named for another event.
        FileNotFoundError: it is gone; someone else took it.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise SpoolError("not a regular file")
    if status.st_uid not in (os.getuid(), 0):
        raise SpoolError(f"it belongs to the user {status.st_uid}")
    if status.st_size > SIZE_LIMIT:
        raise SpoolError(f"{status.st_size} bytes; the limit is {SIZE_LIMIT}")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        event = decode(file.read(SIZE_LIMIT + 1))
    if path.name != event.id + SUFFIX:
        raise SpoolError("its name is not its event's id")
    return event


def reject(path: Path, rejected: Path) -> None:
    """Move what is no event out of the spool, so that it is read once; it is kept for a person to look at."""
    rejected.mkdir(mode=0o700, exist_ok=True)
    name = os.fsencode(path.name)[:NAME_KEPT].decode("utf-8", "ignore")  # a name's limit counts bytes
    path.rename(rejected / f"{time.time_ns()}-{name}")


def sweep(spool: Path) -> None:
    """Remove temporary files whose writers are long gone."""
    for path in spool.glob(".*.tmp"):
        try:
            if time.time() - path.lstat().st_mtime > STALE_S:
                path.unlink()
        except OSError:
            continue
