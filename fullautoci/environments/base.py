"""What an environment is: prepared once a request, then applied to a command at no cost."""

import os
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from fullautoci import process
from fullautoci.layout import Layout
from fullautoci.model import Box, EnvironmentIdentity, Limits

# What of the daemon's own environment reaches a job: what says where programs, language and certificates are, and
# nothing that would make the result depend on who started the daemon.
PASSED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "SHELL", "SSL_CERT_FILE", "SSL_CERT_DIR")
SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"


@dataclass(frozen=True)
class Request:
    """What a job asks of its environment.

    Attributes:
        checkout: the commit's files.
        commit: its hash.
        tree: the hash of the files.
        mirror: the bare repository that holds the commit.
        git_config: the configuration that git sees in place of the user's.
        own: the job's own folder, for its home, temporary files and reports.
        options: what the configuration says of this kind of environment.
        programs: folders of ours whose programs the tool's command line starts.
        network: whether the service lets jobs have one.
        strict: whether the service hides everything from jobs that they do not need.
        private: a folder of the job's that no program of the commit's sees.
        evaluation: what is seen by a program that reads the commit for us, and is none of the commit's.
        top: the whole checkout, where the files of the request are those of a project in it.
        project: that project's folder; `.` for the whole.
        other: the same request by the commit whose files say what the environment is, where that is another.
        blobs: each file's path and the hash of its content.
        requirements: what the tool needs.
        tools: what all tools need that may share an environment with it.
        needs_project: whether the project's metadata and built modules must be importable.
        folders: cache folders by name.
        held: what is to be let go of when the job is over.
    """

    checkout: Path
    commit: str
    tree: str
    mirror: Path
    git_config: Path
    own: Path
    blobs: Mapping[str, str]
    layout: Layout
    requirements: tuple[str, ...]
    tools: tuple[str, ...]
    needs_project: bool
    folders: Mapping[str, Path]
    held: ExitStack
    options: Mapping[str, Any] = field(default_factory=dict)
    programs: tuple[Path, ...] = ()
    network: bool = True
    strict: bool = False
    private: Path = Path("/nonexistent")
    evaluation: Box | None = None
    top: Path | None = None
    project: str = "."
    other: "Request | None" = None

    @property
    def asking(self) -> "Request":
        """The request by the commit whose files say what the environment is."""
        return self if self.other is None else self.other

    @property
    def whole(self) -> Path:
        """The whole checkout."""
        return self.checkout if self.top is None else self.top


class Stream(Protocol):
    """How a job's programs are run; `process.stream` is how this machine does it."""

    def __call__(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        sink: process.Sink,
        timeout: float,
        interrupt: process.Interrupt | None = None,
        limits: Limits = process.NO_LIMITS,
    ) -> process.Ended:
        """Run a program to its end, its output going to `sink` as it comes.

        Raises:
            OSError: it could not be started.
        """


@dataclass(frozen=True)
class Prepared:
    """An environment, ready.

    Attributes:
        python: its interpreter.
        variables: what it adds to the job's.
        identity: what tells it apart.
        versions: of the Python packages that it has.
        sees: folders that its programs need to read, wherever they are.
        writes: folders that its programs have always been able to write.
        prefix: what comes before each command line.
        stream: how its programs are run.
        elsewhere: whether programs are to be found by it, and not on this machine.
        reports: where the tool's reports are written, if not in the job's own folder.
        over: what is to be done as soon as the tool has ended, before anything that it left is read.
        checked: tells, when the tool has ended, whether all of this was right; if not, the job is done again.
        untouched: whether nothing was put into the checkout for it, and nothing that sees that was run.
    """

    python: str
    variables: Mapping[str, str]
    identity: EnvironmentIdentity
    versions: Mapping[str, str] = field(default_factory=dict)
    sees: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    prefix: tuple[str, ...] = ()
    stream: Stream = process.stream
    elsewhere: bool = False
    reports: Path | None = None
    over: Callable[[], object] = lambda: None
    checked: Callable[[], bool] = lambda: True
    untouched: bool = False


class Runner(Protocol):
    """How an environment runs its long programs: logged, interruptible, and shown as the job's activity."""

    def activity(self, what: str) -> None:
        """Say what is being done; shown by `status`."""

    def write(self, data: bytes, /) -> None:
        """Put into the job's log what a program says that this machine does not run itself."""

    def run(
        self,
        argv: Sequence[str],
        *,
        cwd: Path,
        env: Mapping[str, str],
        timeout: float,
        name: str = "",
        trusted: bool = False,
        telling: Callable[[str], str] | None = None,
    ) -> bytes:
        """Run a program to its good end and return the last it said.

        Args:
            name: what an error calls it; the program's own name, if empty.
            trusted: whether nothing of the commit's is executed by it, so that no sandbox is needed around it.
            telling: what a line of its output says that it is doing, or an empty text; shown as the job's activity.

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

    def trouble(self) -> tuple[str, str]:
        """Why it cannot be had on this machine, and what would help; two empty texts where it can."""

    def forget(self, folder: Path) -> None:
        """Let go of what a prepared environment has outside of its folder, which is about to be removed."""

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
