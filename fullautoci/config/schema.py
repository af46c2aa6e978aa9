"""What `.fullautoci.yml` may say."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from fullautoci.config.environment import Environment, EnvironmentSection
from fullautoci.config.values import (
    BroughtPath,
    Command,
    Duration,
    InsidePath,
    Section,
    Text,
    VariableName,
    long_seconds,
    long_seconds_or_off,
)

FILE_NAME = ".fullautoci.yml"
BUILT_IN_TOOLS = ("pylint", "coverage")

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)\s*%")
_NAME = r"^[a-z][a-z0-9_-]{0,39}$"


def _share(value: Any) -> Any:
    """A share of one: `10%` or `0.1`."""
    if isinstance(value, str) and (match := _PERCENT.fullmatch(value.strip())):
        return float(match[1]) / 100
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("a share such as 10% or 0.1 is expected")  # noqa: TRY004 - what pydantic turns into its own
    return float(value)


def _ratchets(value: Any) -> Any:
    """A list; `off` for none at all."""
    if value is False or value == "off":
        return "off"
    return [value] if isinstance(value, dict) else value


class RatchetSection(Section):
    """How one metric is held; what is not said is as it is by default for that metric.

    Attributes:
        metric: its name, as `results` shows it.
        enabled: whether it is held at all.
        direction: which values are better.
        target: where it is good enough.
        tolerance: how much worse than the floor it may be.
        slack: how much worse beside that, as a share of what is left to go to the target.
        per: `file` to hold each file for itself.
    """

    metric: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_.-]{0,79}$")]
    enabled: bool = True
    direction: Literal["higher", "lower"] | None = None
    target: Annotated[float, Field(allow_inf_nan=False)] | None = None
    tolerance: Annotated[float, Field(ge=0, allow_inf_nan=False)] | None = None
    slack: Annotated[float, BeforeValidator(_share), Field(ge=0, le=1)] | None = None
    per: Literal["file"] | None = None


class ReportSection(Section):
    """The standard reports that a command writes, each with its path."""

    junit: InsidePath | None = None


class ToolSection(Section):
    """One tool: a built-in one, or any command.

    Attributes:
        enabled: whether it is run.
        paths: what it looks at; without any, what the files of the project suggest.
        args: further arguments.
        timeout: how long it may take.
        ratchet: how its metrics are held, by metric; `off` for none of them.
        cache: whether a result that is known may stand for a new one.
        reads: what its result hangs on: the files of the commit (`tree`), or the `commit` itself too; built-in tools
            read the tree, commands the commit.
        expires: how long a known result may stand for a new one, for a tool that reads the world.
        command: what is run, for a tool that is not built in.
        report: what that writes.
    """

    enabled: bool = True
    paths: tuple[InsidePath, ...] = ()
    args: tuple[Text, ...] = ()
    timeout: Duration = 600.0
    ratchet: Annotated[tuple[RatchetSection, ...] | Literal["off"], BeforeValidator(_ratchets)] = ()
    cache: bool = True
    reads: Literal["tree", "commit"] | None = None
    expires: Annotated[float, BeforeValidator(long_seconds)] | None = None
    command: tuple[Text, ...] | None = Field(default=None, min_length=1)
    report: ReportSection = ReportSection()


class BranchesSection(Section):
    """Which branches' commits are tested, by patterns in which `*` stands for anything, slashes included."""

    include: tuple[Text, ...] = Field(default=("*",), min_length=1)
    exclude: tuple[Text, ...] = ()


class PathsSection(Section):
    """Which files matter, by patterns in which `*` stands for anything, slashes included.

    A commit that changes no such file against its parents is skipped.
    """

    include: tuple[Text, ...] = Field(default=("*",), min_length=1)
    exclude: tuple[Text, ...] = ()


class FlakySection(Section):
    """What becomes of a test or metric that differed where nothing else did.

    Attributes:
        quarantine: how long after that its failing fails nothing; `off`: it goes on failing, and is but marked.
    """

    quarantine: Annotated[float | Literal["off"], BeforeValidator(long_seconds_or_off)] = 14 * 86400.0


Tools = dict[Annotated[str, Field(pattern=_NAME)], ToolSection]


class ProjectSection(Section):
    """One of several projects in a repository; what is not said is as for the repository.

    Attributes:
        path: its folder, in which its tools are run.
        reads: further folders that its results hang on. Where any is named, a commit that changes nothing in them or
            in its own folder has its results already.
        environment: what its tools are run in.
        env: further variables.
        setup: commands before its tools, in place of the repository's.
        tools: its tools; what is said here is said over the repository's.
    """

    path: InsidePath
    reads: tuple[InsidePath, ...] | None = None
    environment: Environment | None = None
    env: dict[VariableName, Text] = Field(default_factory=dict)
    setup: tuple[Command, ...] | None = None
    tools: Tools = Field(default_factory=dict)


class RepositoryFile(Section):
    """The whole file; everything in it is optional."""

    version: Literal[1] = 1
    environment: Environment = EnvironmentSection.model_validate({"auto": {}})
    branches: BranchesSection = BranchesSection()
    policy: Literal["every", "latest"] = "every"
    env: dict[VariableName, Text] = Field(default_factory=dict)
    secrets: tuple[VariableName, ...] = ()
    bring: tuple[BroughtPath, ...] = Field(default=(), max_length=50)
    setup: tuple[Command, ...] = ()
    paths: PathsSection = PathsSection()
    cache: bool = True
    flaky: FlakySection = FlakySection()
    tools: Tools = Field(default_factory=dict)
    projects: dict[Annotated[str, Field(pattern=_NAME)], ProjectSection] = Field(default_factory=dict, max_length=200)

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
