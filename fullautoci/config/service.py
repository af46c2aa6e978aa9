"""What the service's `config.yml` may say."""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, SecretStr

from fullautoci.config import document
from fullautoci.config.dashboard import DashboardSection
from fullautoci.config.document import Document
from fullautoci.config.load import validated
from fullautoci.config.schema import LAYER, RepositoryFile
from fullautoci.config.values import Duration, Form, Section, Size, VariableName, switch, switch_form, text
from fullautoci.masking import SHORTEST
from fullautoci.model import Limits, Sandbox

FILE_NAME = "config.yml"
DEFAULT_PORT = 8765
# What is shown in place of a secret.
MASK = "***"
# Sections of which the daemon takes notice when it starts; all else counts at once.
AT_START = ("workers", "scan_interval", "grace", "dashboard", "shared", "notify", "keep")


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


_SECRET_SCHEMA: dict[str, Any] = {"type": "string", "minLength": SHORTEST}
_FOLDER_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[~/]"}

Secrets = dict[
    VariableName, Annotated[SecretStr, BeforeValidator(_secret), Form("text", (_SECRET_SCHEMA,), lambda _: MASK)]
]

Folder = Annotated[Path, BeforeValidator(_folder), Form("absolute path", (_FOLDER_SCHEMA,), str)]
LoginName = Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.@+-]{0,63}$")]
UserName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{0,63}$")]

Days = Annotated[float, Field(ge=0.01, le=36500)]


class RepositorySection(Section):
    """What one watched repository is given.

    Attributes:
        secrets: its secrets' values, which count before those for every repository.
        override: what counts for it whatever its own file says; with the keys of a repository's file.
    """

    secrets: Secrets = Field(default_factory=dict)
    override: RepositoryFile = RepositoryFile()


class SharedSection(Section):
    """A second Unix socket, for other users of this machine; the kernel tells who they are.

    Attributes:
        path: where it is; in a folder that they may enter. Without it, there is none.
        users: which of them are which users here, by login name; whoever is not named is refused.
    """

    path: Folder | None = None
    users: dict[LoginName, UserName] = Field(default_factory=dict, max_length=10_000)


class NotifySection(Section):
    """Who is told of changes.

    Attributes:
        desktop: a notice on the desktop when a branch's outcome changes (notify-send, osascript).
    """

    desktop: bool = False


class WaiversSection(Section):
    """Who may let a metric be worse.

    Attributes:
        trailers: of whose commits the trailer `Fullautoci-Waive:` counts: the owner's `own`, `all`, or none (`off`).
    """

    trailers: Annotated[Literal["own", "all", "off"], BeforeValidator(switch), switch_form("own", "all", "off")] = "own"


class LimitsSection(Section):
    """What a job's programs may use.

    Attributes:
        processes: how many processes a job may have at once; beyond it, it is ended as *errored*.
        memory: the address space of each of a job's programs.
        file_size: the size of each file that they write.
    """

    processes: Annotated[int, Field(ge=10, le=1_000_000)] = 2000
    memory: Size | None = None
    file_size: Size | None = None


class _ModeForm:
    """A mapping, or its mode alone."""

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": ["auto", "on", "off"]}, {"type": "boolean"}, handler(core_schema)]}


class SandboxSection(Section):
    """What jobs see of this machine, where bubblewrap can keep them from the rest.

    Attributes:
        mode: `auto` hides the service's own folders and other checkouts where bubblewrap works; `on` hides everything
            that is not named, home and temporary folders too, and runs nothing where bubblewrap does not work; `off`
            hides nothing.
        network: whether jobs may have one; a repository's file can only ask for less.
        read: files and folders that jobs may read beside the system's programs, when `on`.
        write: files and folders that jobs may write beside their own.
    """

    mode: Annotated[Literal["auto", "on", "off"], BeforeValidator(switch), switch_form("auto", "on", "off")] = "auto"
    network: Annotated[Literal["on", "off"], BeforeValidator(switch), switch_form("on", "off")] = "on"
    read: tuple[Folder, ...] = Field(default=(), max_length=100)
    write: tuple[Folder, ...] = Field(default=(), max_length=100)


class KeepLogs(Section):
    """Jobs' logs.

    Attributes:
        days: after how many days a log goes that is not of a repository's newest runs.
        runs: how many of its newest runs that is.
        size: how large all logs together may be; the oldest beyond it go.
    """

    days: Days = 90.0
    runs: Annotated[int, Field(ge=1, le=1_000_000)] = 200
    size: Size = 2 * 1024**3


class KeepEnvironments(Section):
    """Prepared environments, and what is laid over them.

    Attributes:
        days: after how many days without use an environment goes.
        count: how many stay.
        size: how large all together may be.
    """

    days: Days = 30.0
    count: Annotated[int, Field(ge=1, le=100_000)] = 20
    size: Size = 10 * 1024**3


class KeepCheckouts(Section):
    """Checkouts, one a worker and repository.

    Attributes:
        days: after how many days without use a checkout goes.
        size: how large all together may be.
    """

    days: Days = 30.0
    size: Size = 10 * 1024**3


class KeepSection(Section):
    """How long what is kept in files is kept; results themselves are kept for ever.

    Attributes:
        logs: jobs' logs.
        environments: prepared environments.
        checkouts: checkouts.
    """

    logs: KeepLogs = KeepLogs()
    environments: KeepEnvironments = KeepEnvironments()
    checkouts: KeepCheckouts = KeepCheckouts()


class ServiceFile(Section):
    """The whole file; everything in it is optional.

    Attributes:
        workers: how many jobs run at once; without it, one a core.
        scan_interval: how long between two looks at every repository's branches.
        grace: how long running jobs have to end when the daemon stops.
        dashboard: the page, and the API beside it.
        shared: a second Unix socket, for other users of this machine.
        notify: who is told of changes.
        waivers: who may let a metric be worse.
        limits: what a job's programs may use.
        keep: how long logs, environments and checkouts are kept.
        sandbox: what jobs see of this machine; `auto`, `on` or `off`, or a mapping.
        secrets: secrets' values, for every repository whose configuration asks for them by name.
        defaults: what counts where a repository's file says nothing; with the keys of such a file.
        repositories: what single repositories are given, by the names that `fullautoci repo list` shows.
    """

    workers: Annotated[int, Field(ge=1, le=256)] | None = None
    scan_interval: Duration = 60.0
    grace: Duration = 5.0
    dashboard: DashboardSection = DashboardSection()
    shared: SharedSection = SharedSection()
    notify: NotifySection = NotifySection()
    waivers: WaiversSection = WaiversSection()
    limits: LimitsSection = LimitsSection()
    keep: KeepSection = KeepSection()
    sandbox: Annotated[SandboxSection, BeforeValidator(_mode), _ModeForm()] = SandboxSection()
    secrets: Secrets = Field(default_factory=dict)
    defaults: RepositoryFile = RepositoryFile()
    repositories: dict[str, RepositorySection] = Field(default_factory=dict)
    _document: Document | None = PrivateAttr(default=None)

    @property
    def document(self) -> Document | None:
        """The file that says all this, with places; None where there is none."""
        return self._document

    def read_from(self, read: Document | None) -> "ServiceFile":
        """The same, as said by a file."""
        self._document = read
        return self

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
    return parsed(path.read_bytes(), str(path)) if path.is_file() else ServiceFile()


def parsed(raw: bytes, name: str) -> ServiceFile:
    """What a service's file says.

    Raises:
        ConfigError: it is wrong; with line and column.
    """
    found = document.read(raw, name)
    return validated(ServiceFile, found, LAYER).read_from(found)
