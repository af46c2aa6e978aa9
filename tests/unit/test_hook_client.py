"""The hook's client: pushes what lies in the spool, says nothing, never fails."""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fullautoci import hook_client
from tests.support.patience import until


class Server:
    """A socket that takes pushes, as the daemon's does."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pushes: list[bytes] = []
        self._server = socket.create_server(str(path), family=socket.AF_UNIX)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            client, _ = self._server.accept()
            with client, client.makefile("rb") as stream:
                head = b"".join(iter(stream.readline, b"\r\n"))
                if not head.startswith(b"POST"):
                    return
                length = int(head.lower().partition(b"content-length: ")[2].split()[0])
                self.pushes.append(head + b"\r\n" + stream.read(length))
                client.sendall(b"HTTP/1.1 202 Accepted\r\n\r\n")

    def close(self) -> None:
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(self.path))
            client.sendall(b"BYE\r\n\r\n")
        self._thread.join()
        self._server.close()


@pytest.fixture
def server(short_tmp: Path) -> Iterator[Server]:
    made = Server(short_tmp / "s")
    yield made
    made.close()


def start(socket_path: Path, spool: Path, name: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-I", "-S", hook_client.__file__, str(socket_path), str(spool), name],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


def test_the_event_is_pushed_then_whatever_still_waits_is_asked_for(server: Server, tmp_path: Path) -> None:
    body = b"fullautoci-event 1\0\xff\0"
    (tmp_path / "a.event").write_bytes(body)
    with start(server.path, tmp_path, "a.event") as client:
        (tmp_path / ".poke").write_text(f"{client.pid}\n")
        until(lambda: len(server.pushes) == 1)
        assert client.communicate(timeout=20) == (b"", None)
    assert client.returncode == 0
    head, _, pushed = server.pushes[0].partition(b"\r\n\r\n")
    assert pushed == body
    assert head.startswith(b"POST /api/v1/events HTTP/1.1\r\nHost: localhost\r\n")
    assert b"Content-Type: application/vnd.fullautoci.event\r\n" in head
    assert [push.partition(b"\r\n\r\n")[2] for push in server.pushes[1:]] == [b""]
    assert not (tmp_path / ".poke").exists()


def test_nothing_more_is_asked_for_once_the_spool_is_empty(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.event").write_bytes(b"x")
    with start(server.path, tmp_path, "a.event") as client:
        (tmp_path / ".poke").write_text(f"{client.pid}\n")
        until(lambda: len(server.pushes) == 1)
        (tmp_path / "a.event").unlink()
        assert client.wait(20) == 0
    assert len(server.pushes) == 1


def test_without_a_daemon_it_ends_well_in_silence_and_keeps_anothers_poke(short_tmp: Path, tmp_path: Path) -> None:
    (tmp_path / "a.event").write_bytes(b"x")
    (tmp_path / ".poke").write_text(f"{os.getpid()}\n")
    places = [short_tmp / "nobody", short_tmp / ("long" * 40), tmp_path]
    clients = [start(place, tmp_path, "a.event") for place in places] + [start(places[0], tmp_path / "gone", "b")]
    for client in clients:
        with client:
            assert client.communicate(timeout=20) == (b"", None)
        assert client.returncode == 0
    assert (tmp_path / "a.event").exists()
    assert (tmp_path / ".poke").read_text() == f"{os.getpid()}\n"


def test_a_daemon_that_does_not_answer_is_not_waited_for(short_tmp: Path) -> None:
    with socket.create_server(str(short_tmp / "s"), family=socket.AF_UNIX):
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            hook_client.push(str(short_tmp / "s"), b"x", timeout=0.1)
        assert time.monotonic() - began < 5


def test_only_events_count_as_waiting(tmp_path: Path) -> None:
    (tmp_path / ".a.tmp").touch()
    (tmp_path / ".poke").touch()
    assert not hook_client.waiting(str(tmp_path))
    (tmp_path / "a.event").touch()
    assert hook_client.waiting(str(tmp_path))
