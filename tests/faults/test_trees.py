"""Jobs that double-fork, leave their session, ignore SIGTERM and outlive their parent: none survives its job's end."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from fullautoci import pidspace
from tests.support.faults import sized
from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import HOST, Repository

JOBS = sized(4, 20)  # for each way to end
SURVIVES_S = 2.0
WAYS = ("exit", "timeout", "cancel", "worker", "sigterm")
SPAWN = """
import os, signal, subprocess, sys, time
marker, stays = sys.argv[1], sys.argv[2]
for depth in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.environ.pop("FULLAUTOCI_JOB")  # nor can it be told by its tag
            os.execvp("sh", ["sh", "-c", "trap '' TERM HUP INT; while :; do sleep 1; done", marker])
        os._exit(0)
print("begun", flush=True)
time.sleep(600 if stays == "stays" else 0.2)
"""


def living(marker: str) -> list[int]:
    found = []
    for process in psutil.process_iter():
        try:
            if marker in process.cmdline() and "trap" in " ".join(process.cmdline()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def begin(home: Home, repository: Repository, marker: str, stays: str, timeout: str = "60s") -> str:
    """Watch a repository whose every commit is such a job, and have one begin."""
    command = f"{{command: [python3, spawn.py, {marker}, {stays}], timeout: {timeout}}}"
    config = HOST + f"tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, bad: {command}}}\n"
    repository.commit({".fullautoci.yml": config, "spawn.py": SPAWN})
    home.cli("init", cwd=repository.path)
    return repository.head()


def end_by(home: Home, way: str, repository: Repository) -> None:
    daemon = psutil.Process(home.pid())
    if way == "cancel":
        home.cli("cancel", cwd=repository.path)
    elif way == "worker":
        next(child for child in daemon.children() if child.children()).kill()
    elif way == "sigkill":
        daemon.kill()
    elif way == "sigterm":
        home.stop()


@pytest.mark.parametrize(
    ("way", "contained"),
    # What hides its tag outlives a SIGKILL of the daemon without bubblewrap; docs/durability.md says so.
    [(way, True) for way in (*WAYS, "sigkill")] + [(way, False) for way in WAYS],
)
def test_nothing_survives_its_job(home: Home, repository: Repository, way: str, contained: bool) -> None:
    if contained and pidspace.program() is None:
        lacking("bubblewrap", "bwrap is not installed or does not work")
    (home.folder / "config.yml").write_text(f"grace: 1s\nsandbox: {'auto' if contained else 'off'}\n")
    marker = f"survivor-{os.getpid()}-{way}-{contained}"
    sha = begin(home, repository, marker, "ends" if way == "exit" else "stays", "3s" if way == "timeout" else "60s")
    for number in range(JOBS):
        if way in ("exit", "timeout"):
            home.finished(1, sha)
        else:
            until(lambda: len(living(marker)) >= 3, 30, "the job's children")
            end_by(home, way, repository)
        gone = time.monotonic() + SURVIVES_S
        while living(marker) and time.monotonic() < gone and way != "worker":
            time.sleep(0.05)
        if way == "worker":  # the job begins again at once, in another worker
            home.cli("cancel", cwd=repository.path)
            until(lambda: not living(marker), SURVIVES_S + 1, "the end of its children")
        assert not living(marker), f"{way}: job {number} left something behind"
        if way in ("sigterm", "sigkill"):
            home.start()
            home.cli("cancel", cwd=repository.path)
        sha = repository.commit({"n": str(number)}) if number < JOBS - 1 else sha


@pytest.mark.parametrize("contained", [True, False])
def test_a_fork_bomb_ends_as_errored_and_the_machine_goes_on(
    home: Home, repository: Repository, contained: bool, tmp_path: Path
) -> None:
    if contained and pidspace.program() is None:
        lacking("bubblewrap", "bwrap is not installed or does not work")
    (home.folder / "config.yml").write_text(f"limits: {{processes: 300}}\nsandbox: {'auto' if contained else 'off'}\n")
    bomb = "import os, time\nwhile True:\n    os.fork()\n    time.sleep(0.01)\n"
    config = (
        HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, bomb: {command: [python3, bomb.py]}}\n"
    )
    repository.commit({".fullautoci.yml": config, "bomb.py": bomb})
    home.cli("init", cwd=repository.path)
    run = home.finished(1, repository.head())
    assert (run["outcome"], run["reason"]) == ("errored", "it started more than 300 processes")

    def alive() -> list[int]:
        return [p.pid for p in psutil.process_iter(["cmdline"]) if "bomb.py" in (p.info["cmdline"] or [])]

    until(lambda: not alive(), SURVIVES_S, "the end of the bomb")


def test_a_tool_that_breaks_a_limit_is_ended_by_the_kernel(home: Home, repository: Repository) -> None:
    (home.folder / "config.yml").write_text("limits: {memory: 400M, file_size: 1M}\n")
    hungry = {"memory": "x = bytearray(600 << 20)", "file": "open('big', 'wb').write(bytes(3 << 20))"}
    tools = ", ".join(f'{name}: {{command: [python3, -c, "{code}"]}}' for name, code in hungry.items())
    config = HOST + f"tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, {tools}}}\n"
    repository.commit({".fullautoci.yml": config})
    home.cli("init", cwd=repository.path)
    run = home.finished(1, repository.head())
    assert {job["tool"]: job["outcome"] for job in run["jobs"]} == {"memory": "failed", "file": "failed"}
    logs = b"".join(home.api().log(job["id"])[0] for job in run["jobs"])
    assert b"MemoryError" in logs
    assert signal.SIGXFSZ.name.encode() in logs or b"File too large" in logs or b"file" in logs
