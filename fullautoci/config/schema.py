"""What `.fullautoci.yml` may say."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

FILE_NAME = ".fullautoci.yml"
BUILT_IN_TOOLS = ("pylint", "coverage")

_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h)?")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT])?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_NAME = r"^[a-z][a-z0-9_-]{0,39}$"


def seconds(value: Any) -> float:
    """A duration: `90`, `90s`, `10m`, `1.5h`; between one second and a day.

    Raises:
        ValueError: it is none.
    """
    match = _DURATION.fullmatch(str(value).strip()) if isinstance(value, str | int | float) else None
    if match is None or isinstance(value, bool):
        raise ValueError("a duration such as 90s, 10m or 1h is expected")
    found = float(match[1]) * _UNITS[match[2] or "s"]
    if not 1 <= found <= 86400:
        raise ValueError("a duration between 1s and 24h is expected")
    return found


def size(value: Any) -> int:
    """A number of bytes: `4096`, `500M`, `2G`, in units of 1024; at least 1 MiB.

    Raises:
        ValueError: it is none.
    """
    match = _SIZE.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if match is None or isinstance(value, bool):
        raise ValueError("a size such as 500M or 2G is expected")
    found = int(float(match[1]) * 1024 ** " KMGT".index(match[2] or " "))
    if found < 1024 * 1024:
        raise ValueError("a size of at least 1M is expected")
    return found


def _inside(value: Any) -> str:
    path = PurePosixPath(value) if isinstance(value, str) else PurePosixPath("/")
    if path.is_absolute() or ".." in path.parts or str(value).startswith("-") or "\0" in str(value):
        raise ValueError("a path below the repository's top is expected")
    return str(value)


def brought_path(value: Any) -> str:
    """The path of a file below the working copy's top, written in one way.

    Raises:
        ValueError: it is none, or is git's own.
    """
    path = PurePosixPath(text(_inside(value)))
    if not path.parts or any(part.lower() == ".git" for part in path.parts) or len(str(path)) > 1000:
        raise ValueError("a file below the repository's top is expected")
    return str(path)


def text(value: Any) -> str:
    """What can be a variable's value or a program's argument; a number too, as it is written.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("text is expected; put it in quotes")  # noqa: TRY004 - what pydantic turns into its own
    if "\0" in str(value) or any("\ud800" <= character <= "\udfff" for character in str(value)):
        raise ValueError("text is expected that every program can be given")
    return str(value)


def _command(value: Any) -> Any:
    if not isinstance(value, list) or value[:1] in ([], [""]):
        raise ValueError("a list of commands is expected, each a list of words: [[make, assets]]")
    return value


Duration = Annotated[float, BeforeValidator(seconds)]
Size = Annotated[int, BeforeValidator(size)]
InsidePath = Annotated[str, BeforeValidator(_inside)]
Text = Annotated[str, BeforeValidator(text)]
BroughtPath = Annotated[str, BeforeValidator(brought_path)]
Command = Annotated[tuple[Text, ...], BeforeValidator(_command)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class Section(BaseModel):
    """A part of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ReportSection(Section):
    """The standard reports that a command writes, each with its path."""

    junit: InsidePath | None = None


class ToolSection(Section):
    """One tool: a built-in one, or any command."""

    enabled: bool = True
    paths: tuple[InsidePath, ...] = ()
    args: tuple[Text, ...] = ()
    timeout: Duration = 600.0
    command: tuple[Text, ...] | None = Field(default=None, min_length=1)
    report: ReportSection = ReportSection()


class BranchesSection(Section):
    """Which branches' commits are tested, by patterns in which `*` stands for anything, slashes included."""

    include: tuple[Text, ...] = Field(default=("*",), min_length=1)
    exclude: tuple[Text, ...] = ()


class RepositoryFile(Section):
    """The whole file; everything in it is optional."""

    version: Literal[1] = 1
    environment: Literal["auto", "venv", "host"] = "auto"
    branches: BranchesSection = BranchesSection()
    policy: Literal["every", "latest"] = "every"
    env: dict[VariableName, Text] = {}
    secrets: tuple[VariableName, ...] = ()
    bring: tuple[BroughtPath, ...] = Field(default=(), max_length=50)
    setup: tuple[Command, ...] = ()
    tools: dict[Annotated[str, Field(pattern=_NAME)], ToolSection] = {}

    @model_validator(mode="after")
    def _secrets(self) -> "RepositoryFile":
        for index, name in enumerate(self.secrets):
            if name in self.env:
                raise PydanticCustomError(
                    "secret", "it is in 'env' too; a secret's value is not the commit's", {"place": ["secrets", index]}
                )
        return self

    @model_validator(mode="after")
    def _commands(self) -> "RepositoryFile":
        for name, tool in self.tools.items():
            place = {"place": ["tools", name]}
            if name in BUILT_IN_TOOLS and tool.command is not None:
                raise PydanticCustomError("command", "it is built in and takes no command", place)
            if name not in BUILT_IN_TOOLS and tool.command is None:
                there = ", ".join(BUILT_IN_TOOLS)
                raise PydanticCustomError("command", f"it is not built in ({there} are) and has no command", place)
        return self
