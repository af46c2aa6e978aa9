"""Jobs that double-fork, leave their session, ignore SIGTERM and outlive their parent: none survives its job's end."""

import contextlib
import os
import signal
from pathlib import Path

import psutil
import pytest

from fullautoci import pidspace
from tests.support.faults import sized
from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import HOST, Repository
from tests.support.watching import watching

JOBS = sized(4, 20)  # for each way to end
SURVIVES_S = 2.0
WAYS = ("exit", "timeout", "cancel", "worker", "sigterm")
OUTCOMES = {"exit": "passed", "timeout": "timed_out", "cancel": "cancelled"}
SPAWN = """
import os, signal, sys, time, uuid
marker, stays, folder = sys.argv[1:]
for depth in range(3):
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            os.environ.pop("FULLAUTOCI_JOB")  # nor can it be told by its tag
            say = "trap '' TERM HUP INT; : >$2; while :; do sleep 1; done"
            os.execvp("sh", ["sh", "-c", say, "sh", marker, f"{folder}/{uuid.uuid4()}"])
        os._exit(0)
before = time.monotonic() + 60
while len(os.listdir(folder)) < 3 and time.monotonic() < before:
    time.sleep(0.01)
print("begun", flush=True)
time.sleep(600 if stays == "stays" else 0.2)
"""


def living(marker: str) -> set[int]:
    found = set()
    for process in psutil.process_iter():
        try:
            if marker in process.cmdline() and "trap" in " ".join(process.cmdline()):
                found.add(process.pid)
        except psutil.Error:
            continue
    return found


def begin(home: Home, repository: Repository, marker: str, folder: Path, way: str) -> None:
    """Watch a repository whose every commit is such a job, and have one begin."""
    stays, timeout = "ends" if way == "exit" else "stays", "3s" if way == "timeout" else "60s"
    command = f"{{command: [python3, spawn.py, {marker}, {stays}, {folder}], timeout: {timeout}}}"
    config = HOST + f"tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, bad: {command}}}\n"
    repository.commit({".fullautoci.yml": config, "spawn.py": SPAWN})
    home.cli("init", cwd=repository.path)


def idle(home: Home) -> bool:
    status = home.api().status()
    return bool(status["workers_idle"] == status["workers"])


def busy_workers(daemon: psutil.Process) -> list[psutil.Process]:
    found = []
    for child in daemon.children():
        with contextlib.suppress(psutil.Error):  # a git that has just ended
            if "fullautoci.pool.worker" in child.cmdline() and child.children():
                found.append(child)
    return found


def end_by(home: Home, way: str, repository: Repository) -> None:
    daemon = psutil.Process(home.pid())
    if way == "cancel":
        home.cli("cancel", cwd=repository.path)
    elif way == "worker":
        until(lambda: busy_workers(daemon), 10, "a worker with a job")[0].kill()
    elif way == "sigkill":
        daemon.kill()
    elif way == "sigterm":
        home.stop()


@pytest.mark.parametrize(
    ("way", "contained"),
    # What hides its tag outlives a SIGKILL of the daemon without bubblewrap; docs/durability.md says so.
    [(way, True) for way in (*WAYS, "sigkill")] + [(way, False) for way in WAYS],
)
def test_nothing_survives_its_job(
    home: Home, repository: Repository, way: str, contained: bool, tmp_path: Path
) -> None:
    if contained and pidspace.program() is None:
        lacking("bubblewrap", "bwrap is not installed or does not work")
    (home.folder / "config.yml").write_text(f"grace: 1s\nsandbox: {'auto' if contained else 'off'}\n")
    marker, folder = f"survivor-{os.getpid()}-{way}-{contained}", tmp_path / "lived"
    folder.mkdir()
    begin(home, repository, marker, folder, way)
    for number in range(JOBS):
        sha = repository.head()
        if way in ("exit", "timeout"):
            home.finished(1, sha)
            assert len(list(folder.iterdir())) == 3, "its children did not even live"
        until(lambda: len(list(folder.iterdir())) >= 3, 30, "the job's children")
        lived = living(marker)
        end_by(home, way, repository)
        left = until(lambda lived=lived: not lived & living(marker) or None, SURVIVES_S, f"the end of {lived}")
        assert left, f"{way}: job {number} left something behind"
        if way in ("sigterm", "sigkill"):
            home.start()
        if way in ("worker", "sigterm", "sigkill"):  # the job begins again at once
            home.cli("cancel", cwd=repository.path)
            until(lambda: not living(marker), SURVIVES_S + 1, "the end of its children")
        assert not living(marker)
        assert home.finished(1, sha)["outcome"] == OUTCOMES.get(way, "cancelled")
        until(lambda: idle(home), 30, "the workers' rest")  # a second attempt may have begun just before its end
        for file in folder.iterdir():
            file.unlink()
        if number < JOBS - 1:
            repository.commit({"n": str(number)})


@pytest.mark.parametrize("contained", [True, False])
def test_a_fork_bomb_ends_as_errored_and_the_machine_goes_on(
    home: Home, repository: Repository, contained: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    if contained and pidspace.program() is None:
        lacking("bubblewrap", "bwrap is not installed or does not work")
    (home.folder / "config.yml").write_text(f"limits: {{processes: 300}}\nsandbox: {'auto' if contained else 'off'}\n")
    bomb = "import os, time\nwhile True:\n    os.fork()\n    time.sleep(0.01)\n"
    config = (
        HOST + "tools: {pylint: {enabled: false}, coverage: {enabled: false}, bomb: {command: [python3, bomb.py]}}\n"
    )
    repository.commit({".fullautoci.yml": config, "bomb.py": bomb})
    home.start()
    with watching(home) as seen:
        home.cli("init", cwd=repository.path)
        run = home.finished(1, repository.head())
    assert (run["outcome"], run["reason"]) == ("errored", "it started more than 300 processes")
    with capsys.disabled():
        print(f"\na fork bomb: {seen}")
    seen.check()

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
