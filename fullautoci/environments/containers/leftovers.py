"""Containers and folders of workers that are no more.

A container ends with its worker, however that ends, since its first process reads from the worker's connection. What
is looked for here is what an engine did not get to remove, being restarted or killed itself.
"""

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

import psutil

from fullautoci import proctree
from fullautoci.environments.containers.errors import EngineError, told
from fullautoci.paths import scratch_of
from fullautoci.vcs.git.leftovers import remove_tree

BOX = "box-"
HOME, WORKER, JOB = "fullautoci.home", "fullautoci.worker", "fullautoci.job"


def worker() -> str:
    """What tells this process from any other, dead ones included."""
    return f"{os.getpid()}-{_began(os.getpid())}"


def _began(pid: int) -> str:
    """When a process began: on Linux in ticks since the start of the machine, which no setting of the clock moves.

    Field 22 of proc_pid_stat(5); a program's name, which comes before it, may hold anything but ends with the last `)`.

    Raises:
        OSError: there is no such process.
        psutil.Error: likewise.
    """
    stat = Path(f"/proc/{pid}/stat")
    if stat.exists():
        return stat.read_bytes().rpartition(b")")[2].split()[19].decode()
    return f"{psutil.Process(pid).create_time():.0f}"


def exchange_folder() -> Path:
    """A new folder for what a container and this process exchange; named so that the daemon's next start removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{BOX}{worker()}-", dir=_place()))


def _place() -> Path:
    return scratch_of(os.environ.get(proctree.TAG, "").partition(":")[0] or "none")


def sweep(api: Any, home: str) -> int:
    """Remove what dead workers of a home left; how many containers and folders that were.

    Raises:
        EngineError: the engine does not answer.
    """
    count = 0
    with told():
        found = api.containers(all=True, filters={"label": [f"{HOME}={home}"]})
    for one in found:
        if not alive(str((one.get("Labels") or {}).get(WORKER, ""))):
            remove(api, str(one["Id"]))
            count += 1
    for folder in _place().glob(f"{BOX}*"):
        with contextlib.suppress(OSError):
            if not alive(folder.name.removeprefix(BOX).rpartition("-")[0]) and folder.stat().st_uid == os.getuid():
                remove_tree(folder)
                count += 1
    return count


def alive(name: str) -> bool:
    """Whether the worker of this name still lives."""
    pid, _, began = name.partition("-")
    try:
        return _began(int(pid)) == began
    except (OSError, psutil.Error, ValueError):
        return False


def remove(api: Any, container: str) -> None:
    """Remove a container, whatever it does; one that is gone already is none the worse.

    Raises:
        EngineError: the engine does not answer, or cannot.
    """
    try:
        with told():
            api.remove_container(container, force=True, v=True)
    except EngineError as error:
        if not error.is_gone:
            raise
