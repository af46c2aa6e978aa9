"""What a commit's run will do, and why: said before it is done."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING

from fullautoci.cli.here import Here, vcs
from fullautoci.errors import ConfigError, FullAutoCIError
from fullautoci.text import counted, one_line

if TYPE_CHECKING:
    from fullautoci.config.layers import Effective

# Files at the top that say what is installed for the tests.
ASKING = ("pyproject.toml", "setup.cfg", "setup.py", "requirements.txt")


def forecast(here: Here, sha: str) -> list[str]:
    """A line a tool, and one for the environment; what is wrong with what is configured for the commit, if anything is.

    Args:
        here: in the repository.
    """
    from fullautoci.cli.configured import of_commit
    from fullautoci.layout import FILE_LIMIT
    from fullautoci.planning.tools import plan_tools

    try:
        names = list(islice(vcs().files(here.location().git_dir, sha), FILE_LIMIT))
        found = of_commit(here, sha)
        plans = plan_tools(found.file, names, ())
    except ConfigError as error:
        return [f"its configuration is wrong: {error.message}", *([error.hint] if error.hint else [])]
    except FullAutoCIError as error:
        return [f"what it will run cannot be told: {error.message}"]
    file = found.file
    lines = [f"each commit's tools, {_source(found, names)}"]
    for plan, why_not in plans:
        name = plan.tool if plan.project == "." else one_line(f"{plan.tool} in {plan.project}", 80)
        if why_not:
            lines.append(f"  {name}: skipped, {why_not}")
        else:
            lines.append(f"  {name}: {_what(plan.tool, plan.command, plan.paths)}")
    lines.append(f"  environment: {_environment(file.environment.kind, names)}")
    if file.setup:
        lines.append(one_line(f"  before each tool: {'; '.join(' '.join(command) for command in file.setup)}", 120))
    for path in file.bring:
        lines.append(one_line(f"  it asks for the untracked {path}: 'fullautoci bring allow {path}' lets it", 200))
    return lines


def _source(found: "Effective", names: list[str]) -> str:
    """Who says what will be run."""
    from fullautoci.config.schema import FILE_NAME

    said = {origin.source for origin in found.origins.values()}
    words = {FILE_NAME: FILE_NAME, "config.yml": "the service's config.yml", "database": "'fullautoci config'"}
    told = [word for source, word in words.items() if source in said]
    if not told:
        return "by default" if FILE_NAME in names else f"by default: there is no {FILE_NAME}"
    *others, last = told
    return f"as {', '.join(others)} and {last} say" if others else f"as {last} says"


def _what(tool: str, command: tuple[str, ...], paths: tuple[str, ...]) -> str:
    if command:
        return one_line(" ".join(command), 100)
    if tool == "coverage":
        return "runs the tests, and measures which lines and branches they reach"
    return one_line(f"looks at {', '.join(paths[:5])}{' …' if len(paths) > 5 else ''}", 100)


def _environment(kind: str, names: list[str]) -> str:
    from fullautoci.environments import resolved

    kind = resolved(kind, names)
    if kind == "nix":
        return "nix: the development shell; the first takes a moment to resolve, then it is kept"
    if kind == "docker":
        return "docker: a container for each job, without a network unless the file asks for one"
    if kind == "host":
        return "host: the tools of this machine's python3, as they are"
    asking = list(_asking(names))
    ask = "asks" if len(asking) == 1 else "ask"
    holds = f"of what {', '.join(asking)} {ask} for" if asking else "of the tools alone"
    return f"venv: a virtual environment {holds}; the first takes a moment to build, then it is kept"


def _asking(names: list[str]) -> Iterator[str]:
    from fullautoci.environments.choice import TEST_NAMES
    from fullautoci.environments.lockfiles import READERS
    from fullautoci.environments.requirements import FILES

    yield from (name for name in (*READERS, *ASKING) if name in names)
    further = [path for name in TEST_NAMES for pattern in FILES if (path := pattern.format(name=name)) in names]
    if further:
        yield further[0] if len(further) == 1 else counted(len(further), "further requirements file")
