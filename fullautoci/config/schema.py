"""What `.fullautoci.yml` may say."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from fullautoci.config.environment import Environment, EnvironmentSection
from fullautoci.config.values import BroughtPath, Command, Duration, InsidePath, Section, Text, VariableName

FILE_NAME = ".fullautoci.yml"
BUILT_IN_TOOLS = ("pylint", "coverage")

_NAME = r"^[a-z][a-z0-9_-]{0,39}$"


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
    environment: Environment = EnvironmentSection.model_validate({"auto": {}})
    branches: BranchesSection = BranchesSection()
    policy: Literal["every", "latest"] = "every"
    env: dict[VariableName, Text] = Field(default_factory=dict)
    secrets: tuple[VariableName, ...] = ()
    bring: tuple[BroughtPath, ...] = Field(default=(), max_length=50)
    setup: tuple[Command, ...] = ()
    tools: dict[Annotated[str, Field(pattern=_NAME)], ToolSection] = Field(default_factory=dict)

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
