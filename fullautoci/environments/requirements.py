"""What a project asks to be installed for its tests, read from the files in which projects say so."""

import configparser
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from fullautoci.environments import pyproject
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

TEST_NAMES = ("test", "tests", "testing", "dev", "development")
FILES = (
    "{name}-requirements.txt", "requirements-{name}.txt", "requirements_{name}.txt",
    "requirements/{name}.txt", "{name}/requirements.txt",
)  # fmt: skip
INCLUDE_DEPTH = 5
FILE_COUNT_LIMIT = 100

_INCLUDE = re.compile(r"^(?:-r|--requirement)[ =]?(.+)$")
_CONSTRAINT = re.compile(r"^(?:-c|--constraint)[ =]?(.+)$")
_LOCAL = re.compile(r"^(?:-e|--editable)\b|^\.(?:$|[/\[])|^file:")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HASH = re.compile(r"\s+--hash[= ]\S+")


@dataclass(frozen=True)
class Wanted:
    """What a project asks for.

    Attributes:
        lines: requirements as pip and uv take them, sorted, without repetition.
        constraints: the same for versions that count only where something asks for the package.
        dynamic: files from which only a build can tell the rest (`setup.py`), relative to the checkout.
    """

    lines: tuple[str, ...]
    constraints: tuple[str, ...]
    dynamic: tuple[str, ...]


def wanted(checkout: Path) -> Wanted:
    """What the project in a checkout asks for: its dependencies, and those of its tests.

    Of the names that extras, groups and files have for test requirements, the first that exists counts.

    Raises:
        PreparationError: a file that says so cannot be read.
    """
    found = pyproject.read(checkout)
    project = pyproject.table(found, "project")
    lines = pyproject.texts(project, "dependencies")
    lines += _first(pyproject.table(project, "optional-dependencies"))
    lines += _group(pyproject.table(found, "dependency-groups"))
    gathered = _Gathered(lines, [], [])
    _setup_cfg(checkout, gathered)
    for path in _requirement_files(checkout):
        _file(checkout, path, gathered)
    dynamic = "dependencies" in pyproject.texts(project, "dynamic") or not project
    build = tuple(name for name in ("setup.py",) if dynamic and (checkout / name).is_file())
    return Wanted(tuple(sorted(set(gathered.lines))), tuple(sorted(set(gathered.constraints))), build)


@dataclass(frozen=True)
class _Gathered:
    lines: list[str]
    constraints: list[str]
    files: list[str]


def names(lines: tuple[str, ...]) -> set[str]:
    """The canonical names of the packages that requirement lines ask for."""
    found = set()
    for line in lines:
        try:
            found.add(str(canonicalize_name(Requirement(line).name)))
        except InvalidRequirement:
            continue
    return found


def _first(extras: Mapping[str, Any]) -> list[str]:
    return next((pyproject.texts(extras, name) for name in TEST_NAMES if name in extras), [])


def _group(groups: Mapping[str, Any]) -> list[str]:
    name = next((name for name in TEST_NAMES if name in groups), None)
    if name is None:
        return []
    try:
        return list(resolve_dependency_groups(groups, name))
    except Exception as error:
        words = one_line(str(error))
        raise PreparationError(f"pyproject.toml: the dependency group '{name}' cannot be read: {words}") from error


def _setup_cfg(checkout: Path, gathered: _Gathered) -> None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(pyproject.read_text(checkout, "setup.cfg"))
    except configparser.Error as error:
        raise PreparationError(f"setup.cfg: {one_line(str(error))}") from error
    values = [parser.get("options", "install_requires", fallback="")]
    extra = next((name for name in TEST_NAMES if parser.has_option("options.extras_require", name)), None)
    if extra is not None:
        values.append(parser.get("options.extras_require", extra))
    for value in values:
        if value.strip().startswith("file:"):
            for path in value.strip().removeprefix("file:").split(","):
                _file(checkout, path.strip(), gathered)
        else:
            gathered.lines.extend(line for raw in value.splitlines() if (line := _COMMENT.sub("", raw).strip()))


def _requirement_files(checkout: Path) -> Iterator[str]:
    if (checkout / "requirements.txt").is_file():
        yield "requirements.txt"
    for name in TEST_NAMES:
        found = [pattern.format(name=name) for pattern in FILES]
        existing = [path for path in found if (checkout / path).is_file()]
        if existing:
            yield from existing
            return


def _file(checkout: Path, path: str, gathered: _Gathered, depth: int = 0) -> None:
    """A requirements file's lines, what it includes among them; the project itself and hashes are left out."""
    if depth > INCLUDE_DEPTH:
        raise PreparationError(f"{one_line(path)}: requirement files include one another too deeply")
    gathered.files.append(path)
    if len(gathered.files) > FILE_COUNT_LIMIT:
        raise PreparationError(f"{one_line(path)}: more than {FILE_COUNT_LIMIT} requirement files are included")
    text = pyproject.read_text(checkout, path).replace("\\\n", " ")
    for raw in text.splitlines():
        line = _HASH.sub("", _COMMENT.sub("", raw)).strip()
        include, constraint = _INCLUDE.match(line), _CONSTRAINT.match(line)
        if include:
            _file(checkout, _beside(checkout, path, include[1]), gathered, depth + 1)
        elif constraint:
            inner = _Gathered([], [], gathered.files)
            _file(checkout, _beside(checkout, path, constraint[1]), inner, depth + 1)
            gathered.constraints.extend([*inner.lines, *inner.constraints])
        elif line and not _LOCAL.match(line) and not line.startswith("-"):
            gathered.lines.append(line)


def _beside(checkout: Path, path: str, name: str) -> str:
    """A file that another one names, relative to the checkout."""
    inner = Path(os.path.normpath((checkout / path).parent / name.strip()))
    if not inner.is_relative_to(checkout):
        raise PreparationError(f"{one_line(path)}: {one_line(name)} is outside of the repository")
    return str(inner.relative_to(checkout))
