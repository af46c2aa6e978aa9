"""A long answer over a real server, taken at leisure."""

import socket
import time
from collections.abc import Iterator

import pytest
from flask import Flask

from fullautoci.config.dashboard import RequestLimits
from fullautoci.web.server import Server, listen_tcp

LONG = 12_000_000
REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: b"a" * LONG)
    listener = listen_tcp(0, strict=True)
    limits = RequestLimits(idle_time=1.0, answer_time=5.0)
    server = Server(app, listener, threads=1, connections=10, limits=limits)
    yield listener.getsockname()[1]
    server.close()
    listener.close()


def taken(client: socket.socket, pause_s: float) -> int:
    """How much comes of one answer's body, a megabyte at a time."""
    client.sendall(REQUEST)
    said = b""
    while b"\r\n\r\n" not in said:
        part = client.recv(1024)
        assert part, "the connection was closed"
        said += part
    assert said.startswith(b"HTTP/1.1 200 ")
    count = len(said.partition(b"\r\n\r\n")[2])
    while count < LONG:
        got = len(client.recv(min(1_000_000, LONG - count), socket.MSG_WAITALL))
        assert got
        count += got
        time.sleep(pause_s)
    return count


def test_a_connection_is_kept_after_an_answer_that_took_long_to_take(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        began = time.monotonic()
        assert taken(client, 0.15) == LONG
        assert time.monotonic() - began > 1.5
        assert taken(client, 0.0) == LONG
