"""`pdm.lock`: https://pdm-project.org/en/latest/usage/lockfile/

Packages say to which groups they belong where it was made with the strategy `inherit_metadata`, PDM's default since
2.11; a project's extras are groups there, too. Whether it is out of date would take PDM's own digest of many settings.
"""

from collections.abc import Mapping
from typing import Any

from fullautoci.environments import pins, pyproject
from fullautoci.environments.choice import Choice, picked
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.locked import Locked
from fullautoci.errors import PreparationError

FILE = "pdm.lock"
ALWAYS = "default"


def read(
    found: Mapping[str, Any], project: Mapping[str, Any], choice: Choice, interpreter: Interpreter
) -> Locked | None:
    """What is wanted of it; None where it does not say which packages belong to which groups.

    Raises:
        PreparationError: it is not what PDM writes, or lacks what is asked for.
    """
    metadata = pyproject.table(found, "metadata", file=FILE)
    if "inherit_metadata" not in pyproject.texts(metadata, "strategy", FILE):
        return None
    pins.check_python(FILE, pyproject.text(metadata, "requires_python", FILE), interpreter.version)
    there = set(pyproject.texts(metadata, "groups", FILE)) - {ALWAYS}
    optional = set(pyproject.table(project, "project", "optional-dependencies")) & there
    extras = picked(choice.extras, optional, "extra", FILE)
    groups = picked(choice.groups, there - optional, "dependency group", FILE)
    wanted = {ALWAYS, *extras, *groups}
    lines: dict[str, str] = {}
    for package in pyproject.tables(found, "package", FILE):
        marker = pyproject.text(package, "marker", FILE)
        if not wanted & set(pyproject.texts(package, "groups", FILE)) or not pins.holds(
            FILE, marker, interpreter.markers
        ):
            continue
        name, line = pins.checked_name(FILE, pyproject.text(package, "name", FILE)), _line(package)
        if lines.setdefault(name, line) != line:  # with and without its extras it is there twice, and alike
            raise PreparationError(f"{FILE} has {name} in two versions for {interpreter.name}")
    return Locked(FILE, tuple(sorted(filter(None, lines.values()))), extras, groups)


def _line(package: Mapping[str, Any]) -> str:
    """A package as installers take it; empty where it is the repository's own."""
    name, version = pyproject.text(package, "name", FILE), pyproject.text(package, "version", FILE)
    hashes = [pyproject.text(file, "hash", FILE) for file in pyproject.tables(package, "files", FILE)]
    if "path" in package:
        pins.check_inside(FILE, name, pyproject.text(package, "path", FILE))
        return ""
    if "git" in package:
        url, revision = pyproject.text(package, "git", FILE), pyproject.text(package, "revision", FILE)
        return pins.git(FILE, name, url, revision, pyproject.text(package, "subdirectory", FILE))
    if "url" in package:
        return pins.direct(FILE, name, pyproject.text(package, "url", FILE), hashes)
    return pins.pin(FILE, name, version, hashes)
