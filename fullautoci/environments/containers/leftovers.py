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
from fullautoci.vcs.git.leftovers import remove_tree

HOME, WORKER, JOB = "fullautoci.home", "fullautoci.worker", "fullautoci.job"
# A worker's start is known to the second: the system's clock may be set meanwhile.
APART_S = 2.0


def worker() -> str:
    """What tells this process from any other, dead ones included."""
    return f"{os.getpid()}-{psutil.Process().create_time():.0f}"


def exchange_folder() -> Path:
    """A new folder for what a container and this process exchange; named so that the daemon's next start removes it."""
    return Path(tempfile.mkdtemp(prefix=f"{_prefix()}{worker()}-"))


def _prefix() -> str:
    tag = os.environ.get(proctree.TAG, "").partition(":")[0]
    return f"fullautoci-{tag or 'none'}-box-"


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
    prefix = _prefix()
    for folder in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            if not alive(folder.name.removeprefix(prefix).rpartition("-")[0]) and folder.stat().st_uid == os.getuid():
                remove_tree(folder)
                count += 1
    return count


def alive(name: str) -> bool:
    """Whether the worker of this name still lives."""
    pid, _, began = name.partition("-")
    try:
        return abs(psutil.Process(int(pid)).create_time() - float(began)) <= APART_S
    except (psutil.Error, ValueError):
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
