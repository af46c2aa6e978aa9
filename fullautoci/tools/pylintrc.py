"""Where pylint looks for its configuration, as its `find_default_config_files` does, and what it says there."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from fullautoci.model import ToolPlan
from fullautoci.tools.configuration import NONE, Configuration, candidate, ini, inside, sections, toml, unread

OWN = ("pylintrc", "pylintrc.toml", ".pylintrc", ".pylintrc.toml")
PYPROJECT = "pyproject.toml"
SHARED = ("setup.cfg", "tox.ini")
OPTION = "--rcfile"
PACKAGE = "__init__.py"
COMMENTS = ("#", ";")


def files(plan: ToolPlan) -> tuple[str, ...]:
    """Every file that may have to do with it, relative to the repository's top, in the order in which pylint looks."""
    named = _named(plan)
    if named is not None:
        return tuple(inside(plan.project, named))
    here = [candidate(plan.project, name) for name in (*OWN, PYPROJECT, *SHARED)]
    above = [str(folder) for folder in PurePosixPath(plan.project).parents] if plan.project != "." else []
    further = [candidate(folder, name) for folder in above for name in (*OWN, PYPROJECT)]
    packages = [candidate(folder, PACKAGE) for folder in (plan.project, *above)]
    by_variable = inside(plan.project, plan.env.get("PYLINTRC", ""))
    return tuple(dict.fromkeys([*here, *further, *packages, *by_variable]))


def configuration(plan: ToolPlan, there: Mapping[str, bytes]) -> Configuration:
    """What pylint would go by where these files are.

    Args:
        there: the contents of those of `files` that exist.
    """
    return next((found for path in _tried(plan, there) if (found := _read(path, there[path], plan))), NONE)


def _tried(plan: ToolPlan, there: Mapping[str, bytes]) -> Iterator[str]:
    """The files that pylint looks at, one after another."""
    named = _named(plan)
    if named is not None:
        yield from (path for path in inside(plan.project, named) if path in there)
        return
    paths = [candidate(plan.project, name) for name in (*OWN, PYPROJECT, *SHARED)]
    folder = PurePosixPath(plan.project)
    while str(folder) != "." and candidate(str(folder), PACKAGE) in there:
        folder = folder.parent
        paths += [candidate(str(folder), name) for name in OWN]
    folders = [plan.project, *(map(str, PurePosixPath(plan.project).parents))]
    nearest = (path for one in folders if (path := candidate(one, PYPROJECT)) in there)
    paths += list(nearest)[:1]
    paths += inside(plan.project, plan.env.get("PYLINTRC", ""))
    yield from (path for path in paths if path in there)


def _read(path: str, raw: bytes, plan: ToolPlan) -> Configuration | None:
    """What a file says to pylint; None where it says nothing, so that pylint looks further."""
    name = PurePosixPath(path).name
    is_named = _named(plan) is not None
    if name.endswith(".toml"):
        values = toml(raw)
        if values is None:
            return unread(name, raw) if is_named else None
        tool = values.get("tool", {})
        own = tool.get("pylint") if isinstance(tool, dict) else None
        return Configuration(name, raw, own) if own is not None or is_named else None
    parser = ini(raw, COMMENTS)
    if name not in SHARED:
        return unread(name, raw) if parser is None else Configuration(name, raw, sections(parser, parser.sections()))
    if parser is None:
        return unread(name, raw) if is_named else None
    own_sections = [one for one in parser.sections() if one.startswith("pylint")]
    counts = is_named or any(one == "pylint" or one.startswith("pylint.") for one in own_sections)
    return Configuration(name, raw, sections(parser, own_sections)) if counts else None


def _named(plan: ToolPlan) -> str | None:
    """The file that the command line names; the last one counts."""
    found = None
    for number, word in enumerate(plan.args):
        if word.startswith(f"{OPTION}="):
            found = word.partition("=")[2]
        elif word == OPTION and number + 1 < len(plan.args):
            found = plan.args[number + 1]
    return found
