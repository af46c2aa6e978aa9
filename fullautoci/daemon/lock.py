"""One daemon a home, by a lock that the kernel drops when its holder dies."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from fullautoci.errors import DaemonStartError


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock, with our process id in it.

    Raises:
        DaemonStartError: another daemon holds it.
    """
    with path.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DaemonStartError(
                f"a daemon is running already (process {holder(path) or 'unknown'})",
                "'fullautoci daemon status' tells more, 'fullautoci daemon restart' replaces it",
            ) from error
        file.seek(0)
        file.truncate()
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


@contextlib.contextmanager
def tried(path: Path) -> Iterator[bool]:
    """Try to hold a lock that is let go of at the end; whether it is held."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def holder(path: Path) -> int | None:
    """The process id of whoever holds the lock; None: nobody does."""
    try:
        with path.open("r+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                content = file.read().strip()
                return int(content) if content.isdigit() else 0
    except FileNotFoundError:
        return None
    return None
