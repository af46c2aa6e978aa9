"""What an environment is: prepared once a request, then applied to a command at no cost."""

import os
import platform
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from fullautoci.layout import Layout
from fullautoci.model import EnvironmentIdentity

# What of the daemon's own environment reaches a job: what says where programs, language and certificates are, and
# nothing that would make the result depend on who started the daemon.
PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "SHELL", "SSL_CERT_FILE", "SSL_CERT_DIR")
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Request:
    """What a job asks of its environment.

    Attributes:
        checkout: the commit's files.
        tree: their hash.
        blobs: each file's path and the hash of its content.
        requirements: what the tool needs.
        tools: what all tools need that may share an environment with it.
        needs_project: whether the project's metadata and built modules must be importable.
        folders: cache folders by name.
        held: what is to be let go of when the job is over.
    """

    checkout: Path
    tree: str
    blobs: Mapping[str, str]
    layout: Layout
    requirements: tuple[str, ...]
    tools: tuple[str, ...]
    needs_project: bool
    folders: Mapping[str, Path]
    held: ExitStack


@dataclass(frozen=True)
class Prepared:
    """An environment, ready: its interpreter, what it adds to the job's variables, and what tells it apart."""

    python: str
    variables: Mapping[str, str]
    identity: EnvironmentIdentity
    versions: Mapping[str, str] = field(default_factory=dict)


class Runner(Protocol):
    """How an environment runs its long programs: logged, interruptible, and shown as the job's activity."""

    def activity(self, what: str) -> None:
        """Say what is being done; shown by `status`."""

    def run(self, argv: Sequence[str], *, cwd: Path, env: Mapping[str, str], timeout: float) -> bytes:
        """Run a program to its good end and return the last it said.

        Raises:
            PreparationError: it failed, or took too long.
        """

    def pause(self, seconds: float) -> None:
        """Wait, unless the job is to end."""


class Environment(Protocol):
    """One kind of environment."""

    @property
    def kind(self) -> str:
        """Its name in configuration and results."""

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """Make it ready, once a request, whoever asks.

        Raises:
            PreparationError: it cannot be, and why.
        """


def base_variables(home: Path, temporary: Path) -> dict[str, str]:
    """The variables that every job starts from.

    Hashes are fixed, so that a repetition repeats; no byte code is written, since two commits made within a second
    would share it (PEP 552: a file's byte code is told stale by size and whole seconds).
    """
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {
        "LANG": "C.UTF-8",
        **passed,
        "PATH": SYSTEM_PATH,
        "HOME": str(home),
        "TMPDIR": str(temporary),
        "CI": "true",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYLINTHOME": str(temporary / "pylint"),
    }


def architecture() -> str:
    """The machine and system that results are for: `x86_64-Linux`."""
    return f"{platform.machine()}-{platform.system()}"
