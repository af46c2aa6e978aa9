"""Starting and stopping a daemon from outside."""

import contextlib
import os
import signal
import sys
import time
from pathlib import Path

from fullautoci import process
from fullautoci.client import Client, SocketTransport
from fullautoci.client.types.service import Status
from fullautoci.daemon import lock
from fullautoci.errors import DaemonDownError, DaemonStartError, FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.text import tail

PATIENCE_S = 30.0
# How long a start waits for others that are under way, each of which may take the above.
TURN_S = 90.0
LOG_LIMIT = 4 * 1024 * 1024


def status(paths: Paths) -> Status | None:
    """What the daemon says of itself; None where none answers."""
    try:
        return Client(SocketTransport(paths.socket)).status()
    except DaemonDownError:
        return None


def start(paths: Paths) -> tuple[Status, bool]:
    """Start a daemon in the background, and wait until it answers. One start at a time: others wait for its daemon.

    Returns:
        What it says of itself, and whether it was started by this call.

    Raises:
        DaemonStartError: it ended or did not answer in time; the hint holds the end of its log.
    """
    give_up = time.monotonic() + TURN_S
    while (running := status(paths)) is None:
        paths.create()
        with lock.tried(paths.starting) as ours:
            if ours:
                return _start(paths)
        if time.monotonic() > give_up:
            raise DaemonStartError("another start of the daemon has not ended", f"look at {paths.daemon_log}")
        time.sleep(0.05)
    return running, False


def _start(paths: Paths) -> tuple[Status, bool]:
    running = status(paths)  # another start may have ended since it was asked last
    if running is not None:
        return running, False
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
    else:
        said = f"the daemon (process {child.pid}) does not answer after {PATIENCE_S:g} s"
        raise DaemonStartError(f"{said}; the end of its log:", _said(paths.daemon_log, offset))
    raise DaemonStartError("the daemon did not start; the end of its log:", _said(paths.daemon_log, offset))


def _said(path: Path, offset: int) -> str:
    """The end of what was said since the log was so long."""
    try:
        with path.open("rb") as file:
            file.seek(offset)
            return tail(file.read()) or "(nothing)"
    except OSError as error:
        return f"{path}: {error.strerror}"


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
