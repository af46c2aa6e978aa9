"""The API's typed client: what the command line speaks to the daemon with."""

import http.client
import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from fullautoci.errors import DaemonDownError, FullAutoCIError, NotFoundError, UsageError

View = dict[str, Any]
TIMEOUT_S = 120.0
# The type of a problem that lies with the request itself.
USAGE = "urn:fullautoci:usage"


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Transport(Protocol):
    """A way to the API."""

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and wait for its answer."""


class SocketTransport:
    """Over the daemon's Unix socket."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            DaemonDownError: nothing answers.
        """
        connection = _UnixConnection(self._path)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except TimeoutError as error:
            raise FullAutoCIError(
                f"the daemon did not answer within {TIMEOUT_S:g} s", "it may be fetching: 'fullautoci daemon logs'"
            ) from error
        except (OSError, http.client.HTTPException) as error:
            raise DaemonDownError() from error
        finally:
            connection.close()


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=TIMEOUT_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(TIMEOUT_S)
        self.sock.connect(str(self._path))


class Client:
    """The API, a method a use.

    Every method raises DaemonDownError where nothing answers, NotFoundError for what does not exist, UsageError for
    what makes no sense, and FullAutoCIError with the API's words for whatever else it refuses.

    Args:
        offline: the transport reaches no daemon, only what it recorded.
    """

    def __init__(self, transport: Transport, *, offline: bool = False) -> None:
        self._transport = transport
        self.offline = offline
        self._etags: dict[str, tuple[str, Any]] = {}
        self.server_version = ""

    def _call(self, method: str, path: str, payload: View | None = None) -> Any:
        body = json.dumps(payload).encode() if payload is not None else b""
        headers = {"Content-Type": "application/json"} if body else {}
        known = self._etags.get(path) if method == "GET" else None
        if known:
            headers["If-None-Match"] = known[0]
        answer = self._transport.send(method, f"/api/v1{path}", body, headers)
        self.server_version = answer.headers.get("X-Fullautoci-Version", "")
        if answer.status == 304 and known:
            return known[1]
        value = json.loads(answer.body) if answer.body else None
        if answer.status >= 400:
            raise _error(answer.status, value)
        if method == "GET" and "ETag" in answer.headers:
            self._etags[path] = (answer.headers["ETag"], value)
        return value

    def status(self) -> View:
        """The daemon's facts, what is running, and what waits."""
        return dict(self._call("GET", "/status"))

    def repositories(self) -> list[View]:
        """All watched repositories."""
        return list(self._call("GET", "/repos"))

    def repository_at(self, git_dir: Path) -> View:
        """The repository that is watched at a git folder.

        Raises:
            NotFoundError: it is not registered.
        """
        for view in self.repositories():
            if view["path"] == str(git_dir):
                return view
        raise NotFoundError("this repository is not registered", "'fullautoci init' registers it")

    def register(self, path: Path, name: str = "") -> View:
        """Watch a repository."""
        return dict(self._call("POST", "/repos", {"path": str(path), "name": name}))

    def unregister(self, identifier: int) -> None:
        """Stop watching a repository."""
        self._call("DELETE", f"/repos/{identifier}")

    def scan(self, identifier: int) -> None:
        """Look at a repository's refs soon."""
        self._call("POST", f"/repos/{identifier}/scan", {})

    def runs(self, **filters: object) -> list[View]:
        """Runs, newest first; filters are `repository`, `branch`, `commit`, `before` and `limit`."""
        query = urlencode({name: value for name, value in filters.items() if value is not None})
        return list(self._call("GET", f"/runs?{query}"))

    def run(self, identifier: int) -> View:
        """One run."""
        return dict(self._call("GET", f"/runs/{identifier}"))

    def results(self, identifier: int) -> View:
        """One run with findings and tests."""
        return dict(self._call("GET", f"/runs/{identifier}/results"))

    def trigger(self, identifier: int, wish: View) -> list[int]:
        """Queue runs of a repository."""
        return list(self._call("POST", f"/trigger/{identifier}", wish)["runs"])

    def cancel(self, identifier: int) -> View:
        """End a run."""
        return dict(self._call("POST", f"/runs/{identifier}/cancel", {}))

    def rerun(self, identifier: int, *, failed: bool = False) -> list[int]:
        """Queue a run's commit again."""
        return list(self._call("POST", f"/runs/{identifier}/rerun", {"failed": failed})["runs"])

    def pause(self, what: str, seconds: float | None) -> None:
        """Start no more jobs (`everything`), or none of the `backfill`; for so many seconds, or until `resume`."""
        self._call("POST", "/pause", {"what": what, "seconds": seconds})

    def prune(self, *, dry_run: bool) -> View:
        """Remove what is kept in files and needed no more; what went, or would go."""
        return dict(self._call("POST", "/prune", {"dry_run": dry_run}))

    def resume(self) -> None:
        """Start jobs again."""
        self._call("POST", "/resume", {})

    def cancel_backfill(self, repository: int) -> int:
        """End what arrived in a batch and has not started; how many runs that were."""
        return int(self._call("DELETE", f"/repos/{repository}/backfill")["cancelled"])

    def brought(self, repository: int) -> list[View]:
        """The files of a working copy that its jobs may be given."""
        return list(self._call("GET", f"/repos/{repository}/bring"))

    def allow_bring(self, repository: int, paths: Sequence[str]) -> None:
        """Let jobs have these files."""
        self._call("POST", f"/repos/{repository}/bring", {"paths": list(paths)})

    def flaky(self, repository: int) -> list[dict[str, Any]]:
        """Its tests and metrics that differed though nothing else did, what was seen last first."""
        return list(self._call("GET", f"/repos/{repository}/flaky"))

    def forgive(self, repository: int, name: str, tool: str = "") -> int:
        """End the quarantine of one of them; how many ended."""
        return int(self._call("DELETE", f"/repos/{repository}/flaky", {"name": name, "tool": tool})["forgiven"])

    def revoke_bring(self, repository: int, paths: Sequence[str]) -> int:
        """Let them not; how many of these they had been allowed."""
        return int(self._call("DELETE", f"/repos/{repository}/bring", {"paths": list(paths)})["revoked"])

    def ratchets(self, repository: int, commit: str | None = None) -> list[View]:
        """What is held at a commit, or at the one that was tested last."""
        query = urlencode({"commit": commit} if commit else {})
        return list(self._call("GET", f"/repos/{repository}/ratchets?{query}"))

    def ratchet(self, repository: int, name: str, **filters: object) -> View:
        """How one went, with advice; filters are `commit`, `project`, `variant`, `before` and `limit`."""
        query = urlencode({key: value for key, value in filters.items() if value is not None})
        return dict(self._call("GET", f"/repos/{repository}/ratchets/{quote(name, safe='')}?{query}"))

    def ratchet_journal(self, repository: int, before: str | None = None, limit: int = 50) -> list[View]:
        """What moved ratchets, the newest first; `before` an entry's cursor."""
        query = urlencode({"limit": limit, **({"before": before} if before else {})})
        return list(self._call("GET", f"/repos/{repository}/ratchets/journal?{query}"))

    def act(self, repository: int, wanted: View) -> View:
        """Waive, reset or raise; the act, and the verdicts before and after."""
        return dict(self._call("POST", f"/repos/{repository}/ratchets/acts", wanted))

    def config(self, repository: int | None = None, commit: str | None = None) -> View:
        """What is configured: of a repository, where its file says nothing or at a commit; else of the service."""
        told = {"repository": repository, "commit": commit}
        query = urlencode({name: value for name, value in told.items() if value is not None})
        return dict(self._call("GET", f"/config?{query}"))

    def configure(self, key: str, value: Any, repository: int | None = None, commit: str | None = None) -> View:
        """Have a key say a value, for a repository or the service; whether the daemon is to be restarted for it."""
        asked = {"value": value, "repository": repository, "commit": commit}
        return dict(self._call("PUT", f"/config/{quote(key, safe='')}", asked))

    def unconfigure(self, key: str, repository: int | None = None) -> View:
        """Have a key say nothing any more."""
        query = urlencode({"repository": repository}) if repository is not None else ""
        return dict(self._call("DELETE", f"/config/{quote(key, safe='')}?{query}"))

    def event(self, identifier: str) -> View | None:
        """What became of an event; None: it was not accepted yet."""
        try:
            return dict(self._call("GET", f"/events/{identifier}"))
        except NotFoundError:
            return None

    def login_link(self) -> View:
        """A one-time path for a browser, with the daemon's facts."""
        return dict(self._call("POST", "/login-links", {}))

    def log(self, job: int, offset: int = 0) -> tuple[bytes, int, bool]:
        """A piece of a job's log, where the next begins, and whether that is the end."""
        answer = self._transport.send("GET", f"/api/v1/jobs/{job}/log?offset={offset}", b"", {})
        if answer.status >= 400:
            raise _error(answer.status, json.loads(answer.body))
        return answer.body, int(answer.headers["X-Next-Offset"]), answer.headers["X-Done"] == "1"


def _error(status: int, value: Any) -> FullAutoCIError:
    """What the API refused, with its words (problem details, RFC 9457)."""
    problem = value if isinstance(value, dict) else {}
    kinds: dict[int, type[FullAutoCIError]] = {404: NotFoundError, 503: DaemonDownError}
    kind = UsageError if problem.get("type") == USAGE else kinds.get(status, FullAutoCIError)
    return kind(problem.get("title", f"the daemon answered {status}"), problem.get("hint", ""))
