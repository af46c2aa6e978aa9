"""One daemon a home, by a lock that the kernel drops when its holder dies."""

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fullautoci.errors import DaemonStartError

PATIENCE_S = 0.3


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock, with our process id in it.

    Raises:
        DaemonStartError: another daemon holds it.
    """
    with path.open("a+") as file:
        give_up = time.monotonic() + PATIENCE_S
        while not _taken(file, fcntl.LOCK_EX):
            if time.monotonic() > give_up:  # and nobody has just looked whether somebody holds it
                raise DaemonStartError(
                    f"a daemon is running already (process {holder(path) or 'unknown'})",
                    "'fullautoci daemon status' tells more, 'fullautoci daemon restart' replaces it",
                )
            time.sleep(0.01)
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        try:
            yield
        finally:
            file.truncate(0)


def _taken(file: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def tried(path: Path) -> Iterator[bool]:
    """Try to hold a lock that is let go of at the end; whether it is held."""
    with path.open("a") as file:
        yield _taken(file, fcntl.LOCK_EX)


def holder(path: Path) -> int | None:
    """The process id of whoever holds the lock; None: nobody does."""
    try:
        with path.open("r+") as file:
            if _taken(file, fcntl.LOCK_SH):  # shared: two who look do not see one another
                return None
            content = file.read().strip()
            return int(content) if content.isdigit() else 0
    except FileNotFoundError:
        return None
