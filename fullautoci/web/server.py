"""Two waitress servers for one application: a Unix socket for the owner, loopback TCP for browsers.

Each has its own thread, socket map, task threads and connection limit: waitress refuses to mix socket kinds in one
server, and counts its limit over a shared map. What holds a connection without getting on is ended (`slow.py`).
"""

import functools
import os
import resource
import socket
import stat
import struct
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server
from waitress.task import WSGITask

from fullautoci.config.dashboard import RequestLimits
from fullautoci.errors import DaemonStartError
from fullautoci.web.callers import PEER_UID
from fullautoci.web.forwarded import Forwarded
from fullautoci.web.slow import BoundedChannel, Bounds, Patience

# waitress looks for work at least this often, in seconds; sockets wake it at once.
LOOP_TIMEOUT_S = 60
# What a request may have as its head; a whole one over TCP, and one of the owner's; in bytes.
HEAD_LIMIT = 32 * 1024
TCP_BODY_LIMIT = 1024 * 1024
UNIX_BODY_LIMIT = 8 * 1024 * 1024
# How much of a body is kept in memory, in bytes: anybody may send one before it is asked who they are.
BODY_IN_MEMORY = 64 * 1024
SETTINGS: dict[str, Any] = {
    "asyncore_loop_timeout": LOOP_TIMEOUT_S,
    "asyncore_use_poll": True,
    "ident": None,
    "max_request_header_size": HEAD_LIMIT,
    "inbuf_overflow": BODY_IN_MEMORY,
    "channel_timeout": 24 * 3600,  # ours are shorter, and by a clock that nobody sets
}
_LIMITS = RequestLimits()


class _Task(WSGITask):
    """Keeps a connection after an answer that has no body by its nature: waitress would end it, for want of a length.

    Such an answer ends with its head (RFC 9112, section 6.3); open pages get many that say "as it was" (304).
    """

    def set_close_on_finish(self) -> None:
        """Have the connection closed after this answer, but for the above."""
        said = self.request.headers.get("CONNECTION", "").lower()  # type: ignore[attr-defined]  # it is no Error
        if self.has_body or self.version != "1.1" or said == "close":
            super().set_close_on_finish()


class _Channel(BoundedChannel):
    task_class = _Task


class _PeerTask(_Task):
    """Tells the application who is at the other end of the Unix socket."""

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[PEER_UID] = peer_uid(self.channel.socket)
        return environ


class _PeerChannel(BoundedChannel):
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
    """One waitress server in a thread of its own.

    Args:
        threads: how many requests are answered at once.
        connections: how many may be open at once; fewer, where the process may have too few files open.
        limits: how long a request may take.
        proxies: networks whose word for where a request comes from is taken.
    """

    def __init__(
        self,
        app: Flask,
        listener: socket.socket,
        threads: int,
        connections: int,
        limits: RequestLimits = _LIMITS,
        proxies: Sequence[str] = (),
    ) -> None:
        by_tcp = listener.family != socket.AF_UNIX
        # A connection may have a file for its body and one for its answer beside it.
        most = min(connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 4)
        bounds = Bounds(most, limits.header_time, limits.body_time, limits.answer_time, limits.idle_time)
        self._map: dict[int, Any] = {}
        self._patience = Patience(bounds)
        made: Any = create_server(
            Forwarded(app, proxies) if by_tcp else app,
            map=self._map,
            sockets=[listener],
            threads=threads,
            # Room for the listener, what wakes the loop, and one more, for which another goes.
            connection_limit=bounds.connections + 3,
            max_request_body_size=TCP_BODY_LIMIT if by_tcp else UNIX_BODY_LIMIT,
            clear_untrusted_proxy_headers=not by_tcp,
            **SETTINGS,
        )
        self._server = made
        self._server.channel_class = functools.partial(_Channel if by_tcp else _PeerChannel, bounds)
        self._thread = threading.Thread(target=self._run, name=f"web-{listener.family.name}")
        self._thread.start()

    def _run(self) -> None:
        while self._map:
            seconds = self._patience.look(self._server.active_channels.values(), LOOP_TIMEOUT_S)
            # A moment longer than that, as it counts in whole milliseconds and would come too early.
            wasyncore.loop(timeout=seconds + 0.001, use_poll=True, map=self._map, count=1)

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
