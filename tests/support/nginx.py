"""nginx as docs/proxies.md has it, but for its addresses, with a certificate that was made for it."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
from pathlib import Path

from tests.support.parts import lacking
from tests.support.patience import until

DOCUMENT = Path(__file__).parents[2] / "docs/proxies.md"
NAME = "ci.example.org"
_MAIN = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{servers}
}}
"""


def documented() -> list[str]:
    """The configurations of nginx that the document shows."""
    return re.findall(r"```nginx\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path) -> Path:
    """A certificate for the name that the document uses, signed by itself; its key lies beside it."""
    openssl = shutil.which("openssl") or lacking("openssl", "a certificate is made with it")
    made = folder / f"{NAME}.pem"
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", str(folder / f"{NAME}.key"),
         "-out", str(made)],
        check=True, capture_output=True,
    )  # fmt: skip
    return made


class Nginx:
    """One that runs until it is closed.

    Args:
        servers: its configuration, of which each pair of `replaced` is replaced.
        ports: where it listens.
    """

    def __init__(self, folder: Path, servers: str, replaced: dict[str, str], ports: list[int]) -> None:
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
        if program is None:
            lacking("nginx", "the page is reached through it")
        folder.mkdir()
        for old, new in replaced.items():
            assert old in servers, f"docs/proxies.md no longer says {old!r}"
            servers = servers.replace(old, new)
        (folder / "nginx.conf").write_text(_MAIN.format(folder=folder, servers=servers))
        command = [program, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
        self.folder = folder
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for port in ports:
            until(lambda port=port: self._answers(port), 20, "nginx")

    def _answers(self, port: int) -> bool:
        assert self._process.poll() is None, self._process.communicate()[1]
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.communicate(timeout=20)


class Visitor:
    """A browser or program that comes over TLS, and trusts nothing but the certificate.

    Args:
        address: from which it comes; loopback has many.
    """

    def __init__(self, port: int, trusted: Path, address: str = "127.0.0.5") -> None:
        self.netloc = f"{NAME}:{port}"
        self.origin = f"https://{self.netloc}"
        self.cookie = ""
        self._port, self._address = port, address
        self._context = ssl.create_default_context(cafile=str(trusted))

    def send(self, method: str, path: str, headers: dict[str, str] | None = None) -> http.client.HTTPResponse:
        """Ask; the answer has its `body` read."""
        plain = socket.create_connection(("127.0.0.1", self._port), timeout=20, source_address=(self._address, 0))
        connection = http.client.HTTPConnection("unused")
        connection.sock = self._context.wrap_socket(plain, server_hostname=NAME)
        try:
            connection.putrequest(method, path, skip_host=True)
            cookie = {"Cookie": self.cookie} if self.cookie else {}
            for name, value in {"Host": self.netloc, "Content-Length": "0", **cookie, **(headers or {})}.items():
                connection.putheader(name, value)
            connection.endheaders()
            answer = connection.getresponse()
            answer.body = answer.read()  # type: ignore[attr-defined]
            if said := answer.getheader("Set-Cookie"):
                self.cookie = said.partition(";")[0]
            return answer
        finally:
            connection.close()
