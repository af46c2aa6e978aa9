"""Output without end: the daemon stays small, goes on answering, and keeps head and tail."""

import statistics
import threading
import time

import psutil
import pytest

from tests.support.faults import FULL
from tests.support.home import Home
from tests.support.patience import until
from tests.support.repository import HOST, Repository

GIGABYTES = 10 if FULL else 1
LINE = 1000 if FULL else 100
GROWTH = 64 * 1024 * 1024
COMMANDS = {
    "stdout": f"head -c {GIGABYTES}G /dev/zero | tr '\\0' 'x' | fold -w 200; echo the end",
    "line": f"head -c {LINE}M /dev/zero | tr '\\0' 'y'; echo the end",
    "lines": "yes | head -n 1000000; echo the end",
    "nuls": "head -c 50M /dev/zero; echo the end",
}


@pytest.mark.parametrize("kind", list(COMMANDS))
def test_output_without_end(home: Home, repository: Repository, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    command = "{command: [sh, talk.sh], timeout: 10m}"
    config = HOST + f"tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, talk: {command}}}\n"
    repository.commit({".fullautoci.yml": config, "talk.sh": "echo the beginning\nsleep 0.5\n" + COMMANDS[kind]})
    home.start()
    daemon = psutil.Process(home.pid())
    before, most = daemon.memory_info().rss, 0
    took: list[float] = []
    over = threading.Event()

    def ask() -> None:
        while not over.is_set():
            began = time.monotonic()
            home.api().status()
            took.append(time.monotonic() - began)
            for job in home.api().status()["running"]:
                home.api().log(job["id"])
            time.sleep(0.02)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        home.cli("init", cwd=repository.path)

        def finished() -> bool:
            nonlocal most
            most = max(most, daemon.memory_info().rss)
            found = home.api().runs(repository=1, limit=1)
            return bool(found) and found[0]["state"] == "done"

        until(finished, 600, "the end of the output")
    finally:
        over.set()
        asking.join(30)
    run = home.finished(1, repository.head())
    assert run["outcome"] == "passed"
    log = next(home.paths.logs.rglob("*.log")).read_bytes()
    assert b"the beginning" in log[:2000]
    assert b"the end" in log[-2000:]
    assert len(log) < 10 * 1024 * 1024
    assert (b"bytes were cut here" in log) is (kind != "lines")
    assert most - before < GROWTH, f"the daemon grew by {(most - before) >> 20} MB"
    slow = statistics.quantiles(took, n=20)[-1]
    with capsys.disabled():
        print(f"\n{kind}: grew by {(most - before) / 2**20:.0f} MB, {len(took)} answers, p95 {slow * 1000:.0f} ms")
    assert not FULL or slow < 0.5
