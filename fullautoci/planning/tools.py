"""What is run for a commit: each project's tools, in each variant, and the rules that hold."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.ratchets import rules
from fullautoci.config.schema import RepositoryFile, ToolSection
from fullautoci.errors import ConfigError, UsageError
from fullautoci.layout import Layout, python_layout
from fullautoci.model import ToolPlan
from fullautoci.planning.projects import TOP, Project, files_of, projects
from fullautoci.tools import BUILT_IN

# How many jobs a commit may have.
PLAN_LIMIT = 2_000


@dataclass(frozen=True)
class Plans:
    """What is to be done for a commit.

    Attributes:
        tools: each tool's plan, with the reason why it is skipped or an empty string.
        policy: of every tool that is enabled, whether it is run or not: `tool`, `project`, `variant`, and its `rules`.
    """

    tools: tuple[tuple[ToolPlan, str], ...]
    policy: tuple[dict[str, Any], ...]


def plan(file: RepositoryFile, names: Iterable[str], only: tuple[str, ...]) -> Plans:
    """What is to be done for a commit with these files.

    Args:
        only: names of the tools that were asked for, in every project; empty: all that are enabled.

    Raises:
        UsageError: a tool that was asked for is not configured.
        ConfigError: there is more to do than any commit may ask for.
    """
    found = projects(file)
    known = dict.fromkeys(name for project in found for name in project.tools)
    unknown = [name for name in only if name not in known]
    if unknown:
        raise UsageError(f"there is no tool '{unknown[0]}' at this commit", f"there are: {', '.join(known)}")
    wanted = sum(
        len(list(variants(project.environment)))
        * sum(name in only or section.enabled for name, section in project.tools.items())
        for project in found
    )
    if wanted > PLAN_LIMIT:
        raise ConfigError(
            f"it asks for {wanted} jobs a commit; {PLAN_LIMIT} are the most there can be",
            "name fewer projects, tools or Python versions",
        )
    below = files_of([project.path for project in found], names)
    tools = [one for project in found for one in _of_project(file, project, below[project.path], only)]
    return Plans(tuple(tools), tuple(entry for project in found for entry in _policy(project)))


def must_do(file: RepositoryFile, names: Sequence[str], only: tuple[str, ...]) -> None:
    """Look whether each of these tools has something to do for a commit with these files.

    Raises:
        UsageError: one is not configured, or would be skipped.
        ConfigError: there is more to do than any commit may ask for.
    """
    reasons: dict[str, list[str]] = {}
    for made, why_not in plan(file, names, only).tools:
        reasons.setdefault(made.tool, []).append(why_not)
    for name, found in reasons.items():
        if all(found):
            busy = dict.fromkeys(made.tool for made, why_not in plan(file, names, ()).tools if not why_not)
            hint = f"these have: {', '.join(busy)}" if busy else "nor has any other tool"
            raise UsageError(f"'{name}' has nothing to do at this commit: {found[0]}", hint)


def plan_tools(file: RepositoryFile, names: Iterable[str], only: tuple[str, ...]) -> tuple[tuple[ToolPlan, str], ...]:
    """Each tool's plan, with the reason why it is skipped or an empty string; as `plan`."""
    return plan(file, names, only).tools


def variants(section: EnvironmentSection) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each variant's name, empty where there is but one, with what its environment is told."""
    pythons = section.pythons()
    for python in pythons or ("",):
        yield python if len(pythons) > 1 else "", {**section.options(), **({"python": python} if python else {})}


def _policy(project: Project) -> Iterator[dict[str, Any]]:
    for name, section in project.tools.items():
        if section.enabled:
            held = [asdict(rule) for rule in rules(name, section)]
            for variant, _ in variants(project.environment):
                yield {"tool": name, "project": project.path, "variant": variant, "rules": held}


def _of_project(
    file: RepositoryFile, project: Project, names: list[str], only: tuple[str, ...]
) -> Iterator[tuple[ToolPlan, str]]:
    layout = python_layout(names)
    missing = "" if names or project.path == TOP else f"there is no folder {project.path} at this commit"
    for name, section in project.tools.items():
        if (only and name not in only) or (not only and not section.enabled):
            continue
        tool = BUILT_IN.get(name)
        why_not = missing or (tool.why_not(layout) if tool else "")
        for variant, options in variants(project.environment):
            yield _plan(file, project, name, section, layout, variant, options), why_not


def _plan(
    file: RepositoryFile,
    project: Project,
    name: str,
    section: ToolSection,
    layout: Layout,
    variant: str,
    options: dict[str, Any],
) -> ToolPlan:
    tool = BUILT_IN.get(name)
    return ToolPlan(
        tool=name,
        paths=section.paths or (tool.default_paths(layout) if tool else ()),
        args=section.args,
        timeout=section.timeout,
        command=section.command or (),
        reports=section.report.model_dump(exclude_none=True),
        environment=project.environment.kind,
        options=options,
        variant=variant,
        env=project.env,
        setup=project.setup,
        secrets=file.secrets,
        bring=file.bring,
        project=project.path,
        said=bool(section.paths),
        reads=section.reads or ("commit" if section.command else "tree"),
        reads_paths=project.reads,
        cache=file.cache and section.cache,
        expires=section.expires,
    )
