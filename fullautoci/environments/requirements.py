"""What a project asks to be installed for its tests, read from the files in which projects say so."""

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

TEST_NAMES = ("test", "tests", "testing", "dev", "development")
FILES = (
    "{name}-requirements.txt", "requirements-{name}.txt", "requirements_{name}.txt",
    "requirements/{name}.txt", "{name}/requirements.txt",
)  # fmt: skip
FILE_LIMIT = 1024 * 1024
INCLUDE_DEPTH = 5

_INCLUDE = re.compile(r"^(?:-r|--requirement|-c|--constraint)[ =]?(.+)$")
_LOCAL = re.compile(r"^(?:-e|--editable)\b|^\.(?:$|[/\[])|^file:")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HASH = re.compile(r"\s+--hash[= ]\S+")


@dataclass(frozen=True)
class Wanted:
    """What a project asks for.

    Attributes:
        lines: requirements as pip and uv take them, sorted, without repetition.
        dynamic: files from which only a build can tell the rest (`setup.py`), relative to the checkout.
    """

    lines: tuple[str, ...]
    dynamic: tuple[str, ...]


def wanted(checkout: Path) -> Wanted:
    """What the project in a checkout asks for: its dependencies, and those of its tests.

    Of the names that extras, groups and files have for test requirements, the first that exists counts.

    Raises:
        PreparationError: a file that says so cannot be read.
    """
    pyproject = _toml(checkout)
    project: Mapping[str, Any] = pyproject.get("project", {})
    lines = [*_strings(project.get("dependencies", []))]
    lines += _first(project.get("optional-dependencies", {}))
    groups = pyproject.get("dependency-groups", {})
    group = next((name for name in TEST_NAMES if name in groups), None)
    if group is not None:
        try:
            lines += resolve_dependency_groups(groups, group)
        except (ValueError, TypeError, LookupError) as error:
            raise PreparationError(f"pyproject.toml: dependency group '{group}': {one_line(str(error))}") from error
    lines += _setup_cfg(checkout)
    for path in _requirement_files(checkout):
        lines += _file(checkout, path)
    dynamic = "dependencies" in project.get("dynamic", []) or not project
    build = tuple(name for name in ("setup.py",) if dynamic and (checkout / name).is_file())
    return Wanted(tuple(sorted(set(lines))), build)


def names(lines: tuple[str, ...]) -> set[str]:
    """The canonical names of the packages that requirement lines ask for."""
    found = set()
    for line in lines:
        try:
            found.add(str(canonicalize_name(Requirement(line).name)))
        except InvalidRequirement:
            continue
    return found


def _toml(checkout: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(_read(checkout, "pyproject.toml"))
    except tomllib.TOMLDecodeError as error:
        raise PreparationError(f"pyproject.toml: {error}") from error


def _strings(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _first(extras: Mapping[str, Any]) -> list[str]:
    return next((_strings(extras[name]) for name in TEST_NAMES if name in extras), [])


def _setup_cfg(checkout: Path) -> list[str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_read(checkout, "setup.cfg"))
    except configparser.Error as error:
        raise PreparationError(f"setup.cfg: {one_line(str(error))}") from error
    lines = parser.get("options", "install_requires", fallback="")
    for name in TEST_NAMES:
        if parser.has_option("options.extras_require", name):
            lines += "\n" + parser.get("options.extras_require", name)
            break
    return [line for line in (_COMMENT.sub("", raw).strip() for raw in lines.splitlines()) if line]


def _requirement_files(checkout: Path) -> Iterator[str]:
    if (checkout / "requirements.txt").is_file():
        yield "requirements.txt"
    for name in TEST_NAMES:
        found = [pattern.format(name=name) for pattern in FILES]
        existing = [path for path in found if (checkout / path).is_file()]
        if existing:
            yield from existing
            return


def _file(checkout: Path, path: str, depth: int = 0) -> Iterator[str]:
    """A requirements file's lines, what it includes among them; the project itself and hashes are left out."""
    if depth > INCLUDE_DEPTH:
        raise PreparationError(f"{one_line(path)}: requirement files include one another too deeply")
    text = _read(checkout, path).replace("\\\n", " ")
    for raw in text.splitlines():
        line = _HASH.sub("", _COMMENT.sub("", raw)).strip()
        include = _INCLUDE.match(line)
        if include:
            inner = (checkout / path).parent / include[1].strip()
            yield from _file(checkout, str(inner.relative_to(checkout)), depth + 1) if inner.is_file() else ()
        elif line and not _LOCAL.match(line) and not line.startswith("-"):
            yield line


def _read(checkout: Path, path: str) -> str:
    """A small text file of the checkout; empty where there is none, or where it leads out of the checkout."""
    target = checkout / path
    if not target.is_file() or not target.resolve().is_relative_to(checkout.resolve()):
        return ""
    if target.stat().st_size > FILE_LIMIT:
        raise PreparationError(f"{one_line(path)} is larger than {FILE_LIMIT} bytes")
    return target.read_bytes().decode("utf-8", "replace")
