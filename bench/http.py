"""A client that costs little: requests are bytes that are made once, connections are kept."""

import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import cycle

BUFFER = 1 << 16
TIMEOUT_S = 60.0
_LAST_CHUNK = b"\r\n0\r\n\r\n"


def request(path: str, port: int, *headers: str) -> bytes:
    """A request's bytes."""
    said = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", *headers]
    return ("\r\n".join(said) + "\r\n\r\n").encode()


class Connection:
    """One connection that is kept."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.open()

    def open(self) -> None:
        """Begin anew."""
        self.socket = socket.create_connection(("127.0.0.1", self._port), TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = bytearray()
        self.ended = self.asked = False

    def ask(self, raw: bytes) -> tuple[int, bytes, bytes]:
        """Send a request and wait for its answer: status, head, and body."""
        if self.ended:
            self.socket.close()
            self.open()
        self.send(raw)
        while True:
            self._read += self._more()
            answer = self.taken()
            if answer is not None:
                return answer

    def timed(self, raw: bytes) -> tuple[int, float]:
        """As `ask`: the status, and how long the answer took, in milliseconds."""
        began = time.perf_counter()
        status, _, _ = self.ask(raw)
        return status, 1000 * (time.perf_counter() - began)

    def send(self, raw: bytes) -> None:
        """Send a request."""
        self.socket.sendall(raw)
        self.asked = True

    def receive(self) -> bool:
        """Read what is there; whether that completes an answer."""
        self._read += self._more()
        return self.taken() is not None

    def _more(self) -> bytes:
        more = self.socket.recv(BUFFER)
        if not more:
            raise ConnectionError("the server closed the connection")
        return more

    def taken(self) -> tuple[int, bytes, bytes] | None:
        """An answer that is complete, out of what was read."""
        end = self._read.find(b"\r\n\r\n")
        if end < 0:
            return None
        head = bytes(self._read[:end])
        lower = head.lower()
        self.ended = b"\r\nconnection: close" in lower
        at = lower.find(b"\r\ncontent-length:")
        status = int(head.split(b" ", 2)[1])
        if status == 304:
            whole = end + 4
        elif b"\r\ntransfer-encoding: chunked" in lower:
            last = self._read.find(_LAST_CHUNK, end + 2)  # JSON has no such line within
            whole = last + len(_LAST_CHUNK) if last >= 0 else len(self._read) + 1
        else:
            whole = end + 4 + (int(lower[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 else 0)
        if len(self._read) < whole:
            return None
        body = bytes(self._read[end + 4 : whole])
        del self._read[:whole]
        return status, head, body


def a_second(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> float:
    """How many requests a second are answered, over so many connections of which each has always one under way."""
    mix: Iterator[bytes] = cycle(requests)
    made = [Connection(port) for _ in range(connections)]
    done = 0
    with selectors.DefaultSelector() as selector:
        for one in made:
            selector.register(one.socket, selectors.EVENT_READ, one)
            one.send(next(mix))
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            for key, _ in selector.select(1.0):
                one = key.data
                try:
                    complete = one.receive()
                except ConnectionError:  # some servers end a connection after so many requests
                    complete, one.ended = False, True
                if one.ended:
                    selector.unregister(one.socket)
                    one.socket.close()
                    one.open()
                    selector.register(one.socket, selectors.EVENT_READ, one)
                if complete or not one.asked:
                    done += complete
                    one.send(next(mix))
        took = time.perf_counter() - began
    for one in made:
        one.socket.close()
    return done / took
