"""The address of a service on another machine."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from fullautoci.errors import UsageError
from fullautoci.text import one_line

LONGEST = 2000
FORM = "https://ci.example.org, or http://127.0.0.1:8765 on this machine"


@dataclass(frozen=True)
class Address:
    """Where a service is.

    Attributes:
        secure: whether it is spoken to by TLS.
        host: its name or address, without brackets.
        prefix: the path below which a proxy has it; empty: none.
    """

    secure: bool
    host: str
    port: int
    prefix: str

    def __str__(self) -> str:
        """As a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = self.port == (443 if self.secure else 80)
        return f"http{'s' * self.secure}://{host}{'' if usual else f':{self.port}'}{self.prefix}"


def address(url: str) -> Address:
    """The address that a URL is.

    A key is sent in the clear to this machine only: to any other it takes TLS.

    Raises:
        UsageError: it is none, or one without TLS of another machine.
    """
    shown = one_line(url.rpartition("@")[2], 100)  # what stands before that may be a password
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii") if parts.hostname else ""
    except (ValueError, UnicodeError) as error:
        raise UsageError(f"'{shown}' is no address", FORM) from error
    odd = len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url or not url.isascii()
    if odd or parts.scheme not in ("http", "https") or not host or port == 0:
        raise UsageError(f"'{shown}' is no address", FORM)
    if "@" in parts.netloc or parts.query or parts.fragment or ";" in url:
        raise UsageError("an address has no user, password, query or fragment", FORM)
    secure = parts.scheme == "https"
    if not secure and not _is_here(host):
        raise UsageError(f"{one_line(host, 100)} is another machine, to which a key goes by https:// only", FORM)
    return Address(secure, host, port or (443 if secure else 80), parts.path.rstrip("/"))


def _is_here(host: str) -> bool:
    """Whether a host is this machine, by its address or the name that always means it (RFC 6761, section 6.3)."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
