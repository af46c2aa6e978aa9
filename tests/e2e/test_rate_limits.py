"""How often one may ask the real service over TCP, whatever addresses one claims to have."""

import contextlib
import http.client
import itertools
import json
import re
import socket
import time
from collections import Counter
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from tests.support.home import Home

AT_ONCE = 40
CLAIMS = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "X-Client-IP", "CF-Connecting-IP", "Via")


def started(home: Home, limits: str, proxies: str = "[]") -> str:
    (home.paths.config / "config.yml").write_text(f"workers: 1\ndashboard:\n  proxies: {proxies}\n  limits: {limits}\n")
    home.start()
    return str(home.api().status()["url"])


def address(number: int) -> str:
    return f"{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}.7"


def claims(number: int) -> str:
    """Headers that claim another origin for each number, in every way there is."""
    there = address(number)
    values = {"Forwarded": f"for={there}", "X-Forwarded-For": f"{there}, {address(number + 1)}", "Via": f"1.1 {there}"}
    return "".join(f"{name}: {values.get(name, there)}\r\n" for name in CLAIMS if name != "X-Forwarded-Host")


def flood(url: str, requests: Iterable[str]) -> "tuple[Counter[int], float]":
    """The statuses of many requests, sent some at a time; and how long that took, in seconds."""
    netloc, found, began = urlsplit(url).netloc, Counter[int](), time.monotonic()
    waiting = iter(requests)
    while some := list(itertools.islice(waiting, AT_ONCE)):
        with socket.create_connection((urlsplit(url).hostname, urlsplit(url).port), timeout=60) as connection:
            for first_line_and_more in some[:-1]:
                connection.sendall(f"{first_line_and_more}Host: {netloc}\r\n\r\n".encode())
            connection.sendall(f"{some[-1]}Host: {netloc}\r\nConnection: close\r\n\r\n".encode())
            said = b"".join(iter(lambda: connection.recv(1 << 20), b""))
        statuses = re.findall(rb"HTTP/1\.1 (\d\d\d) ", said)
        assert len(statuses) == len(some)
        found.update(map(int, statuses))
    return found, time.monotonic() - began


def windows(took: float) -> int:
    """Within how many minutes, of which each gives as much again, that may have been."""
    return 1 + int(took // 60)


def ask(url: str, path: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)
    with contextlib.closing(connection):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        return answer


def test_10000_claimed_addresses_pass_the_limit_never(home: Home) -> None:
    url = started(home, "{requests: 50}")
    found, took = flood(url, (f"GET /api/v1/status HTTP/1.1\r\n{claims(number)}" for number in range(10_000)))
    assert set(found) == {401, 429}
    assert found[401] <= 50 * windows(took)
    assert found.total() == 10_000
    home.cli("repo", "list")  # the owner's socket is not counted


def test_10000_wrong_keys_from_claimed_addresses_are_refused_but_for_a_few(home: Home) -> None:
    url = started(home, "{requests: 1000000, failures: 7}")
    key = "fac_{:012d}_" + "A" * 43

    def tries(line: str, more: Callable[[int], str], count: int) -> "tuple[Counter[int], float]":
        return flood(url, (f"{line.format(number)}{more(number)}{claims(number)}" for number in range(count)))

    found, took = tries(
        "GET /api/v1/status HTTP/1.1\r\n", lambda number: f"Authorization: Bearer {key.format(number)}\r\n", 10_000
    )
    assert set(found) == {401, 429}
    assert 7 <= found[401] <= 7 * windows(took)
    links, took = tries("GET /login/guess{} HTTP/1.1\r\n", lambda _: "", 500)
    assert links[403] <= 7 * windows(took)
    assert links[429] >= 500 - 7 * windows(took)


def test_through_a_proxy_the_clients_address_counts_and_not_what_it_claims(home: Home) -> None:
    url = started(home, "{requests: 50}", "[127.0.0.1]")

    def through(client: str, claimed: int) -> str:
        return f"GET /api/v1/status HTTP/1.1\r\nX-Forwarded-For: {address(claimed)}, {client}\r\n"

    found, took = flood(url, (through("192.0.2.1", number) for number in range(2_000)))
    assert set(found) == {401, 429}
    assert found[401] <= 50 * windows(took)
    others, _ = flood(url, (through(f"192.0.2.{number}", 1) for number in range(2, 102)))
    assert others == {401: 100}
    network, took = flood(url, (through(f"2001:db8::{number:x}", 1) for number in range(200)))
    assert network[401] <= 50 * windows(took)


def test_each_key_has_its_own_limit_and_is_told_of_it(home: Home) -> None:
    url = started(home, "{requests: 20, failures: 3}")
    keys = [home.json("key", "create", "--label", label)["key"] for label in ("one", "two")]
    one, two = ({"Authorization": f"Bearer {key}"} for key in keys)
    for left in (19, 18, 17):
        answer = ask(url, "/api/v1/status", one)
        assert (answer.status, answer.getheader("X-RateLimit-Remaining")) == (200, str(left))
        assert (answer.getheader("RateLimit") or "").startswith(f'"requests";r={left};t=')
        assert answer.getheader("RateLimit-Policy") == '"requests";q=20;w=60'
    statuses = [ask(url, "/api/v1/status", one).status for _ in range(20)]
    assert statuses == [200] * 17 + [429] * 3
    refused = ask(url, "/api/v1/status", one)
    assert refused.getheader("Content-Type") == "application/problem+json"
    problem = json.loads(refused.body)  # type: ignore[attr-defined]
    assert problem["status"] == 429
    assert "more than 20 requests in a minute" in problem["detail"]
    assert 1 <= int(refused.getheader("Retry-After") or "") <= 60
    assert ask(url, "/api/v1/status", two).status == 200
    assert ask(url, "/nothing", one).status == 429


def test_after_wrong_keys_right_ones_and_sessions_go_on(home: Home) -> None:
    url = started(home, "{failures: 3}")
    link = urlsplit(home.cli("dashboard", "--no-browser").strip()).path
    cookie = {"Cookie": (ask(url, link, {}).getheader("Set-Cookie") or "").partition(";")[0]}
    right = {"Authorization": f"Bearer {home.json('key', 'create')['key']}"}
    assert ask(url, "/api/v1/status", right).status == 200
    wrong = [ask(url, "/api/v1/status", {"Authorization": f"Bearer fac_{number}"}).status for number in range(5)]
    assert wrong == [401] * 3 + [429] * 2
    assert ask(url, "/api/v1/status", right).status == 200
    assert ask(url, link, {}).status == 429  # it is used up, and counts as wrong
    again = urlsplit(home.cli("dashboard", "--no-browser").strip()).path
    assert ask(url, again, {}).status == 200
    assert ask(url, "/", cookie).status == 200
    home.cli("repo", "list")
