"""Errors of the disk and interrupted calls, by strace on the calls that make things durable."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_kills import CONFIG
from tests.support.faults import check_once, check_sound, rows
from tests.support.home import PROGRAM, Home
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import Repository

FAULTS = {
    "EIO from every fifth sync": ("fdatasync,fsync", "fdatasync,fsync:error=EIO:when=2+5"),
    "EIO from ten syncs in a row": ("fdatasync,fsync", "fdatasync,fsync:error=EIO:when=2..11"),
    "EIO from writes": ("pwrite64", "pwrite64:error=EIO:when=40..55"),
    "ENOSPC from writes": ("pwrite64", "pwrite64:error=ENOSPC:when=40..55"),
    "EINTR from writes": ("pwrite64,fsync,fdatasync", "pwrite64,fsync,fdatasync:error=EINTR:when=3+5"),
}


def injected(home: Home) -> Path:
    """Where strace notes what it did."""
    return home.folder / "strace"


@pytest.fixture(params=list(FAULTS))
def failing(request: pytest.FixtureRequest, home: Home, repository: Repository) -> Iterator[str]:
    """A daemon whose calls fail now and then."""
    strace = shutil.which("strace")
    if strace is None:
        lacking("strace", "it is not installed")
    (home.folder / "config.yml").write_text("scan_interval: 2s\n")
    repository.commit({".fullautoci.yml": CONFIG, "file": "0"})
    home.cli("init", "--wait", cwd=repository.path)
    home.stop()
    calls, inject = FAULTS[request.param]
    command = [
        strace,
        "-f",
        "--seccomp-bpf",
        "-qq",
        "-o",
        str(injected(home)),
        "-e",
        f"trace={calls}",
        "-e",
        f"inject={inject}",
    ]
    with home.paths.daemon_log.open("ab") as log:
        daemon = subprocess.Popen([*command, str(PROGRAM), "daemon", "run"], env=home.env, stdout=log, stderr=log)
    until(lambda: home.run("daemon", "status", "--json").stdout.count('"running"'), 60, "the daemon")
    yield request.param
    home.run("daemon", "stop", timeout=60)
    daemon.wait(60)


def test_nothing_acknowledged_is_lost(home: Home, repository: Repository, failing: str) -> None:
    shas = [repository.commit({"file": str(number)}) for number in range(1, 6)]
    for sha in shas:
        until(lambda sha=sha: rows(home, "SELECT 1 FROM runs WHERE sha = ? AND outcome = 'passed'", sha), 60, sha)
    os.kill(home.pid(), 15)
    until(lambda: home.run("daemon", "status", "--json").stdout.count('"down"'), 60, "its end")
    assert check_once(home, shas) == 0
    check_sound(home)
    assert "(INJECTED)" in injected(home).read_text(errors="replace"), "nothing was tried"
