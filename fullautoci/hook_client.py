"""Pushes a spooled event over the daemon's socket. Standard library only: a hook starts it with `python -I -S`.

    hook_client.py SOCKET SPOOL EVENT

It never says anything and never fails: the spool holds the event until the daemon has accepted it. It lives for a
second, so that the hooks of a burst see its process id in `.poke` and start no other; what they spooled meanwhile is
told by its second push.
"""

import os
import socket
import sys
import time

PATH = "/api/v1/events"
CONTENT_TYPE = "application/vnd.fullautoci.event"
SHARED_FOR_S = 1.0


def push(address: str, body: bytes, timeout: float = 2.0) -> None:
    """POST one event (an empty body only asks for the spool to be drained) and wait for the answer's first bytes."""
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout)
        client.connect(address)
        client.sendall(head.encode("ascii") + body)
        client.recv(64)


def waiting(spool: str) -> bool:
    """Whether an event lies in the spool."""
    return any(name.endswith(".event") for name in os.listdir(spool))


def _finish(spool: str) -> None:
    """Give up the poke, if it is still ours."""
    marker = os.path.join(spool, ".poke")
    with open(marker, encoding="ascii") as file:
        if file.read().strip() == str(os.getpid()):
            os.unlink(marker)


def main(address: str, spool: str, name: str) -> None:
    """Push the event; after a second, give up the poke and push again if others came."""
    try:
        with open(os.path.join(spool, name), "rb") as file:
            body = file.read()
        push(address, body)
    except OSError:
        pass  # no daemon, or it took the event already: the spool is drained at its start and with every push
    time.sleep(SHARED_FOR_S)
    try:
        _finish(spool)
        if waiting(spool):
            push(address, b"")
    except OSError:
        pass


if __name__ == "__main__":
    main(*sys.argv[1:])
