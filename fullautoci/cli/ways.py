"""Where the service is that commands speak to: here, or where the environment says.

- `FULLAUTOCI_URL` and a key, in `FULLAUTOCI_KEY` or in the file that `FULLAUTOCI_KEY_FILE` names: a service by http(s);
  `FULLAUTOCI_CA_FILE` names certificates of an authority of one's own;
- `FULLAUTOCI_SOCKET`: another user's service on this machine, at the socket that it has for others;
- neither: one's own.

One that is set and empty is refused: a script whose variable is missing is not to change one's own service instead.

A key is never an argument: whoever is on the machine sees those of all programs.
"""

import os
import stat
from collections.abc import MutableMapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci.client import SocketTransport, Transport
from fullautoci.errors import UsageError
from fullautoci.text import one_line

URL, SOCKET = "FULLAUTOCI_URL", "FULLAUTOCI_SOCKET"
KEY, KEY_FILE, CA_FILE = "FULLAUTOCI_KEY", "FULLAUTOCI_KEY_FILE", "FULLAUTOCI_CA_FILE"
# Of a file that holds a key.
LONGEST_FILE = 4096
# How long to wait between two looks at a service that counts requests, in seconds.
PACE_S = 1.0


@dataclass(frozen=True)
class Way:
    """A way to a service that is not one's own.

    Attributes:
        place: where it is, for people.
        here: whether it is on this machine, with the same files.
    """

    transport: Transport
    place: str
    here: bool


def elsewhere(environ: MutableMapping[str, str] = os.environ) -> str:
    """The variable by which another service than one's own is meant; empty where none is."""
    return next((name for name in (URL, SOCKET) if environ.get(name)), "")


def way(environ: MutableMapping[str, str] = os.environ) -> Way | None:
    """The way to the service that the environment names; None: one's own.

    A key is taken out of the environment, so that no program that is started has it.

    Raises:
        UsageError: what is said there makes no sense, or others may read the key.
    """
    _must_say_something(environ)
    key = environ.pop(KEY, "")
    url, path = environ.get(URL), environ.get(SOCKET)
    if url and path:
        raise UsageError(f"{URL} and {SOCKET} name two services", "unset one of them")
    if path:
        return Way(SocketTransport(Path(path)), one_line(path), here=True)
    if not url:
        return None
    from fullautoci.client import HttpTransport

    authority = environ.get(CA_FILE)
    transport = HttpTransport(url, _key(key, environ.get(KEY_FILE, "")), ca_file=Path(authority) if authority else None)
    return Way(transport, str(transport.address), here=False)


def _must_say_something(environ: MutableMapping[str, str]) -> None:
    for name in (URL, SOCKET, KEY, KEY_FILE, CA_FILE):
        said = environ.get(name)
        if said is not None and not said.strip():
            raise UsageError(f"{name} is set and empty", f"say something with it, or 'unset {name}'")


def _key(said: str, file: str) -> str:
    if said and file:
        raise UsageError(f"{KEY} and {KEY_FILE} both say a key", "unset one of them")
    if not said and not file:
        raise UsageError(f"{URL} takes a key", f"put it into a file of yours alone, and its name into {KEY_FILE}")
    return said.strip() or _read(Path(file))


def _read(path: Path) -> str:
    """The key in a file that nobody else can read."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        said = error.strerror if isinstance(error, OSError) else str(error)
        raise UsageError(f"{KEY_FILE}: {one_line(str(path))}: {said}") from error
    try:
        raw = _of_file(descriptor, one_line(str(path)))
    finally:
        os.close(descriptor)
    text = raw.decode("utf-8", "replace").strip()
    if not text or len(raw) > LONGEST_FILE:
        raise UsageError(f"{KEY_FILE}: {one_line(str(path))} holds no key")
    return text


def _of_file(descriptor: int, name: str) -> bytes:
    """What is in a file: of a descriptor, so that what is looked at is what is read."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise UsageError(f"{KEY_FILE}: {name} is no file")
    if status.st_uid not in (os.getuid(), 0) or status.st_mode & 0o077:
        hint = f"'chmod 600 {name}', and make another key if someone may have seen this one"
        raise UsageError(f"{KEY_FILE}: others may read {name}", hint)
    return os.read(descriptor, LONGEST_FILE + 1)
