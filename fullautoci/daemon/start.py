"""Starting and stopping a daemon from outside."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from fullautoci import process
from fullautoci.client import Client, SocketTransport, View
from fullautoci.daemon import lock
from fullautoci.errors import DaemonDownError, DaemonStartError, FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.text import tail

PATIENCE_S = 30.0
LOG_LIMIT = 4 * 1024 * 1024


def status(paths: Paths) -> View | None:
    """What the daemon says of itself; None where none answers."""
    try:
        return Client(SocketTransport(paths.socket)).status()
    except DaemonDownError:
        return None


def start(paths: Paths) -> tuple[View, bool]:
    """Start a daemon in the background, and wait until it answers.

    Returns:
        What it says of itself, and whether it was started by this call.

    Raises:
        DaemonStartError: it ended or did not answer in time; the hint holds the end of its log.
    """
    running = status(paths)
    if running is not None:
        return running, False
    paths.create()
    _turn_over(paths.daemon_log)
    offset = paths.daemon_log.stat().st_size if paths.daemon_log.exists() else 0
    child = process.spawn_detached(
        [sys.executable, "-m", "fullautoci", "daemon", "run"], env=_environment(paths), log=paths.daemon_log
    )
    give_up = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up:
        found = status(paths)
        if found is not None:
            return found, found["pid"] == child.pid
        if child.poll() is not None and lock.holder(paths.lock) is None:
            break
        time.sleep(0.02)
    with contextlib.suppress(FileNotFoundError), paths.daemon_log.open("rb") as file:
        file.seek(offset)
        raise DaemonStartError("the daemon did not start; the end of its log:", tail(file.read()))
    raise DaemonStartError("the daemon did not start, and left no log", f"look at {paths.daemon_log}")


def stop(paths: Paths, patience: float = PATIENCE_S) -> int | None:
    """Ask the daemon to end, and wait for it.

    Returns:
        Its process id; None where none ran.

    Raises:
        FullAutoCIError: it did not end in time.
    """
    pid = lock.holder(paths.lock)
    if not pid:
        return None
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    give_up = time.monotonic() + patience
    while lock.holder(paths.lock) == pid:
        if time.monotonic() > give_up:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGUSR1)
            hint = "stop it once more; 'fullautoci daemon logs' has what each of its threads was doing"
            raise FullAutoCIError(f"the daemon (process {pid}) did not end within {patience:g} s", hint)
        time.sleep(0.02)
    return pid


def _environment(paths: Paths) -> dict[str, str]:
    """Our own, with an absolute home: the daemon does not run in this folder."""
    named = {"FULLAUTOCI_HOME": str(paths.config)} if os.environ.get("FULLAUTOCI_HOME") else {}
    return {**os.environ, **named}


def _turn_over(path: Path) -> None:
    """Keep one old log beside a long one."""
    if path.exists() and path.stat().st_size > LOG_LIMIT:
        path.replace(path.with_suffix(".log.1"))
