"""Whose word counts for where a request comes from: through a real server, told by every header there is."""

import http.client
import json
import socket
from collections.abc import Iterator

import pytest
from flask import Flask, jsonify, request

from fullautoci.web.forwarded import address_of
from fullautoci.web.server import Server, listen_tcp

OURS = ("127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48")


def served(proxies: tuple[str, ...]) -> tuple[Server, socket.socket]:
    app = Flask(__name__)

    @app.route("/")
    def told() -> object:
        left = [name for name, _ in request.headers if name.startswith(("X-", "Forwarded"))]
        return jsonify(client=request.remote_addr, scheme=request.scheme, host=request.host, left=sorted(left))

    listener = listen_tcp(0, strict=True)
    return Server(app, listener, threads=2, connections=20, proxies=proxies), listener


@pytest.fixture(scope="module")
def trusting() -> Iterator[int]:
    server, listener = served(OURS)
    yield listener.getsockname()[1]
    server.close()
    listener.close()


@pytest.fixture(scope="module")
def trusting_nobody() -> Iterator[int]:
    server, listener = served(("10.0.0.0/8",))
    yield listener.getsockname()[1]
    server.close()
    listener.close()


def ask(port: int, *headers: tuple[str, str]) -> dict[str, object]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest("GET", "/", skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", "inside.example"), *headers):
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        assert answer.status == 200
        found: dict[str, object] = json.loads(answer.read())
        return found
    finally:
        connection.close()


EVERYTHING = [
    ("X-Forwarded-For", "192.0.2.1"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "ci.example.org"),
    ("X-Forwarded-Port", "444"), ("X-Forwarded-Prefix", "/evil"), ("X-Real-IP", "192.0.2.9"),
    ("Forwarded", "for=192.0.2.8;proto=https;host=evil.example"), ("X-Forwarded-By", "x"),
    ("X-Forwarded-Ssl", "on"),
]  # fmt: skip


def test_nobodys_word_counts_but_a_proxys(trusting_nobody: int) -> None:
    expected = {"client": "127.0.0.1", "scheme": "http", "host": "inside.example", "left": []}
    assert ask(trusting_nobody, *EVERYTHING) == expected
    assert ask(trusting_nobody, *((name.lower(), value) for name, value in EVERYTHING)) == expected
    assert ask(trusting_nobody, *((name.replace("-", "_"), value) for name, value in EVERYTHING)) == expected


def test_a_proxys_word_counts_and_nothing_else_is_left(trusting: int) -> None:
    found = ask(trusting, *EVERYTHING)
    assert found == {
        "client": "192.0.2.1", "scheme": "https", "host": "ci.example.org",
        "left": ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"],
    }  # fmt: skip
    assert ask(trusting)["client"] == "127.0.0.1"


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1", "192.0.2.1"),  # what stands before the first stranger, the stranger wrote
        ("192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("6.6.6.6, 192.0.2.1, 10.0.0.7, 10.9.9.9", "192.0.2.1"),
        ("10.6.6.6, 192.0.2.1, 10.0.0.7", "192.0.2.1"),
        ("10.0.0.8, 10.0.0.7", "10.0.0.8"),  # a proxy asks for itself
        ("192.0.2.1, unknown, 10.0.0.7", "10.0.0.7"),
        ("unknown", "127.0.0.1"), ("", "127.0.0.1"), (",,,", "127.0.0.1"), ("192.0.2.1,", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"), ("[2001:db8:2::1]:4711", "2001:db8:2::1"), ("2001:db8:2::1", "2001:db8:2::1"),
        ("192.0.2.1, 2001:db8:1::5", "192.0.2.1"), ("::ffff:192.0.2.1", "192.0.2.1"),
        ("6.6.6.6, ::ffff:10.0.0.7", "6.6.6.6"), ("1.2.3.4.5", "127.0.0.1"), ("192.0.2.1;x", "127.0.0.1"),
        ("é", "127.0.0.1"), ("a" * 5000, "127.0.0.1"), ("10.0.0.1," * 2000 + "192.0.2.1", "192.0.2.1"),
        ("192.0.2.1" + ", 10.0.0.1" * 2000, "192.0.2.1"), ("0x7f.1", "127.0.0.1"), ("127.0.0.1, 6.6.6.6", "6.6.6.6"),
    ],
    ids=lambda text: str(text)[:30],
)  # fmt: skip
def test_the_client_is_the_last_that_is_no_proxy(trusting: int, told: str, client: str) -> None:
    assert ask(trusting, ("X-Forwarded-For", told))["client"] == client


def test_two_headers_count_as_one(trusting: int) -> None:
    twice = (("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "192.0.2.1"))
    assert ask(trusting, *twice)["client"] == "192.0.2.1"


@pytest.mark.parametrize(
    ("passed", "told", "scheme"),
    [
        ("192.0.2.1", "https", "https"), ("192.0.2.1", "http", "http"), ("192.0.2.1", "https, http", "http"),
        ("192.0.2.1, 10.0.0.7", "https, http", "https"),  # each proxy has added its own
        ("192.0.2.1, 10.0.0.7", "http, https, http", "https"), ("192.0.2.1, 10.0.0.7", "https", "https"),
        ("192.0.2.1", "javascript", "http"), ("192.0.2.1", "HTTPS ", "http"), ("192.0.2.1", "", "http"),
    ],
)  # fmt: skip
def test_the_scheme_is_the_first_proxys(trusting: int, passed: str, told: str, scheme: str) -> None:
    assert ask(trusting, ("X-Forwarded-For", passed), ("X-Forwarded-Proto", told))["scheme"] == scheme


@pytest.mark.parametrize(
    ("text", "address"),
    [("1.2.3.4", "1.2.3.4"), ("[::1]", "::1"), ("[::1", "::1"), ("1.2.3.4:", "1.2.3.4"), ("", "None"), ("[]", "None"),
     ("1.2.3.4%eth0", "None"), ("01.2.3.4", "None"), ("::ffff:1.2.3.4", "1.2.3.4"), ("1", "None")],
)  # fmt: skip
def test_addresses_as_proxies_write_them(text: str, address: str) -> None:
    assert str(address_of(text)) == address
