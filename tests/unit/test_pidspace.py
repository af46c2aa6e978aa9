"""A process namespace: what is started in it sees itself alone, and ends with its first process."""

import os
import subprocess
from pathlib import Path

import psutil
import pytest

from fullautoci import pidspace
from tests.support.parts import lacking


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    if pidspace.program() is None:
        lacking("bubblewrap", "bwrap is not installed or does not work")


def run(*argv: str, cwd: Path = Path("/")) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(pidspace.wrap(argv), cwd=cwd, capture_output=True, text=True, check=False)


def test_only_its_own_processes_are_seen_and_all_else_is_as_outside(tmp_path: Path) -> None:
    done = run("sh", "-c", "ls -d /proc/[0-9]* | wc -l; id -u; pwd; echo x >made; exit 7", cwd=tmp_path)
    processes, user, folder = done.stdout.split()
    assert int(processes) < 8
    assert (int(user), folder, done.returncode) == (os.getuid(), str(tmp_path), 7)
    assert (tmp_path / "made").read_text() == "x\n"


def test_what_is_left_behind_ends_with_its_first_process(tmp_path: Path) -> None:
    marker = f"behind-{os.getpid()}"
    run("sh", "-c", f"setsid sh -c 'trap \"\" TERM; sleep 600' {marker} & exit 0")
    assert not [one for one in psutil.process_iter(["cmdline"]) if marker in (one.info["cmdline"] or [])]
