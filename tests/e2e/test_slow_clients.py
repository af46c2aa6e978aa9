"""Clients that hold connections without getting on: others are answered all the same, and they are let go in time."""

import contextlib
import itertools
import resource
import select
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from tests.support.home import Home
from tests.support.patience import until

HEAD_S, BODY_S, IDLE_S, ANSWER_S = 2.0, 3.0, 5.0, 2.0
CONFIG = f"""
workers: 1
dashboard:
  limits:
    {{header_time: {HEAD_S}, body_time: {BODY_S}, idle_time: {IDLE_S}, answer_time: {ANSWER_S}, requests: 1000000}}
"""
# What a slow machine's scheduler may add to a bound.
GRACE_S = 1.5
HEAD = b"GET /login HTTP/1.1\r\nHost: {host}\r\n"
POST = b"POST /login HTTP/1.1\r\nHost: {host}\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"
# What is sent at once, what follows a little at a time, for ever, and after how many seconds that must be over.
TRICKLES: dict[str, tuple[bytes, bytes, float]] = {
    "a head byte by byte": (HEAD + b"X-Slow: ", b"a", HEAD_S),
    "a head line by line": (HEAD, b"X-Slow: a\r\n", HEAD_S),
    "a first line byte by byte": (b"GET /", b"a", HEAD_S),
    "empty lines": (b"", b"\r\n\r\n", HEAD_S),
    "empty lines after an answer": (HEAD + b"\r\n", b"\r\n\r\n", IDLE_S),
    "a body byte by byte": (POST + b"Content-Length: 100000\r\n\r\n", b"a", BODY_S),
    "a body that is asked for": (POST + b"Content-Length: 100000\r\nExpect: 100-continue\r\n\r\n", b"a", BODY_S),
    "a body in small pieces": (CHUNKED, b"1\r\na\r\n", BODY_S),
    "the length of a piece": (CHUNKED, b"0", BODY_S),
    "another request after an answer": (HEAD + b"\r\n", b"\r\nG", HEAD_S),
    "nothing": (b"", b"", HEAD_S),
    "nothing after the head": (POST + b"Content-Length: 5\r\n\r\n", b"", BODY_S),
    "nothing after an answer": (HEAD + b"\r\n", b"", IDLE_S),
}


class Clients:
    """Connections to a daemon's page, of which each sends its beginning, and now and then a little more."""

    def __init__(self, url: str, every_s: float = 0.3) -> None:
        self.netloc = urlsplit(url).netloc
        self._address = (urlsplit(url).hostname or "", urlsplit(url).port or 0)
        self._every_s = every_s
        self._held: list[tuple[socket.socket, bytes]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._trickle, daemon=True)
        self._thread.start()

    def connect(self) -> socket.socket:
        """A connection that is left alone."""
        return socket.create_connection(self._address, timeout=10)

    def open(self, beginning: bytes, more: bytes) -> socket.socket:
        """One that trickles."""
        made = self.connect()
        made.sendall(beginning.replace(b"{host}", self.netloc.encode()))
        self._held.append((made, more))
        return made

    def ask(self, path: str = "/static/style.css") -> bytes:
        """What a client that is in no way slow is answered."""
        with self.connect() as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: {self.netloc}\r\nConnection: close\r\n\r\n".encode())
            return b"".join(iter(lambda: client.recv(65536), b""))

    def close(self) -> None:
        """Let go of all."""
        self._over.set()
        self._thread.join(30)
        for one, _ in self._held:
            one.close()

    def _trickle(self) -> None:
        while not self._over.wait(self._every_s):
            for one, more in list(self._held):
                with contextlib.suppress(OSError):
                    one.send(more, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL)


@pytest.fixture(scope="module")
def strict() -> Iterator[Home]:
    """A daemon with little patience, for those tests that leave it as it was."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        made = Home(Path(folder) / "h", config=CONFIG)
        made.env["HOME"] = folder
        made.start()
        yield made
        made.close()


@pytest.fixture
def clients(strict: Home) -> Iterator[Clients]:
    made = Clients(strict.api().status()["url"])
    yield made
    made.close()


def end_of(connection: socket.socket) -> bytes:
    """What is said until the other end closes."""
    connection.settimeout(30)
    said = b""
    with contextlib.suppress(ConnectionResetError):
        while part := connection.recv(65536):
            said += part
    return said


def seconds(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


@pytest.mark.parametrize("how", TRICKLES)
def test_a_connection_that_does_not_get_on_is_ended_in_time(clients: Clients, how: str) -> None:
    beginning, more, bound = TRICKLES[how]
    begun, said = clients.open(beginning, more), []
    took = seconds(lambda: said.append(end_of(begun)))
    assert bound - 0.5 < took < bound + GRACE_S
    assert b" 500 " not in said[0]
    if how in ("nothing", "nothing after an answer", "empty lines", "empty lines after an answer"):
        assert b"408" not in said[0]
    else:
        assert b" 408 Request Timeout" in said[0]


def test_an_answer_may_be_taken_slowly_but_must_be_taken(strict: Home, clients: Clients) -> None:
    daemon = psutil.Process(strict.pid())
    request = f"GET /static/style.css HTTP/1.1\r\nHost: {clients.netloc}\r\n\r\n".encode()
    greedy = clients.connect()
    port = greedy.getsockname()[1]

    def held() -> bool:
        return any(one.raddr and one.raddr.port == port for one in daemon.net_connections("tcp"))

    greedy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
    greedy.settimeout(0.5)
    with contextlib.suppress(TimeoutError):  # all that is between us is full
        for _ in range(200_000):
            greedy.sendall(request)
    began = time.monotonic()
    while time.monotonic() < began + IDLE_S + 3:
        wanted = 150_000
        while wanted > 0:
            got = len(greedy.recv(wanted))
            assert got
            wanted -= got
        time.sleep(0.5)
    assert held()
    took = seconds(lambda: until(lambda: not held(), 2 * ANSWER_S + GRACE_S, "the end"))
    assert took > ANSWER_S - 1
    greedy.close()


def test_what_comes_out_of_band_does_not_keep_the_daemon_busy(strict: Home, clients: Clients) -> None:
    daemon = psutil.Process(strict.pid())
    held = [clients.connect() for _ in range(5)]
    for one in held:
        one.send(b"!", socket.MSG_OOB)
    before = sum(daemon.cpu_times()[:2])
    assert seconds(lambda: [end_of(one) for one in held]) < HEAD_S - 0.5
    time.sleep(1)
    assert sum(daemon.cpu_times()[:2]) - before < 0.5
    for one in held:
        one.close()


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (HEAD + b"X-Long: " + b"a" * 40_000 + b"\r\n\r\n", b"431"),
        (b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\n", b"431"),
        (POST + b"Content-Length: 2000000\r\n\r\n", b"413"),
        (POST + b"Content-Length: 99999999999999999999999\r\n\r\n", b"413"),
        (POST + b"Content-Length: -1\r\n\r\n", b"400"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"10000\r\n" + b"a" * 65536 + b"\r\n", b"413"),
        (POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"zz\r\n", b"400"),
        (POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n", b"501"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n", b"400"),
    ],
    ids=["long header", "long line", "long body", "endless number", "negative", "chunks", "no chunk", "gzip", "TLS"],
)
def test_what_is_too_much_is_refused_while_it_comes(clients: Clients, request_: bytes, status: bytes) -> None:
    told = request_.replace(b"{host}", clients.netloc.encode())
    with clients.connect() as client:
        client.sendall(told)
        chunk = told.rpartition(b"chunked\r\n\r\n")[2] if b"10000\r\n" in told else b""
        with contextlib.suppress(OSError):
            for _ in range(63 if chunk else 0):
                if select.select([client], [], [], 0)[0]:
                    break
                client.sendall(chunk)
        assert end_of(client).split(b" ", 2)[1] == status


def test_200_slow_clients_keep_nobody_out(home: Home) -> None:
    (home.folder / "config.yml").write_text("workers: 1\n")
    home.start()
    url = home.api().status()["url"]
    alone = statistics.median(seconds(lambda: home.cli("repo", "list")) for _ in range(5))
    clients = Clients(url, every_s=0.5)
    kinds = [kind for name, kind in TRICKLES.items() if "asked for" not in name]
    try:
        for beginning, more, _ in itertools.islice(itertools.cycle(kinds), 250):
            clients.open(beginning, more)
        by_socket, by_command, by_tcp = [], [], []
        for _ in range(10):
            by_socket.append(seconds(home.api().status))
            by_command.append(seconds(lambda: home.cli("repo", "list")))
            by_tcp.append(seconds(lambda: clients.ask("/login")))
            assert b" 200 OK" in clients.ask()
    finally:
        clients.close()
    # What the machine needs to begin a Python program is not the service's, nor what else it does meanwhile.
    assert statistics.median(by_socket) < 0.5
    assert max(by_socket) < 0.5 + alone
    assert statistics.median(by_command) < alone + 0.5
    assert max(by_tcp) < 2
    assert "Traceback" not in home.log()


def test_no_more_connections_are_held_than_files_may_be_open(home: Home) -> None:
    (home.folder / "config.yml").write_text("workers: 1\n")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
    try:
        home.start()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    clients = Clients(home.api().status()["url"])
    body = POST + b"Content-Length: 500000\r\n\r\n" + b"a" * 200_000  # so much of one goes to a file
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):  # some are ended while they send
                clients.open(body, b"a")
        assert b" 200 OK" in clients.ask()
        assert len(psutil.Process(home.pid()).net_connections("tcp")) <= 256 // 4 + 2
        assert home.json("repo", "list") == []
    finally:
        clients.close()
    assert "Too many open files" not in home.log()
