"""The program that installs packages: uv where there is one, else pip."""

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fullautoci.environments import pins
from fullautoci.environments.base import Runner


def uv_program() -> str | None:
    """uv: what FULLAUTOCI_UV names (empty: none), else of our own installation, else on PATH."""
    named = os.environ.get("FULLAUTOCI_UV")
    if named is not None:
        return named or None
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.is_file() else shutil.which("uv")


def variables() -> dict[str, str]:
    """The variables for building: the daemon's own (indexes, proxies, caches), less those that name environments."""
    dropped = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "CONDA_PREFIX", "UV_PYTHON", "UV_PROJECT_ENVIRONMENT")
    kept = {name: value for name, value in os.environ.items() if name not in dropped and not name.startswith("GIT_")}
    # Files of an environment that were links to uv's cache would lead a job that writes into one to all the others, and
    # to the user's own. macOS copies only what is written to.
    linked = {} if sys.platform == "darwin" else {"UV_LINK_MODE": "copy"}
    said = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "0", "PIP_NO_INPUT": "1"}
    return {**linked, **kept, **said}


@contextlib.contextmanager
def locked(path: Path, runner: Runner) -> Iterator[None]:
    """Hold a lock file; whoever waits can still be interrupted."""
    with path.open("w") as file:
        waited = False
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not waited:
                    runner.activity("waiting for another worker that prepares the same")
                    waited = True
                runner.pause(0.05)
        yield


def usage(folder: Path) -> Path:
    """The file by which an environment's users are known."""
    return folder.with_name(f"{folder.name}.use")


def use(path: Path, held: contextlib.ExitStack) -> bool:
    """Hold an environment's file as one that uses it, with others; False where it is being built anew."""
    return _hold(path, fcntl.LOCK_SH, held)


@contextlib.contextmanager
def unused(path: Path) -> Iterator[bool]:
    """Keep others from using an environment; whether nobody does."""
    with contextlib.ExitStack() as held:
        yield _hold(path, fcntl.LOCK_EX, held)


def _hold(path: Path, kind: int, held: contextlib.ExitStack) -> bool:
    file = held.enter_context(path.open("w"))
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def listing(path: Path, lines: Iterable[str]) -> str:
    """Write a requirements file for the installer; its path.

    uv verifies the hashes that are there. pip wants one for every requirement of a file as soon as there is any, so it
    is given them only where that is so.
    """
    said = list(lines)
    if uv_program() is None and not all(pins.HASHES in line for line in said):
        said = [pins.without_hashes(line) for line in said]
    path.write_text("".join(f"{line}\n" for line in said))
    return str(path)


def install_command(python: str) -> list[str]:
    """The beginning of a command line that installs into the environment of an interpreter."""
    uv = uv_program()
    if uv:
        return [uv, "pip", "install", "--python", python, "--compile-bytecode"]
    return [python, "-m", "pip", "install", "--disable-pip-version-check"]
