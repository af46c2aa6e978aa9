"""Where a command is run: the API, the repository one stands in, and the commit that a revision names."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fullautoci import __version__
from fullautoci.cli import naming
from fullautoci.cli.ways import PACE_S, Way, elsewhere, way
from fullautoci.client import Answer, Client, SocketTransport, UnreachableError
from fullautoci.client.types.repositories import Repository
from fullautoci.errors import DaemonDownError, NotFoundError, UsageError
from fullautoci.paths import Paths
from fullautoci.text import one_line
from fullautoci.vcs.base import Location

if TYPE_CHECKING:
    from fullautoci.vcs.git.repository import GitVcs

_ID = re.compile(r"[0-9a-f]{4,40}")


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

    def close(self) -> None:
        """Nothing is held open."""


class Here:
    """What a command needs to know of its surroundings, found out when it is asked."""

    def __init__(self, folder: Path | None = None) -> None:
        self.paths = Paths.from_environment()
        self.folder = (folder or Path.cwd()).absolute()
        self.way = way()
        self._location: Location | None = None
        self._client: Client | None = None

    def api(self) -> Client:
        """The API of the running service.

        Raises:
            DaemonDownError: none runs; this command needs one.
            UnreachableError: the service that the environment names does not answer.
        """
        if self.way is not None:
            return self._elsewhere(self.way)
        client = Client(SocketTransport(self.paths.socket))
        info = client.status()
        if client.server_version != __version__:
            self.note_version(client.server_version)
        elif info.get("stale"):
            from fullautoci.cli.output import note

            note(f"{info['stale']}: 'fullautoci daemon restart'")
        self._client = client
        return client

    def _elsewhere(self, there: Way) -> Client:
        client = Client(there.transport, pace_s=PACE_S)
        try:
            client.status()
        except DaemonDownError as error:
            raise UnreachableError(f"{error.message} at {there.place}", f"{elsewhere()} says to ask there") from error
        if client.server_version != __version__:
            from fullautoci.cli.output import note

            note(f"{there.place} has version {one_line(client.server_version or 'unknown', 20)}, we have {__version__}")
        self._client = client
        return client

    def reading_api(self) -> Client:
        """The service's API, or the same over one's own database where no daemon runs."""
        try:
            return self.api()
        except DaemonDownError:
            self._client = Client(OfflineTransport(self.paths), offline=True)
            return self._client

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
            try:
                self._location = vcs().locate(self.folder)
            except UsageError as error:
                if self.way is None:
                    raise
                raise UsageError(error.message, "--repo NAME names one; 'fullautoci repo list' shows them") from error
        return self._location

    def repository(self, client: Client) -> Repository:
        """The registration of the repository that is named, else of the one one stands in.

        With a service elsewhere, that is the one which is called as the origin of this clone is.

        Raises:
            NotFoundError: it is not registered.
            UsageError: one stands in none.
        """
        name = naming.named()
        if name is not None:
            return naming.find_repository(client, name)
        if self.way is None:
            return client.repository_at(self.location().git_dir)
        views = client.repositories()
        if self.way.here:
            for one in views:
                if one["path"] == str(self.location().git_dir):
                    return one
        names = self._origins()
        for origin in names:
            if any(one["name"] == origin for one in views):
                return naming.one_of(views, origin)
        told = f"called '{one_line(names[0], 80)}'" if names else "known: this clone has no remote"
        raise NotFoundError(
            f"at {self.way.place} no repository is {told}", "--repo NAME names it; 'fullautoci repo list' shows yours"
        )

    def resolve(self, revision: str) -> str:
        """The commit that a revision names; where no clone is at hand, an id as it was given.

        Raises:
            UsageError: it names none, or it is no id and there is no clone to look in.
        """
        place = self.clone()
        if place is not None:
            return vcs().resolve(place.git_dir, revision, cwd=place.worktree)
        if not _ID.fullmatch(revision):
            what = f"'{one_line(revision, 80)}' can only be told in a clone of {naming.named()}"
            raise UsageError(what, "name a commit by its id, or do this in a clone")
        return revision

    def clone(self) -> Location | None:
        """Where one's own files of the repository are that this command is about; None: nowhere that is known.

        Raises:
            UsageError: one stands in no repository, and named none.
        """
        if naming.named() is None:
            return self.location()
        view = self.repository(self._client or self.reading_api())
        if self.way is None:
            worktree = view["worktree"]
            return Location(Path(view["path"]), Path(worktree) if worktree else None, view["kind"])
        try:
            own = self.location()
        except UsageError:
            return None
        return own if view["name"] in self._origins() or view["path"] == str(own.git_dir) else None

    def _origins(self) -> list[str]:
        from fullautoci.vcs.git.command import Git
        from fullautoci.vcs.git.remotes import names

        return names(Git(Path("/dev/null")), self.location().git_dir)


def vcs() -> "GitVcs":
    """Git for questions about the user's repository; it needs no home of ours."""
    from fullautoci.vcs.git.command import Git
    from fullautoci.vcs.git.repository import GitVcs

    return GitVcs(Git(Path("/dev/null")))
