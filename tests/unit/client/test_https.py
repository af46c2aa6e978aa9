"""The way over TCP, with servers that do what none should."""

import contextlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci.client import (
    Client,
    HttpTransport,
    RateLimitError,
    ServerError,
    UnknownCallerError,
    UnreachableError,
    https,
)
from fullautoci.errors import ConflictError, ForbiddenError, FullAutoCIError, NotFoundError, UsageError
from tests.support.certificates import Certificate, certificate
from tests.support.odd_server import Answerer, OddServer, answer

KEY = "fac_abcdefghjkmn_0123456789012345678901234567890123456789abc"
ME = answer(200, b'{"name": "ada"}')


@contextlib.contextmanager
def speaking(
    *answers: bytes | Answerer, certificate: Certificate | None = None, timeout_s: float = 5.0, **more: Path
) -> Iterator[tuple[Client, OddServer]]:
    """A client with a key, and the server that it speaks to."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(OddServer(answers, certificate))
        client = stack.enter_context(Client(HttpTransport(server.url, KEY, timeout_s=timeout_s, **more)))
        yield client, server


def closed(connection: socket.socket, _request: bytes) -> None:
    """Say nothing."""
    connection.close()


def test_the_key_goes_along_and_the_connection_is_kept() -> None:
    with speaking(ME) as (client, server):
        for _ in range(3):
            assert client.me()["name"] == "ada"
        assert server.connections == 1
        assert all(f"Authorization: Bearer {KEY}".encode() in request for request in server.requests)
        assert KEY not in repr(client) + repr(vars(client)["_transport"])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with OddServer([ME]) as elsewhere:
        with speaking(answer(status, b"", f"Location: {elsewhere.url}/api/v1/me")) as (client, server):
            with pytest.raises(ServerError, match="leads elsewhere, where the key is not sent"):
                client.me()
            with pytest.raises(ServerError):
                client.trigger(1, {})
        assert (len(server.requests), elsewhere.connections) == (2, 0)


def test_what_only_reads_is_sent_again_where_nothing_was_answered() -> None:
    with speaking(closed, closed, ME) as (client, server):
        assert client.me()["name"] == "ada"
        assert len(server.requests) == 3
    with speaking(answer(502), answer(503), ME) as (client, server):
        assert client.me()["name"] == "ada"
    with speaking(closed) as (client, server):
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="nothing answers at http://127"):
            client.me()
        assert (len(server.requests), time.monotonic() - began < 5) == (3, True)


def test_a_post_is_sent_again_under_the_same_name() -> None:
    with speaking(closed, answer(202, b'{"runs": [7]}')) as (client, server):
        assert client.trigger(1, {"revisions": ["HEAD"]}) == [7]
        assert client.trigger(1, {"revisions": ["HEAD"]}, once="mine") == [7]
    names = [
        next(line for line in one.split(b"\r\n") if line.startswith(b"Idempotency-Key")) for one in server.requests
    ]
    assert names[0] == names[1]
    assert len(names[0]) > 40
    assert names[2] == b"Idempotency-Key: mine"


def test_what_changes_something_without_such_a_name_is_sent_once() -> None:
    for send in (lambda one: one.remove_user(3), lambda one: one.update_user(3, role="user")):
        with speaking(ME, closed) as (client, server):
            client.me()
            with pytest.raises(UnreachableError):
                send(client)
            assert len(server.requests) == 2
            assert server.connections == 2  # one that was kept might have been dead


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FullAutoCIError), (401, UnknownCallerError), (403, ForbiddenError), (404, NotFoundError),
        (409, ConflictError), (422, UsageError), (429, RateLimitError), (418, FullAutoCIError), (500, ServerError),
        (502, ServerError),
    ],
)  # fmt: skip
def test_each_refusal_is_an_error_of_its_own(status: int, kind: type[FullAutoCIError]) -> None:
    for body in (b"", b"<html>", b"[]", b"null", b"\xff", b"[" * 100_000, b'{"title": 3}', b'{"title": null}'):
        with speaking(answer(status, body)) as (client, _), pytest.raises(FullAutoCIError) as caught:
            client.me()
        assert isinstance(caught.value, kind) or body == b'{"title": 3}', body
        assert caught.value.message


def test_the_servers_words_drive_no_terminal() -> None:
    words = json.dumps({"title": "a\x1b[31mb\nc" + "x" * 9000, "hint": "\x1b]0;t\x07d\u202ee\nf"}).encode()
    with speaking(answer(404, words)) as (client, _), pytest.raises(NotFoundError) as caught:
        client.me()
    assert caught.value.message.startswith("ab c")
    assert len(caught.value.message) < 600
    assert caught.value.hint == "d\N{REPLACEMENT CHARACTER}e\nf"


@pytest.mark.parametrize(
    ("said", "seconds"), [("17", 17), ("", 0), ("-1", 0), ("9" * 30, 0), ("9999999", 86400), ("x", 0)]
)
def test_too_many_requests_say_when_to_try_again(said: str, seconds: int) -> None:
    with speaking(answer(429, b"", f"Retry-After: {said}")) as (client, server):
        with pytest.raises(RateLimitError) as caught:
            client.me()
        assert len(server.requests) == 1
    assert caught.value.retry_after_s == seconds
    assert ("try again in 17 s" in caught.value.hint) == (said == "17")


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n", b"\x00" * 200, b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"HTTP/9.9 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 2000, b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
    ids=lambda said: ascii(said[:30]),
)  # fmt: skip
def test_what_is_no_http_is_an_expected_error(said: bytes) -> None:
    def write(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(said)
        connection.shutdown(socket.SHUT_RDWR)

    with speaking(write) as (client, _), pytest.raises(FullAutoCIError):
        client.me()


@pytest.mark.parametrize("body", [b"", b"{", b"<html>", b"[" * 200_000, b"\xff\xfe"])
def test_a_good_answer_that_is_no_json_is_told(body: bytes) -> None:
    with speaking(answer(200, body)) as (client, _), pytest.raises(ServerError):
        list(client.users())


def test_a_byte_at_a_time_is_not_waited_for() -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n")
        for _ in range(100):
            connection.sendall(b" ")
            time.sleep(0.2)

    with speaking(drip, timeout_s=1.0) as (client, server):
        began = time.monotonic()
        with pytest.raises(UnreachableError, match="did not answer within 1 s"):
            client.me()
        assert time.monotonic() - began < 4
        assert len(server.requests) == 1


def test_a_head_without_end_is_not_waited_for() -> None:
    def drip(connection: socket.socket, _request: bytes) -> None:
        for _ in range(100):
            connection.sendall(b"H")
            time.sleep(0.2)

    with speaking(drip, timeout_s=1.0) as (client, _), pytest.raises(UnreachableError, match="within 1 s"):
        client.me()


def test_an_answer_without_end_is_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "MOST_BYTES", 1024 * 1024)

    def pour(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(1000):
            connection.sendall(b" " * 65536)

    with speaking(pour) as (client, _), pytest.raises(ServerError, match="more than 1 MiB"):
        client.me()


def test_a_certificate_is_looked_at(tmp_path: Path) -> None:
    own = certificate(tmp_path, "IP:127.0.0.1")
    other = certificate(tmp_path, "IP:127.0.0.1")
    elsewhere = certificate(tmp_path, "DNS:ci.example.org")
    with speaking(ME, certificate=own, ca_file=own.public) as (client, server):
        assert client.me()["name"] == "ada"
    for theirs, ours in ((own, None), (own, other), (elsewhere, elsewhere)):
        more = {} if ours is None else {"ca_file": ours.public}
        with speaking(ME, certificate=theirs, **more) as (client, server):
            with pytest.raises(UnreachableError, match="cannot show that it is that") as caught:
                client.me()
            assert server.requests == []  # so no key was sent
            assert server.connections == 1
        assert "FULLAUTOCI_CA_FILE" in caught.value.hint


def test_tls_that_is_slow_is_not_waited_for(tmp_path: Path) -> None:
    own = certificate(tmp_path, "IP:127.0.0.1")

    def drip(connection: socket.socket, _request: bytes) -> None:
        with contextlib.suppress(OSError):
            for _ in range(100):
                connection.sendall(b"HTTP/1.1 200 OK\r\nX: y\r\n"[:1])
                time.sleep(0.2)

    slow = speaking(drip, certificate=own, ca_file=own.public, timeout_s=1.0)
    with slow as (client, _), pytest.raises(UnreachableError, match="within 1 s"):
        client.me()


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(UnreachableError, match="Connection refused"):
        Client(HttpTransport(f"http://127.0.0.1:{port}", KEY)).me()
    with pytest.raises(UsageError, match="No such file"):
        HttpTransport("https://ci.example.org", KEY, ca_file=tmp_path / "none")
    (tmp_path / "empty").write_text("no certificate")
    with pytest.raises(UsageError):
        HttpTransport("https://ci.example.org", KEY, ca_file=tmp_path / "empty")


@pytest.mark.parametrize("key", ["a b", "a\r\nX: y", "a" * 201, "ä", "\x00"])
def test_a_key_that_is_none_is_refused_unsaid(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        HttpTransport("https://ci.example.org", key)
    assert key not in caught.value.message + caught.value.hint
