"""Servers that answer whatever a test has them answer, as no server should."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Sequence

from tests.support.certificates import Certificate

PATIENCE_S = 30.0
# What writes an answer to a request: the connection, and what was read up to the end of the body.
Answerer = Callable[[socket.socket, bytes], None]


class OddServer:
    """A server on a free loopback port, with a thread a connection.

    Args:
        answers: what the first, second… request is answered with, bytes or a function; the last one for all further.
        certificate: speak TLS with it.

    Attributes:
        requests: what was asked, head and body.
        connections: how many there were.
    """

    def __init__(self, answers: Sequence[bytes | Answerer], certificate: Certificate | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._answers = list(answers)
        self._context: ssl.SSLContext | None = None
        if certificate is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate.public, certificate.private)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http{'s' * (certificate is not None)}://127.0.0.1:{self.port}"
        self._over = False
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def __enter__(self) -> "OddServer":
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        with socket.create_connection(("127.0.0.1", self.port), 5):  # so that accept returns
            pass
        for thread in self._threads:
            thread.join(PATIENCE_S)
        self._listener.close()

    def _listen(self) -> None:
        while not self._over:
            connection, _ = self._listener.accept()
            if self._over:
                connection.close()
                return
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(PATIENCE_S)
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self._context is not None:
                connection = stack.enter_context(self._context.wrap_socket(connection, server_side=True))
            while request := _request(connection):
                self.requests.append(request)
                answer = self._answers[min(len(self.requests), len(self._answers)) - 1]
                if callable(answer):
                    answer(connection, request)
                    return
                connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        piece = connection.recv(65536)
        if not piece:
            return b""
        read += piece
    head, _, body = read.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer as it goes over the wire."""
    told = "".join(f"{line}\r\n" for line in (f"Content-Length: {len(body)}", *headers))
    return f"HTTP/1.1 {status} Said\r\n{told}\r\n".encode() + body
