"""The projects of a repository: each with what is said of it laid over what is said of all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.held import RatchetSection
from fullautoci.config.ratchets import DEFAULTS
from fullautoci.config.schema import BUILT_IN_TOOLS, ProjectSection, RepositoryFile, ToolSection

TOP = "."


@dataclass(frozen=True)
class Project:
    """What is run in one folder.

    Attributes:
        path: the folder; `.` for the repository's top.
        reads: of the tree only what is below these paths decides its results; empty: all of it.
        tools: by name, those that are built in first; also what is not enabled.
    """

    path: str
    environment: EnvironmentSection
    env: Mapping[str, str]
    setup: tuple[tuple[str, ...], ...]
    reads: tuple[str, ...]
    tools: Mapping[str, ToolSection]


def projects(file: RepositoryFile) -> list[Project]:
    """The repository as one project; or the projects that it names, and then the top only if it is one of them."""
    tools = {name: ToolSection() for name in BUILT_IN_TOOLS} | file.tools
    if not file.projects:
        return [Project(TOP, file.environment, file.env, file.setup, (), tools)]
    return [_project(file, tools, own) for own in file.projects.values()]


def _project(file: RepositoryFile, tools: Mapping[str, ToolSection], own: ProjectSection) -> Project:
    reads = () if own.reads is None or TOP in (own.path, *own.reads) else tuple(dict.fromkeys((own.path, *own.reads)))
    return Project(
        path=own.path,
        environment=own.environment or file.environment,
        env={**file.env, **own.env},
        setup=file.setup if own.setup is None else own.setup,
        reads=reads,
        tools={**tools, **{name: _over(name, tools.get(name), section) for name, section in own.tools.items()}},
    )


def _over(name: str, base: ToolSection | None, own: ToolSection) -> ToolSection:
    """A tool's section over another: what it says takes the other's place; ratchets do so metric by metric."""
    if base is None:
        return own
    said = {field: getattr(own, field) for field in own.model_fields_set}
    if "report" in said:
        said["report"] = base.report.model_copy(
            update={field: getattr(own.report, field) for field in own.report.model_fields_set}
        )
    if own.ratchet != "off" and "ratchet" in said:
        said["ratchet"] = _held(_off(name, own.ratchet) if base.ratchet == "off" else base.ratchet, own.ratchet)
    return base.model_copy(update=said)


def _off(name: str, but: Iterable[RatchetSection]) -> tuple[RatchetSection, ...]:
    """What says of the metrics that are held by default that they are not, but for some."""
    others = {(one.metric, one.per or "") for one in but}
    return tuple(
        RatchetSection(metric=rule.metric, enabled=False, per="file" if rule.per else None)
        for rule in DEFAULTS.get(name, ())
        if (rule.metric, rule.per) not in others
    )


def _held(base: Iterable[RatchetSection], own: Iterable[RatchetSection]) -> tuple[RatchetSection, ...]:
    found = {(one.metric, one.per): one for one in base}
    for one in own:
        under = found.get((one.metric, one.per))
        said = {field: getattr(one, field) for field in one.model_fields_set}
        found[one.metric, one.per] = under.model_copy(update=said) if under else one
    return tuple(found.values())


def files_of(paths: Sequence[str], names: Iterable[str]) -> dict[str, list[str]]:
    """For each of these folders the files below it, relative to it."""
    found: dict[str, list[str]] = {path: [] for path in paths}
    deepest = max((path.count("/") + 1 for path in paths), default=0)
    for name in names:
        if TOP in found:
            found[TOP].append(name)
        end = -1
        for _ in range(deepest):
            end = name.find("/", end + 1)
            if end < 0:
                break
            if (inside := found.get(name[:end])) is not None:
                inside.append(name[end + 1 :])
    return found
