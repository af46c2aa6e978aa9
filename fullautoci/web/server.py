"""Two waitress servers for one application: a Unix socket for the owner, loopback TCP for browsers.

Each has its own thread, socket map, task threads and connection limit: waitress refuses to mix socket kinds in one
server, and counts its limit over a shared map.
"""

import os
import socket
import stat
import struct
import sys
import threading
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import WSGITask

from fullautoci.errors import DaemonStartError
from fullautoci.web.callers import PEER_UID

# waitress looks for work at least this often, in seconds; sockets wake it at once.
LOOP_TIMEOUT_S = 60
SETTINGS: dict[str, Any] = {
    "asyncore_loop_timeout": LOOP_TIMEOUT_S,
    "asyncore_use_poll": True,
    "ident": None,
    "max_request_body_size": 8 * 1024 * 1024,
    "channel_timeout": 60,
    "cleanup_interval": 30,
}


class _PeerTask(WSGITask):
    """Tells the application who is at the other end of the Unix socket."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[PEER_UID] = peer_uid(self.channel.socket)
        return environ


class _PeerChannel(HTTPChannel):
    task_class = _PeerTask


def peer_uid(connection: socket.socket | None) -> int:
    """The user at the other end of a Unix socket, by the kernel's word; -1 where it does not say."""
    if connection is None:
        return -1
    if sys.platform == "linux":
        raw = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
        return int(struct.unpack("3i", raw)[1])
    if hasattr(socket, "LOCAL_PEERCRED"):  # struct xucred: version, uid, groups (unix(4) on macOS and the BSDs)
        raw = connection.getsockopt(0, socket.LOCAL_PEERCRED, 8)
        return int(struct.unpack("2I", raw)[1])
    return -1


class Server:
    """One waitress server in a thread of its own."""

    def __init__(self, app: Flask, listener: socket.socket, threads: int, connections: int) -> None:
        self._map: dict[int, Any] = {}
        made: Any = create_server(
            app, map=self._map, sockets=[listener], threads=threads, connection_limit=connections, **SETTINGS
        )
        self._server = made
        if listener.family == socket.AF_UNIX:
            self._server.channel_class = _PeerChannel
        self._thread = threading.Thread(target=self._server.run, name=f"web-{listener.family.name}")
        self._thread.start()

    def close(self) -> None:
        """Finish the requests under way, and stop listening."""
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map, ignore_all=True))
        self._thread.join(10)


def listen_unix(path: Path) -> socket.socket:
    """A socket at a path, for its owner alone; a dead one is taken over.

    Raises:
        DaemonStartError: something else is there, or somebody listens.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        pass
    else:
        if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.getuid():
            raise DaemonStartError(f"{path} is in the way, and is no socket of ours", "move it away and start again")
        if _answers(path):
            raise DaemonStartError(f"something listens on {path} already", "'fullautoci daemon status' tells more")
        path.unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        listener.bind(str(path))
    finally:
        os.umask(before)
    listener.listen(1024)
    return listener


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2)
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def listen_tcp(port: int, *, strict: bool) -> socket.socket:
    """A loopback socket; where the port is taken and need not be that one, any free one.

    Raises:
        DaemonStartError: the port is taken.
    """
    for candidate in (port,) if strict else (port, 0):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", candidate))
            listener.listen(128)  # where two were bound at once, this is what fails for the second
        except OSError:
            listener.close()
            continue
        return listener
    raise DaemonStartError(
        f"port {port} of this machine is taken", "set another with 'dashboard: {port: N}' in config.yml"
    )
