"""Where coverage.py looks for its configuration, as its `config_files_to_try` does, and what it says there."""

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from packaging.version import InvalidVersion, Version

from fullautoci.model import ToolPlan
from fullautoci.tools import toml as writer
from fullautoci.tools.configuration import NONE, Configuration, candidate, ini, inside, only, sections, toml, unread

INI, TOML = ".coveragerc", ".coveragerc.toml"
SHARED = ("setup.cfg", "tox.ini", "pyproject.toml")
PREFIX = "coverage:"
SECTIONS = ("run", "report", "html", "xml", "json", "lcov", "paths")
# The first that knows the TOML file of its own (https://coverage.readthedocs.io/en/latest/changes.html).
OWN_TOML = Version("7.13.0")
VARIABLE = "COVERAGE_RCFILE"


def files(plan: ToolPlan) -> tuple[str, ...]:
    """The files that it may be in, relative to the repository's top, in the order in which coverage looks."""
    if plan.env.get(VARIABLE):
        return tuple(inside(plan.project, plan.env[VARIABLE]))
    return tuple(candidate(plan.project, name) for name in (INI, TOML, *SHARED))


def configuration(plan: ToolPlan, there: Mapping[str, bytes], version: str) -> Configuration:
    """What coverage would go by where these files are.

    Args:
        there: the contents of those of `files` that exist.
        version: coverage's; an empty text where it is not known.
    """
    is_named = bool(plan.env.get(VARIABLE))
    for path in files(plan):
        name = PurePosixPath(path).name
        if path not in there or (name == TOML and not is_named and not _knows_toml(version)):
            continue
        is_own = is_named or name in (INI, TOML)
        found = _of_toml(name, there[path], is_own) if name.endswith(".toml") else _of_ini(name, there[path], is_own)
        if found is not None:
            return found
    return NONE


def _knows_toml(version: str) -> bool:
    try:
        return Version(version) >= OWN_TOML
    except InvalidVersion:
        return True


def _of_ini(name: str, raw: bytes, is_own: bool) -> Configuration | None:
    parser = ini(raw)
    if parser is None:
        return unread(name, raw)
    if is_own:
        return Configuration(name, raw, sections(parser, parser.sections()))
    own = [one for one in parser.sections() if _is_own(one)]
    if not any(one.removeprefix(PREFIX) in SECTIONS and parser.items(one) for one in own):
        return None
    said = sections(parser, own)
    # Named by itself, a shared file would be read in full: `[run]` is coverage's then, whoever wrote it.
    return Configuration(name, only(parser, _is_own), said)


def _is_own(section: str) -> bool:
    return section.startswith(PREFIX)


def _of_toml(name: str, raw: bytes, is_own: bool) -> Configuration | None:
    values = toml(raw)
    if values is None:
        return unread(name, raw)
    if is_own:
        return Configuration(name, raw, values)
    tool = values.get("tool", {})
    own: Any = tool.get("coverage") if isinstance(tool, dict) else None
    if not isinstance(own, dict) or not any(own.get(one) for one in SECTIONS):
        return None
    return Configuration(name, writer.written({"tool": {"coverage": own}}), own)
