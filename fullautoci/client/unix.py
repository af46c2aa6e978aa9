"""The way over the daemon's Unix socket, for whoever is on its machine."""

import http.client
import socket
from collections.abc import Mapping
from pathlib import Path

from fullautoci.client.answer import TIMEOUT_S, Answer
from fullautoci.errors import DaemonDownError, FullAutoCIError


class SocketTransport:
    """Over a Unix socket; the kernel tells the daemon who asks.

    Args:
        path: where the socket is.
        timeout_s: how long an answer may take, in seconds.
    """

    def __init__(self, path: Path, timeout_s: float = TIMEOUT_S) -> None:
        self._path = path
        self._timeout_s = timeout_s

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            DaemonDownError: nothing answers.
            FullAutoCIError: it took too long, or the socket is not for this user.
        """
        connection = _UnixConnection(self._path, self._timeout_s)
        try:
            connection.request(method, path, body=body or None, headers=dict(headers))
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        except TimeoutError as error:
            raise FullAutoCIError(
                f"the daemon did not answer within {self._timeout_s:g} s",
                "it may be fetching: 'fullautoci daemon logs'",
            ) from error
        except PermissionError as error:
            raise FullAutoCIError(f"{self._path}: {error.strerror}", "that socket is not for you") from error
        except (OSError, http.client.HTTPException) as error:
            raise DaemonDownError() from error
        finally:
            connection.close()

    def close(self) -> None:
        """Nothing is held open."""


class _UnixConnection(http.client.HTTPConnection):
    def __init__(self, path: Path, timeout_s: float) -> None:
        super().__init__("localhost", timeout=timeout_s)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
