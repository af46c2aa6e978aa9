"""The page and the API through nginx, as docs/proxies.md has it: real TLS, real addresses, the real service."""

import contextlib
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.home import Home
from tests.support.nginx import NAME, Nginx, Visitor, certificate, documented, free_port

ELSEWHERE = "X-Tested-From"


@dataclass
class Site:
    """A service, and nginx before it."""

    home: Home
    nginx: Nginx
    port: int
    plain: int
    trusted: Path

    def visitor(self, address: str = "127.0.0.5") -> Visitor:
        return Visitor(self.port, self.trusted, address)

    def log_in(self, address: str = "127.0.0.5") -> Visitor:
        made = self.visitor(address)
        assert made.send("GET", self.link()).status == 200
        return made

    def link(self) -> str:
        return urlsplit(self.home.cli("dashboard", "--no-browser").strip()).path

    def key(self) -> str:
        return self.home.cli("key", "create", "--label", "through a proxy").strip()


@contextlib.contextmanager
def site(folder: Path, home: Home, *, rows: int = 1, limits: str = "{}") -> Iterator[Site]:
    """A service behind one nginx, or behind two in a row."""
    port, inner, plain, ours = free_port(), free_port(), free_port(), free_port()
    proxies = "[127.0.0.1, 127.0.0.2]" if rows == 2 else "[127.0.0.1]"
    names = f"['{NAME}:{port}']"
    home.paths.config.joinpath("config.yml").write_text(
        f"workers: 1\ndashboard:\n  port: {ours}\n  names: {names}\n  proxies: {proxies}\n  limits: {limits}\n"
    )
    home.start()
    trusted = certificate(folder)
    outer, further_in = documented()
    next_port = inner if rows == 2 else ours
    replaced = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "listen 80": f"listen 127.0.0.1:{plain}",
        "/etc/ssl/private": str(folder),
        "http://127.0.0.1:8765": f"http://127.0.0.1:{next_port}",
        # All of this machine are one client: who is elsewhere is told to nginx as by a router before it.
        "add_header": f"set_real_ip_from 127.0.0.0/8;\n    real_ip_header {ELSEWHERE};\n    add_header",
        "proxy_http_version": f"proxy_bind 127.0.0.{rows};\n    proxy_http_version",
    }
    with contextlib.ExitStack() as stack:
        if rows == 2:
            instead = {"listen 8080": f"listen 127.0.0.1:{inner}", "127.0.0.1:8765": f"127.0.0.1:{ours}"}
            stack.callback(Nginx(folder / "inner", further_in, instead, [inner]).close)
        nginx = Nginx(folder / "outer", outer, replaced, [port, plain])
        stack.callback(nginx.close)
        yield Site(home, nginx, port, plain, trusted)


@pytest.fixture(params=[1, 2], ids=["one proxy", "two in a row"])
def behind(request: pytest.FixtureRequest, tmp_path: Path, home: Home) -> Iterator[Site]:
    with site(tmp_path, home, rows=request.param) as made:
        yield made


def test_a_browser_logs_in_over_tls_and_its_cookie_stays_there(behind: Site) -> None:
    visitor, link = behind.visitor(), behind.link()
    assert visitor.send("GET", "/").status == 401
    opened = visitor.send("GET", link)
    assert opened.status == 200
    cookie = {part.strip() for part in (opened.getheader("Set-Cookie") or "").split(";")}
    assert {"Secure", "HttpOnly", "SameSite=Strict"} <= cookie
    assert opened.getheader("Strict-Transport-Security")
    assert visitor.send("GET", "/").status == 200
    for origin, status in (
        (f"http://{visitor.netloc}", 403), (f"https://{NAME}", 403), ("https://evil.example", 403),
        (visitor.origin, 303),
    ):  # fmt: skip
        assert visitor.send("POST", "/logout", {"Origin": origin, "Sec-Fetch-Site": "same-origin"}).status == status
    assert visitor.send("GET", "/").status == 401
    assert link not in (behind.nginx.folder / "access.log").read_text()


def test_a_program_uses_its_key_and_is_known_by_where_it_is(behind: Site) -> None:
    visitor, bearer = behind.visitor("127.0.0.7"), {"Authorization": f"Bearer {behind.key()}"}
    assert visitor.send("GET", "/api/v1/status", bearer).status == 200
    assert visitor.send("GET", "/api/v1/status", {"Authorization": "Bearer wrong"}).status == 401
    forged = {
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Proto": "http",
        "Forwarded": "for=6.6.6.6",
        "X-Real-IP": "6.6.6.6",
    }
    opened = behind.visitor("127.0.0.8").send("GET", behind.link(), forged)
    assert "Secure" in (opened.getheader("Set-Cookie") or "")
    told = json.loads(visitor.send("GET", "/api/v1/audit", bearer).body)  # type: ignore[attr-defined]
    assert [one["origin"] for one in told if one["action"] == "session.open"] == ["127.0.0.8"]


@pytest.mark.parametrize("host", ["evil.example", NAME, f"{NAME}:1", "127.0.0.1"])
def test_other_names_are_refused_through_a_proxy_too(tmp_path: Path, home: Home, host: str) -> None:
    with site(tmp_path, home) as behind:
        visitor = behind.log_in()
        told = {"Host": host, "X-Forwarded-Host": visitor.netloc}
        assert visitor.send("GET", "/", told).status == 400
        assert visitor.send("GET", "/", {"X-Forwarded-Host": host}).status == 200


def test_each_client_behind_a_proxy_has_its_own_limit_and_none_writes_itself_a_new_one(
    tmp_path: Path, home: Home
) -> None:
    with site(tmp_path, home, limits="{requests: 20, failures: 3}") as behind:
        visitor, one, other = behind.visitor(), {ELSEWHERE: "192.0.2.5"}, {ELSEWHERE: "192.0.2.6"}
        forged = [{"X-Forwarded-For": f"10.0.0.{number}"} for number in range(30)]
        assert [visitor.send("GET", "/", one | told).status for told in forged] == [401] * 20 + [429] * 10
        assert visitor.send("GET", "/", other).status == 401
        wrong = [other | told | {"Authorization": "Bearer wrong"} for told in forged[:6]]
        assert [visitor.send("GET", "/api/v1/status", told).status for told in wrong] == [401] * 3 + [429] * 3
        bearer = {"Authorization": f"Bearer {behind.key()}"}
        assert visitor.send("GET", "/api/v1/status", {ELSEWHERE: "192.0.2.7"} | bearer).status == 200


def test_without_tls_there_is_only_the_way_to_it(tmp_path: Path, home: Home) -> None:
    with site(tmp_path, home) as behind:
        connection = http.client.HTTPConnection("127.0.0.1", behind.plain, timeout=10)
        connection.request("GET", "/runs/1?x=y", headers={"Host": NAME})
        answer = connection.getresponse()
        assert (answer.status, answer.getheader("Location")) == (308, f"https://{NAME}/runs/1?x=y")
        connection.close()
