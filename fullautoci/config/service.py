"""What the service's `config.yml` may say."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr

from fullautoci.config.load import parse_as
from fullautoci.config.values import Duration, Section, Size, VariableName, switch, text
from fullautoci.masking import SHORTEST
from fullautoci.model import Limits, Sandbox

FILE_NAME = "config.yml"
DEFAULT_PORT = 8765


def _secret(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError("text is expected; put it in quotes")  # noqa: TRY004 - what pydantic turns into its own
    if len(value) < SHORTEST:
        raise ValueError(f"a secret of fewer than {SHORTEST} characters cannot be kept out of logs")
    return text(value)


def _mode(value: Any) -> Any:
    return {"mode": switch(value)} if isinstance(value, str | bool) else value


def _folder(value: Any) -> Path:
    path = Path(value).expanduser() if isinstance(value, str) and "\0" not in value else Path()
    if not path.is_absolute() or ".." in path.parts or path == Path("/"):
        raise ValueError("an absolute path of a folder or file is expected")
    return path


Secrets = dict[VariableName, Annotated[SecretStr, BeforeValidator(_secret)]]

Days = Annotated[float, Field(ge=0.01, le=36500)]


class RepositorySection(Section):
    """What one watched repository is given."""

    secrets: Secrets = Field(default_factory=dict)


class DashboardSection(Section):
    """The page: its port on the loopback interface; without one, 8765 or any that is free."""

    port: Annotated[int, Field(ge=1, le=65535)] | None = None


class NotifySection(Section):
    """Who is told of changes: `desktop` shows a notice when a branch's outcome changes."""

    desktop: bool = False


class LimitsSection(Section):
    """What a job's programs may use; `memory` and `file_size` are of each program and file."""

    processes: Annotated[int, Field(ge=10, le=1_000_000)] = 2000
    memory: Size | None = None
    file_size: Size | None = None


Folder = Annotated[Path, BeforeValidator(_folder)]


class SandboxSection(Section):
    """What jobs see of this machine, where bubblewrap can keep them from the rest.

    Attributes:
        mode: `auto` hides the service's own folders and other checkouts where bubblewrap works; `on` hides everything
            that is not named, home and temporary folders too, and runs nothing where bubblewrap does not work; `off`
            hides nothing.
        network: whether jobs may have one; a repository's file can only ask for less.
        read: what they may read beside the system's programs, when `on`.
        write: what they may write beside their own folders.
    """

    mode: Annotated[Literal["auto", "on", "off"], BeforeValidator(switch)] = "auto"
    network: Annotated[Literal["on", "off"], BeforeValidator(switch)] = "on"
    read: tuple[Folder, ...] = Field(default=(), max_length=100)
    write: tuple[Folder, ...] = Field(default=(), max_length=100)


class KeepLogs(Section):
    """Jobs' logs: what is older than `days`, and not of a repository's newest `runs`, goes; and what exceeds `size`."""

    days: Days = 90.0
    runs: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    size: Size = 2 * 1024**3


class KeepEnvironments(Section):
    """Prepared environments, and what is laid over them."""

    days: Days = 30.0
    count: Annotated[int, Field(ge=1, le=100_000)] = 20
    size: Size = 10 * 1024**3


class KeepCheckouts(Section):
    """Checkouts, one a worker and repository."""

    days: Days = 30.0
    size: Size = 10 * 1024**3


class KeepSection(Section):
    """How long what is kept in files is kept; results themselves are kept for ever."""

    logs: KeepLogs = KeepLogs()
    environments: KeepEnvironments = KeepEnvironments()
    checkouts: KeepCheckouts = KeepCheckouts()


class ServiceFile(Section):
    """The whole file; everything in it is optional.

    Attributes:
        workers: how many jobs run at once; without it, one a core.
        scan_interval: seconds between two looks at every repository's refs.
        grace: seconds that running jobs have when the daemon stops.
        limits: what a job's programs may use.
        keep: how long logs, environments and checkouts are kept.
        sandbox: what jobs see of this machine; `auto`, `on` or `off`, or a mapping.
        secrets: values by name, for every repository whose configuration asks for them.
        repositories: what single repositories are given, by their names.
    """

    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    scan_interval: Duration = 60.0
    grace: Duration = 5.0
    dashboard: DashboardSection = DashboardSection()
    notify: NotifySection = NotifySection()
    limits: LimitsSection = LimitsSection()
    keep: KeepSection = KeepSection()
    sandbox: Annotated[SandboxSection, BeforeValidator(_mode)] = SandboxSection()
    secrets: Secrets = Field(default_factory=dict)
    repositories: dict[str, RepositorySection] = Field(default_factory=dict)

    def secrets_of(self, repository: str) -> dict[str, str]:
        """The secrets of a repository: its own before everybody's."""
        own = self.repositories.get(repository, RepositorySection()).secrets
        return {name: value.get_secret_value() for name, value in {**self.secrets, **own}.items()}

    def job_limits(self) -> Limits:
        """What every job's programs may use."""
        own = self.limits
        return Limits(own.processes, own.memory, own.file_size, self.sandbox.mode != "off")

    def job_sandbox(self, hidden: tuple[Path, ...]) -> Sandbox:
        """What every job sees; our own folders are `hidden`."""
        own = self.sandbox
        return Sandbox(own.mode, own.network == "on", own.read, own.write, hidden)

    def has_secrets(self) -> bool:
        """Whether any value stands in the file."""
        return bool(self.secrets) or any(one.secrets for one in self.repositories.values())


def exposed(folder: Path) -> bool:
    """Whether others than the owner may look at the file."""
    path = folder / FILE_NAME
    return path.is_file() and bool(path.stat().st_mode & 0o077)


def read(folder: Path) -> ServiceFile:
    """The service's configuration; the defaults where there is no file.

    Raises:
        ConfigError: the file is wrong.
    """
    path = folder / FILE_NAME
    return parse_as(ServiceFile, path.read_bytes(), str(path)) if path.is_file() else ServiceFile()
