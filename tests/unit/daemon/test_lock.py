"""One daemon a home, and looking whether there is one disturbs nobody."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from fullautoci.daemon import lock
from fullautoci.errors import DaemonStartError


def test_who_holds_it_is_told_until_it_is_let_go_of(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert lock.holder(path) is None
    with lock.held(path):
        assert lock.holder(path) == os.getpid()
        with pytest.raises(DaemonStartError, match=f"process {os.getpid()}"), lock.held(path):
            pass
    assert lock.holder(path) is None
    assert path.read_text() == "", "no process is named that may be another's by now"


def test_those_who_look_do_not_see_one_another(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text("4711\n")  # as a daemon that was killed leaves it
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: lock.holder(path), range(4_000)))
    assert set(found) == {None}


def test_those_who_look_keep_no_daemon_from_starting(tmp_path: Path) -> None:
    path, over = tmp_path / "lock", threading.Event()
    path.touch()

    def look() -> None:
        while not over.is_set():
            lock.holder(path)

    with ThreadPoolExecutor(2) as pool:
        looking = [pool.submit(look) for _ in range(2)]
        try:
            for _ in range(200):
                with lock.held(path):
                    pass
        finally:
            over.set()
    assert [one.result() for one in looking] == [None, None]
