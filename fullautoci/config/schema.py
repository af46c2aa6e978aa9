"""What `.fullautoci.yml` may say."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from fullautoci.config.environment import Environment, EnvironmentSection
from fullautoci.config.held import Ratchet
from fullautoci.config.values import (
    LONG_DURATION_SCHEMAS,
    OFF_SCHEMAS,
    BroughtPath,
    Command,
    Duration,
    Form,
    InsidePath,
    LongDuration,
    ProjectPath,
    Section,
    Text,
    VariableName,
    long_seconds_or_off,
    written_duration,
)

FILE_NAME = ".fullautoci.yml"
BUILT_IN_TOOLS = ("pylint", "coverage")
# Validation of one layer: what it does not say, another may.
LAYER = {"layer": True}

_NAME = r"^[a-z][a-z0-9_-]{0,39}$"


class ReportSection(Section):
    """The standard reports that a command writes, each with its path.

    Attributes:
        junit: the path of the JUnit XML that the command writes; without it, its exit status is all that counts.
    """

    junit: InsidePath | None = None


class ToolSection(Section):
    """One tool: a built-in one, or any command.

    Attributes:
        enabled: whether the tool is run.
        paths: what it looks at, below the repository's top; without any, what the files suggest: for pylint the
            packages, for coverage what pytest or unittest find.
        args: arguments that are added to its command line.
        timeout: how long it may take, up to a day.
        ratchet: how its metrics are held, by metric, `off` for none of them; what is not said is as built in: of pylint
            `score` and `suppressions`, of coverage `percent_lines` and `suppressions`.
        cache: whether a result that is known may stand for a new one.
        reads: what its result hangs on: the files of the commit (`tree`), or the `commit` itself too; built-in tools
            read the tree, commands the commit.
        expires: how long a known result may stand for a new one, for a tool that reads the world.
        command: what is run, a word each, for a tool that is not built in.
        report: what that writes.
    """

    enabled: bool = True
    paths: tuple[InsidePath, ...] = ()
    args: tuple[Text, ...] = ()
    timeout: Duration = 600.0
    ratchet: Ratchet = ()
    cache: bool = True
    reads: Literal["tree", "commit"] | None = None
    expires: LongDuration | None = None
    command: tuple[Text, ...] | None = Field(default=None, min_length=1)
    report: ReportSection = ReportSection()


class BranchesSection(Section):
    """Which branches' commits are tested, by patterns in which `*` stands for anything, slashes included.

    Attributes:
        include: patterns of the branches whose commits are tested.
        exclude: patterns of those among them whose commits are not.
    """

    include: tuple[Text, ...] = Field(default=("*",), min_length=1)
    exclude: tuple[Text, ...] = ()


class PathsSection(Section):
    """Which files matter, by patterns in which `*` stands for anything, slashes included.

    A commit that changes no such file against its parents is skipped.

    Attributes:
        include: patterns of the files that matter: a commit that changes none of them is skipped.
        exclude: patterns of those among them that do not matter.
    """

    include: tuple[Text, ...] = Field(default=("*",), min_length=1)
    exclude: tuple[Text, ...] = ()


class FlakySection(Section):
    """What becomes of a test or metric that differed where nothing else did.

    Attributes:
        quarantine: how long the failing of a test fails nothing after it differed though nothing else did; `off`:
            it goes on failing, and is but marked.
    """

    quarantine: Annotated[
        float | Literal["off"],
        BeforeValidator(long_seconds_or_off),
        Form("duration, or `off`", (*LONG_DURATION_SCHEMAS, *OFF_SCHEMAS), written_duration),
    ] = 14 * 86400.0


Tools = dict[Annotated[str, Field(pattern=_NAME)], ToolSection]


class ProjectSection(Section):
    """One of several projects in a repository; what is not said is as for the repository.

    Attributes:
        path: its folder, in which its tools are run; every project has one, and `.` is the top.
        reads: further folders that its results hang on. Where any is named, a commit that changes nothing in them or
            in its own folder has its results already.
        environment: what its tools are run in, in place of the repository's.
        env: further variables for its jobs.
        setup: commands that are run before each of its tools, in place of the repository's.
        tools: its tools; what is said here is said over the repository's.
    """

    path: ProjectPath = ""
    reads: tuple[InsidePath, ...] | None = None
    environment: Environment | None = None
    env: dict[VariableName, Text] = Field(default_factory=dict)
    setup: tuple[Command, ...] | None = None
    tools: Tools = Field(default_factory=dict)


class RepositoryFile(Section):
    """The whole file; everything in it is optional.

    Attributes:
        version: the file's format.
        environment: what tools are run in: a kind's name, or a mapping from it to what it is told.
        branches: which branches' commits are tested.
        policy: `every` commit of a branch is tested, or the `latest` alone: what waits when a newer one comes is
            *superseded*.
        env: variables for every job.
        secrets: names of variables whose values the service's `config.yml` has, such as `[DATABASE_URL]`.
        bring: untracked files of the working copy that jobs need, such as `[.env.test]`.
        setup: commands that are run before each tool, each a list of words, such as `[[make, assets]]`.
        paths: which files matter.
        cache: whether results that are known may stand for new ones, of any tool.
        flaky: what becomes of tests that pass or fail by chance.
        tools: by name: `pylint` and `coverage`, which are built in, and commands of one's own.
        projects: by name: folders that are tested each for itself; the top is one only if it is named, as `.`. Paths of
            a project's tools are relative to its folder.
    """

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
    def _whole(self, info: ValidationInfo) -> "RepositoryFile":
        """What no single key can be wrong in; of one layer only what no other can put right."""
        _commands(self.tools, self.tools, ["tools"], info)
        for name, project in self.projects.items():
            _commands(project.tools, self.tools, ["projects", name, "tools"], info)
        if not (info.context or {}).get("layer"):
            _secrets(self)
            _paths(self)
        return self


def _wrong(problem: str, *place: str | int) -> PydanticCustomError:
    """An error at a place of its own."""
    return PydanticCustomError("said", "{problem}", {"problem": problem, "place": list(place)})


def _commands(tools: Tools, above: Tools, place: list[str], info: ValidationInfo) -> None:
    """A tool is built in, or has a command, which a project's may have from above."""
    layer = (info.context or {}).get("layer")
    for name, tool in tools.items():
        if name in BUILT_IN_TOOLS and tool.command is not None:
            raise _wrong("it is built in and takes no command", *place, name)
        known = tool.command or (above[name].command if name in above else None)
        if name not in BUILT_IN_TOOLS and known is None and not layer:
            there = ", ".join(BUILT_IN_TOOLS)
            raise _wrong(f"it is not built in ({there} are) and has no command", *place, name)


def _secrets(file: RepositoryFile) -> None:
    for index, name in enumerate(file.secrets):
        if name in file.env:
            raise _wrong("it is in 'env' too; a secret's value is not the commit's", "secrets", index)


def _paths(file: RepositoryFile) -> None:
    """Each project has a folder of its own; one may lie in another's."""
    known: dict[str, str] = {}
    for name, project in file.projects.items():
        if not project.path:
            raise _wrong("a project has a 'path', the folder in which its tools are run", "projects", name)
        if project.path in known:
            raise _wrong(f"the project '{known[project.path]}' has this path too", "projects", name, "path")
        known[project.path] = name
