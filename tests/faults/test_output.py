"""Output without end: the daemon stays small, goes on answering, and keeps head and tail."""

import pytest

from tests.support.faults import FULL
from tests.support.home import Home
from tests.support.repository import HOST, Repository
from tests.support.watching import watching

GIGABYTES = 10 if FULL else 1
LINE = 1000 if FULL else 100
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
    with watching(home) as seen:
        home.cli("init", cwd=repository.path)
        run = home.finished(1, repository.head(), timeout=600)
    assert run["outcome"] == "passed"
    log = next(home.paths.logs.rglob("*.log")).read_bytes()
    assert b"the beginning" in log[:2000]
    assert b"the end" in log[-2000:]
    assert len(log) < 10 * 1024 * 1024
    assert (b"bytes were cut here" in log) is (kind != "lines")
    with capsys.disabled():
        print(f"\n{kind}: {seen}")
    seen.check()
