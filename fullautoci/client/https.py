"""The way over TCP to a service, on this machine or another, with a key."""

import contextlib
import http.client
import re
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from fullautoci.client.address import Address, address
from fullautoci.client.answer import TIMEOUT_S, Answer
from fullautoci.client.refusals import ServerError, UnreachableError
from fullautoci.errors import UsageError
from fullautoci.text import one_line

ONCE = "Idempotency-Key"
# Beyond that many bytes an answer is not read on.
MOST_BYTES = 256 * 1024 * 1024
# What a proxy says when the service behind it is not there, or not yet.
TO_REPEAT = (502, 503, 504)
# How long it is waited before each further attempt, in seconds.
PAUSES_S = (0.3, 1.0)
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


class HttpTransport:
    """Over http or https, for one thread at a time.

    Certificates are checked; no redirect is followed, and no proxy of the environment is used. What has no answer is
    sent again, at most twice, where that does no harm: what only reads, and a POST, which gets an `Idempotency-Key`
    where it has none.

        Client(HttpTransport("https://ci.example.org", key)).status()

    Args:
        url: where the service is; without TLS only on this machine.
        key: an API key; empty: none is sent.
        ca_file: certificates of the authorities that are trusted, in PEM; None: those of the system.
        timeout_s: how long an answer may take from the first byte to the last, in seconds.

    Raises:
        UsageError: that is no such address, key or file.
    """

    def __init__(self, url: str, key: str = "", *, ca_file: Path | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self.address = address(url)
        if key and not _KEY.fullmatch(key):
            raise UsageError("the key is none: it has characters that no key has")
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._timeout_s = timeout_s
        self._context = _context(ca_file) if self.address.secure else None
        self._open: http.client.HTTPConnection | None = None

    def __repr__(self) -> str:
        """Without the key."""
        return f"HttpTransport({str(self.address)!r})"

    def close(self) -> None:
        """Close the connection, if one is open."""
        if self._open is not None:
            self._open.close()
            self._open = None

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request and wait for its answer.

        Raises:
            UnreachableError: nothing answers in time, or what answers cannot show that it is the one.
            ServerError: it leads elsewhere, or says more than any answer has.
        """
        told = {"Accept": "application/json", **headers, **self._headers}
        if method == "POST":
            told.setdefault(ONCE, secrets.token_hex(16))
        harmless = method in ("GET", "HEAD") or ONCE in told
        if not harmless:
            self.close()  # one that was kept may be dead, which shows only when the request is on its way
        for pause in (*PAUSES_S, None) if harmless else (None,):
            try:
                answer = self._once(method, path, body, told)
            except UnreachableError as error:
                if pause is None or isinstance(error.__cause__, ssl.SSLCertVerificationError | TimeoutError):
                    raise
            else:
                if pause is None or answer.status not in TO_REPEAT:
                    return self._looked_at(answer)
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        connection = self._open = self._open or _connection(self.address, self._timeout_s, self._context)
        try:
            if connection.sock is None:
                connection.connect()
            with _deadline(connection.sock, self._timeout_s):
                connection.request(method, self.address.prefix + path, body=body or None, headers=dict(headers))
                response = connection.getresponse()
                content = response.read(MOST_BYTES + 1)
                told = dict(response.getheaders())
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise _unreachable(self.address, error, self._timeout_s) from error
        if response.will_close or len(content) > MOST_BYTES:
            self.close()
        if len(content) > MOST_BYTES:
            raise ServerError(f"the answer has more than {MOST_BYTES // 2**20} MiB", "ask for less")
        return Answer(response.status, told, content)

    def _looked_at(self, answer: Answer) -> Answer:
        if 300 <= answer.status < 400 and answer.status != 304:
            to = one_line(answer.header("Location"), 200)
            raise ServerError(f"{self.address} leads elsewhere, where the key is not sent: {to}", "use that address")
        return answer


def _context(ca_file: Path | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    except OSError as error:
        raise UsageError(f"{ca_file}: {error.strerror or 'it holds no certificates'}") from error


def _connection(where: Address, timeout_s: float, context: ssl.SSLContext | None) -> http.client.HTTPConnection:
    if context is None:
        return http.client.HTTPConnection(where.host, where.port, timeout=timeout_s)
    return http.client.HTTPSConnection(where.host, where.port, timeout=timeout_s, context=context)


@contextlib.contextmanager
def _deadline(sock: socket.socket, seconds: float) -> Iterator[None]:
    """Have all that is done with a socket end in time: a server that says a byte a second goes on for ever."""
    over = threading.Event()

    def end() -> None:
        over.set()
        with contextlib.suppress(OSError):  # not as TLS has it, which takes its state from whoever reads
            socket.socket.shutdown(sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if over.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
    if over.is_set():  # what was read last may have been cut off
        raise TimeoutError


def _unreachable(where: Address, error: Exception, timeout_s: float) -> UnreachableError:
    if isinstance(error, ssl.SSLCertVerificationError):
        hint = "FULLAUTOCI_CA_FILE names a file of certificates, if it is of an authority of your own"
        return UnreachableError(f"{where} cannot show that it is that: {one_line(error.verify_message)}", hint)
    if isinstance(error, TimeoutError):
        return UnreachableError(f"{where} did not answer within {timeout_s:g} s")
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error) or type(error).__name__
    return UnreachableError(
        f"nothing answers at {where} as it should: {one_line(said)}", "is the service running there?"
    )
