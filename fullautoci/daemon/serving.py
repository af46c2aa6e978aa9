"""The page and the API, on the Unix socket and on TCP."""

import socket
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from fullautoci.config import service
from fullautoci.config.dashboard import host_names
from fullautoci.config.service import ServiceFile
from fullautoci.daemon import keys
from fullautoci.paths import Paths
from fullautoci.web import limits
from fullautoci.web.app import create_app
from fullautoci.web.server import Server, listen_tcp, listen_unix
from fullautoci.web.services import Services

THREADS = 4


def listen(paths: Paths, settings: ServiceFile, stack: ExitStack) -> list[socket.socket]:
    """The sockets: that of TCP first, then our own Unix socket, and the one for others where there is one.

    Raises:
        DaemonStartError: an address is taken.
    """
    own = _unix(paths.socket, 0o600, stack)
    shared = [_unix(settings.shared.path, 0o666, stack)] if settings.shared.path else []
    wanted = settings.dashboard.port
    by_tcp = listen_tcp(wanted or service.DEFAULT_PORT, strict=wanted is not None)
    stack.callback(by_tcp.close)
    return [by_tcp, own, *shared]


def _unix(path: Path, mode: int, stack: ExitStack) -> socket.socket:
    listener = listen_unix(path)
    stack.callback(path.unlink, missing_ok=True)
    stack.callback(listener.close)
    path.chmod(mode)
    return listener


def serve(
    paths: Paths, settings: ServiceFile, services: Services, listeners: Sequence[socket.socket], stack: ExitStack
) -> None:
    """Answer requests until the stack is taken down."""
    hosts = host_names(settings.dashboard, listeners[0].getsockname()[1])
    app = create_app(services, keys.session_key(paths.session_key), lambda: hosts)
    borne, proxies = settings.dashboard.limits, settings.dashboard.proxies
    limits.install(app, borne)
    for listener in listeners:
        stack.callback(Server(app, listener, THREADS, borne.connections, borne, proxies).close)
