"""What listens on TCP refuses everything but the page that a one-time link opened."""

import http.client
import os
import socket
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.support.home import Home
from tests.support.repository import Repository

HOSTILE_HOSTS = [
    "evil.example", "localhost.evil.example", "127.1", "[::1", "", "a" * 8000, "user@127.0.0.1", "127.0.0.1.",
    "127.0.0.1:1", "0.0.0.0", "[::1]:8765", "localhost:99999", "127.0.0.1:8765:8765", "2130706433", "127.0.0.1\t",
]  # fmt: skip


class Browser:
    """Speaks HTTP over TCP as a browser would, cookies included."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.address = (parts.hostname or "", parts.port or 0)
        self.host = parts.netloc
        self.cookie = ""

    def send(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, host: str | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(*self.address, timeout=10)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", self.host if host is None else host)
            for name, value in {"Cookie": self.cookie, "Content-Length": "0", **(headers or {})}.items():
                connection.putheader(name, value)
            connection.endheaders()
            response = connection.getresponse()
            response.body = response.read()  # type: ignore[attr-defined]
        finally:
            connection.close()
        return response

    def get(self, path: str, **headers: str) -> tuple[int, bytes]:
        response = self.send("GET", path, headers)
        return response.status, response.body  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def served() -> Iterator[Home]:
    """A daemon for those tests that leave it as it was."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        made = Home(Path(folder) / "h")
        made.env["HOME"] = folder
        made.start()
        yield made
        made.close()


@pytest.fixture
def browser(served: Home) -> Browser:
    return Browser(served.api().status()["url"])


def log_in(home: Home, browser: Browser) -> http.client.HTTPResponse:
    link = home.cli("dashboard", "--no-browser").strip()
    response = browser.send("GET", urlsplit(link).path)
    cookie = response.getheader("Set-Cookie") or ""
    browser.cookie = cookie.partition(";")[0]
    return response


def test_without_a_session_nothing_is_answered(browser: Browser) -> None:
    for path in ("/api/v1/status", "/api/v1/repos", "/api/v1/runs", "/api/v1/nothing", "/api/v1/jobs/1/log"):
        assert browser.get(path)[0] == 401, path
    for path in ("/", "/runs/1", "/repos/1", "/jobs/1/log", "/nothing"):
        status, body = browser.get(path)
        assert status == 401, path
        assert b"fullautoci dashboard" in body
    for path in ("/api/v1/events", "/api/v1/login-links", "/api/v1/repos", "/api/v1/trigger/1"):
        assert browser.send("POST", path).status == 401, path
    assert browser.get("/static/style.css")[0] == 200


def test_a_link_opens_a_session_once(served: Home, browser: Browser) -> None:
    link = urlsplit(served.cli("dashboard", "--no-browser").strip()).path
    first = browser.send("GET", link)
    assert first.status == 200
    cookie = first.getheader("Set-Cookie") or ""
    assert {"HttpOnly", "SameSite=Strict"} <= {part.strip() for part in cookie.split(";")}
    browser.cookie = cookie.partition(";")[0]
    assert browser.get("/")[0] == 200
    assert browser.get("/api/v1/status")[0] == 200
    assert Browser(f"http://{browser.host}").send("GET", link).status == 403
    assert browser.get("/login/guessed")[0] == 403


def test_a_connection_outlives_an_answer_without_a_body(served: Home, browser: Browser) -> None:
    log_in(served, browser)
    connection = http.client.HTTPConnection(*browser.address, timeout=10)
    connection.connect()
    ours = connection.sock.getsockname()
    tag = ""
    for status in (200, 304, 304, 200):
        headers = {"Cookie": browser.cookie, "Host": browser.host, **({"If-None-Match": tag} if status == 304 else {})}
        connection.request("GET", "/api/v1/repos", headers=headers)
        answer = connection.getresponse()
        assert (answer.status, bool(answer.read())) == (status, status == 200)
        assert connection.sock is not None, "the server ended it"
        assert connection.sock.getsockname() == ours
        tag = answer.getheader("ETag") or ""
    connection.request("GET", "/api/v1/repos", headers={**headers, "If-None-Match": tag, "Connection": "close"})
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("Connection")) == (304, "close")
    connection.close()


def test_a_session_does_not_speak_for_the_socket(served: Home, browser: Browser) -> None:
    log_in(served, browser)
    for path in ("/api/v1/events", "/api/v1/login-links"):
        assert browser.send("POST", path).status == 403
    forged = {"fullautoci.peer_uid": "0", "X-Fullautoci-Peer-Uid": "0", "REMOTE_USER": "root"}
    assert browser.send("POST", "/api/v1/login-links", forged).status == 403


def test_logging_out_ends_the_session(served: Home, browser: Browser) -> None:
    log_in(served, browser)
    response = browser.send("POST", "/logout")
    assert response.status == 303
    browser.cookie = (response.getheader("Set-Cookie") or "").partition(";")[0]
    assert browser.get("/")[0] == 401


def test_a_forged_cookie_opens_nothing(browser: Browser) -> None:
    browser.cookie = "fullautoci=eyJvd25lciI6MX0.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA"
    assert browser.get("/")[0] == 401


@pytest.mark.parametrize("host", HOSTILE_HOSTS, ids=lambda host: host[:24] or "empty")
def test_other_names_are_refused_even_with_a_session(served: Home, browser: Browser, host: str) -> None:
    log_in(served, browser)
    for path in ("/", "/api/v1/status", "/static/style.css", "/login/x"):
        assert browser.send("GET", path, host=host).status in (400, 403), path
    assert browser.send("GET", "/api/v1/status", {"X-Forwarded-Host": "evil.example"}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://{host}"}, {"Origin": "http://{host}.evil.example"},
    ],
    ids=str,
)  # fmt: skip
def test_unsafe_requests_from_other_sites_are_refused(served: Home, browser: Browser, headers: dict[str, str]) -> None:
    log_in(served, browser)
    headers = {name: value.format(host=browser.host) for name, value in headers.items()}
    assert browser.send("POST", "/api/v1/repos/1/scan", headers).status == 403
    assert browser.send("DELETE", "/api/v1/repos/1", headers).status == 403
    own = {"Origin": f"http://{browser.host}", "Sec-Fetch-Site": "same-origin"}
    assert browser.send("POST", "/api/v1/repos/1/scan", own).status == 404


def test_every_answer_carries_the_headers_that_keep_scripts_out(served: Home, browser: Browser) -> None:
    log_in(served, browser)
    for path in ("/", "/api/v1/status", "/nothing", "/api/v1/nothing", "/static/style.css"):
        response = browser.send("GET", path)
        policy = response.getheader("Content-Security-Policy") or ""
        assert "default-src 'none'" in policy, path
        assert "script-src 'self';" in policy
        assert not any(word in policy for word in ("unsafe", "http", "data:", "*", "nonce"))
        assert response.getheader("X-Content-Type-Options") == "nosniff"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/api/v1/runs?limit=-1", 400), ("/api/v1/runs?limit=1e9", 400), ("/api/v1/runs?before=" + "9" * 30, 400),
        ("/api/v1/runs/" + "9" * 30, 404), ("/api/v1/runs/0", 404), ("/api/v1/repos/1/commits/zz", 404),
        ("/api/v1/jobs/1/log?offset=-5", 404), ("/api/v1//status", 404), ("/api/v1/status;x", 404),
        ("/api/v1/%2e%2e/status", 404), ("/static/%2e%2e/app.py", 404), ("/static/..%2fapp.py", 404),
    ],
)  # fmt: skip
def test_odd_paths_and_numbers_get_plain_answers(served: Home, browser: Browser, path: str, expected: int) -> None:
    log_in(served, browser)
    status, _ = browser.get(path)
    assert status in (expected, 400, 404)
    assert status < 500


def test_the_socket_and_its_secrets_are_the_owners_alone(home: Home) -> None:
    home.start()
    assert stat.S_IMODE(home.paths.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.paths.session_key.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.paths.database.stat().st_mode) == 0o600
    assert stat.S_IMODE(home.paths.state.stat().st_mode) == 0o700


def test_another_user_is_refused_at_the_socket(home: Home) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can become another user")
    home.start()
    for path in (home.paths.socket.parent, *home.paths.socket.parents):
        if path.is_relative_to(home.folder.parent) or path == home.folder.parent:
            path.chmod(0o755)
    home.paths.socket.chmod(0o666)
    read, write = os.pipe()
    if os.fork() == 0:
        os.setuid(65534)
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(home.paths.socket))
            client.sendall(b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            os.write(write, client.recv(64))
        os._exit(0)
    os.wait()
    answer = os.read(read, 64)
    os.close(read)
    os.close(write)
    assert b" 403 " in answer


def test_a_taken_socket_path_and_port_are_said(home: Home, repository: Repository) -> None:
    home.paths.socket.write_text("a file")
    done = home.run("daemon", "start")
    assert done.returncode == 1
    assert "is in the way, and is no socket of ours" in done.stderr
    home.paths.socket.unlink()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        (home.folder / "config.yml").write_text(f"dashboard: {{port: {taken.getsockname()[1]}}}\n")
        done = home.run("daemon", "start")
        assert done.returncode == 1
        assert "is taken" in done.stderr
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(home.paths.socket))
    dead.close()
    home.start()
