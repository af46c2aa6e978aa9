"""Where a command is run: the API, the repository one stands in, and the commit that a revision names."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fullautoci import __version__
from fullautoci.client import Answer, Client, SocketTransport, Transport, View
from fullautoci.errors import DaemonDownError
from fullautoci.paths import Paths
from fullautoci.vcs.base import Location

if TYPE_CHECKING:
    from fullautoci.vcs.git.repository import GitVcs


class OfflineTransport:
    """The same API without its daemon: the application in this process, over the database, read-only."""

    def __init__(self, paths: Paths) -> None:
        from fullautoci.config import service
        from fullautoci.daemon.configuration import Configuration, mirrors
        from fullautoci.daemon.offline import offline_info
        from fullautoci.store.database import reading
        from fullautoci.web.app import create_app
        from fullautoci.web.services import Services

        of_file, read = (lambda: service.read(paths.config)), (lambda: reading(paths.database))
        configuration = Configuration(of_file, read, mirrors(vcs(), paths.mirrors))
        services = Services(read, paths.logs, lambda: offline_info(paths), None, configuration)
        self._client = create_app(services, os.urandom(32), set).test_client()

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer a request."""
        from fullautoci.web.callers import PEER_UID

        environ = {PEER_UID: os.getuid()}
        response = self._client.open(path, method=method, data=body, headers=dict(headers), environ_overrides=environ)
        return Answer(response.status_code, dict(response.headers), response.data)


class Here:
    """What a command needs to know of its surroundings, found out when it is asked."""

    def __init__(self, folder: Path | None = None) -> None:
        self.paths = Paths.from_environment()
        self.folder = (folder or Path.cwd()).absolute()
        self._location: Location | None = None

    def api(self) -> Client:
        """The running daemon's API.

        Raises:
            DaemonDownError: none runs; this command needs one.
        """
        client = Client(SocketTransport(self.paths.socket))
        info = client.status()
        if client.server_version != __version__:
            self.note_version(client.server_version)
        elif info.get("stale"):
            from fullautoci.cli.output import note

            note(f"{info['stale']}: 'fullautoci daemon restart'")
        return client

    def reading_api(self) -> Client:
        """The daemon's API, or the same over the database where no daemon runs."""
        try:
            return self.api()
        except DaemonDownError:
            transport: Transport = OfflineTransport(self.paths)
            return Client(transport, offline=True)

    def note_version(self, version: str) -> None:
        """Say that daemon and command are of different versions."""
        from fullautoci.cli.output import note

        note(f"the daemon has version {version or 'unknown'}, this command {__version__}: 'fullautoci daemon restart'")

    def location(self) -> Location:
        """The repository one stands in.

        Raises:
            UsageError: there is none.
        """
        if self._location is None:
            self._location = vcs().locate(self.folder)
        return self._location

    def repository(self, client: Client) -> View:
        """The registration of the repository one stands in.

        Raises:
            NotFoundError: it is not registered.
        """
        return client.repository_at(self.location().git_dir)

    def resolve(self, revision: str) -> str:
        """The commit that a revision names.

        Raises:
            UsageError: it names none.
        """
        location = self.location()
        return vcs().resolve(location.git_dir, revision, cwd=location.worktree)


def vcs() -> "GitVcs":
    """Git for questions about the user's repository; it needs no home of ours."""
    from fullautoci.vcs.git.command import Git
    from fullautoci.vcs.git.repository import GitVcs

    return GitVcs(Git(Path("/dev/null")))
