"""What is said to an engine without the SDK: requests after which the connection becomes a plain stream.

The SDK reads the answer's head through a buffer and then hands out the socket beneath it: what came together with the
head is lost. So attaching and starting a program are written here, and the quick question whether anybody is there.
"""

import json
import socket
from collections.abc import Mapping
from typing import Any

from fullautoci.environments.containers.errors import engine_error
from fullautoci.text import decode, one_line

HEAD_LIMIT = 65536
REQUEST = (
    "POST {target} HTTP/1.1\r\nHost: engine\r\nContent-Type: application/json\r\nConnection: Upgrade\r\n"
    "Upgrade: tcp\r\nContent-Length: {length}\r\n\r\n"
)


def opened(path: str, target: str, body: Mapping[str, Any], timeout: float = 60.0) -> tuple[socket.socket, bytes]:
    """Send a request and wait for the head of the answer.

    Args:
        path: the engine's socket.

    Returns:
        The connection, and what has come of the stream already.

    Raises:
        EngineError: the engine refused, or did not answer.
    """
    sent = json.dumps(body).encode()
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(path)
        connection.sendall(REQUEST.format(target=target, length=len(sent)).encode() + sent)
        head, rest = _head(connection)
        status = int(head.split(None, 2)[1])
        if status not in (101, 200):
            raise engine_error(f"the container engine: {_words(head, rest)}", status=status)
    except (OSError, ValueError, IndexError) as error:
        connection.close()
        raise engine_error(f"the container engine does not answer: {one_line(str(error))}") from error
    except BaseException:
        connection.close()
        raise
    return connection, rest


def ping(path: str, timeout: float) -> None:
    """See whether an engine answers, and be it with a refusal.

    Raises:
        OSError: it does not.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(timeout)
        connection.connect(path)
        connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: engine\r\n\r\n")
        if not connection.recv(4096).startswith(b"HTTP/"):
            raise ConnectionResetError("it closed the connection")


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    """The answer's head, and what came after it."""
    taken = b""
    while b"\r\n\r\n" not in taken:
        data = connection.recv(4096)
        if not data or len(taken) > HEAD_LIMIT:
            raise ConnectionResetError("it closed the connection")
        taken += data
    head, _, rest = taken.partition(b"\r\n\r\n")
    return head, rest


def _words(head: bytes, rest: bytes) -> str:
    """What an engine says to a request that it refuses: JSON, mostly."""
    try:
        return one_line(str(json.loads(rest)["message"]), 500)
    except (ValueError, KeyError, TypeError):
        return one_line(decode(rest or head.splitlines()[0]), 500)
