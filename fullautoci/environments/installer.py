"""The program that installs packages: uv where there is one, else pip."""

import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from fullautoci.environments import pins
from fullautoci.environments.base import Runner

FOR_BUILDS = frozenset(
    "PATH HOME LANG LANGUAGE TZ TMPDIR USER LOGNAME SHELL CC CXX CPP CFLAGS CXXFLAGS CPPFLAGS LDFLAGS PKG_CONFIG "
    "PKG_CONFIG_PATH MAKEFLAGS MACOSX_DEPLOYMENT_TARGET SDKROOT ARCHFLAGS SOURCE_DATE_EPOCH PYENV_ROOT CARGO_HOME "
    "RUSTUP_HOME SSH_AUTH_SOCK REQUESTS_CA_BUNDLE CURL_CA_BUNDLE LD_LIBRARY_PATH".split()
)
FAMILIES = ("LC_", "UV_", "PIP_", "XDG_", "NIX_", "SSL_CERT_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")
NOT_FOR_BUILDS = frozenset(("UV_PYTHON", "UV_PROJECT_ENVIRONMENT"))


def uv_program() -> str | None:
    """uv: what FULLAUTOCI_UV names (empty: none), else of our own installation, else on PATH."""
    named = os.environ.get("FULLAUTOCI_UV")
    if named is not None:
        return named or None
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.is_file() else shutil.which("uv")


def variables() -> dict[str, str]:
    """The variables for building: of the daemon's own those for indexes, proxies, caches and compilers, and no others.

    A build runs what the commit says; what else whoever started the daemon had in the environment is none of its.
    """
    kept = {name: value for name, value in os.environ.items() if _is_for_builds(name)}
    # Files of an environment that were links to uv's cache would lead a job that writes into one to all the others, and
    # to the user's own. macOS copies only what is written to.
    linked = {} if sys.platform == "darwin" else {"UV_LINK_MODE": "copy"}
    said = {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "UV_NO_CONFIG": "0", "PIP_NO_INPUT": "1"}
    return {**linked, **kept, **said}


def _is_for_builds(name: str) -> bool:
    return name not in NOT_FOR_BUILDS and (name in FOR_BUILDS or name.upper().startswith(FAMILIES))


@contextlib.contextmanager
def locked(path: Path, runner: Runner) -> Iterator[None]:
    """Hold a lock file; whoever waits can still be interrupted."""
    with _opened(path) as file:
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


def _opened(path: Path) -> IO[bytes]:
    """A file that is locked and never read; builds may write to its folder, so a link there is not followed."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    return open(os.open(path, flags, 0o600), "r+b", buffering=0)  # noqa: PTH123 - a descriptor


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
    file = held.enter_context(_opened(path))
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
    path.unlink(missing_ok=True)  # what was installed before may have put a link there
    with path.open("x") as file:
        file.writelines(f"{line}\n" for line in said)
    return str(path)


def install_command(python: str) -> list[str]:
    """The beginning of a command line that installs into the environment of an interpreter."""
    uv = uv_program()
    if uv:
        return [uv, "pip", "install", "--python", python, "--compile-bytecode"]
    return [python, "-m", "pip", "install", "--disable-pip-version-check"]
