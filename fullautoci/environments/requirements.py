"""What a project asks to be installed for its tests, read from the files in which projects say so."""

import configparser
import contextlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.dependency_groups import resolve_dependency_groups
from packaging.requirements import InvalidRequirement, Requirement

from fullautoci.environments import pins, pyproject
from fullautoci.environments.choice import TEST_NAMES, Choice, picked
from fullautoci.environments.locked import Locked
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

FILES = (
    "{name}-requirements.txt", "requirements-{name}.txt", "requirements_{name}.txt",
    "requirements/{name}.txt", "{name}/requirements.txt",
)  # fmt: skip
INCLUDE_DEPTH = 5
FILE_COUNT_LIMIT = 100
EVERYTHING = Choice()

_INCLUDE = re.compile(r"^(?:-r|--requirement)[ =]?(.+)$")
_CONSTRAINT = re.compile(r"^(?:-c|--constraint)[ =]?(.+)$")
_LOCAL = re.compile(r"^(?:-e|--editable)\b|^\.(?:$|[/\[])|^file:")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_HASH = re.compile(r"\s+--hash[= ](\S+)")


@dataclass(frozen=True)
class Wanted:
    """What a project asks for.

    Attributes:
        lines: requirements as pip and uv take them, sorted, without repetition.
        constraints: the same for versions that count only where something asks for the package.
        dynamic: files from which only a build can tell the rest (`setup.py`), relative to the checkout.
        locked: exact requirements of a lock file, to be installed first and as they are.
        sources: the files that all of this comes from.
    """

    lines: tuple[str, ...]
    constraints: tuple[str, ...]
    dynamic: tuple[str, ...]
    locked: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Gathered:
    """What has been found so far; `files` are all that were read, `sources` those that something came from."""

    lines: list[str]
    constraints: list[str]
    files: list[str]
    sources: list[str]

    @contextlib.contextmanager
    def noting(self, source: str) -> Iterator[None]:
        """Note where lines come from that are found meanwhile."""
        before = len(self.lines)
        yield
        if len(self.lines) > before:
            self.sources.append(source)


def wanted(checkout: Path, choice: Choice = EVERYTHING, lock: Locked | None = None) -> Wanted:
    """What the project in a checkout asks for: its dependencies, and those of its tests.

    Unless the choice says otherwise, of the names that extras, groups and files have for test requirements the first
    that exists counts. With a lock file, what it says takes the place of the project's metadata, and requirement files
    are left out: they are exports of it; but where it knows no extra or group for tests, theirs still counts.

    Raises:
        PreparationError: a file that says so cannot be read, or something that was chosen does not exist.
    """
    gathered = _Gathered([], [], [], [])
    build: tuple[str, ...] = ()
    if lock is None:
        build = _metadata(checkout, choice, gathered)
    else:
        gathered.sources.append(lock.file)
    for path in _requirement_files(checkout, choice, lock):
        with gathered.noting(path):
            _file(checkout, path, gathered)
    return Wanted(
        tuple(sorted(set(gathered.lines))),
        tuple(sorted(set(gathered.constraints))),
        build,
        lock.lines if lock is not None else (),
        tuple(dict.fromkeys((*gathered.sources, *build))),
    )


def _metadata(checkout: Path, choice: Choice, gathered: _Gathered) -> tuple[str, ...]:
    """Gather what the project's metadata asks for; the files that would have to be run for the rest."""
    found = pyproject.read(checkout)
    project = pyproject.table(found, "project")
    declared = pyproject.table(project, "optional-dependencies")
    old = _setup_cfg(checkout)
    of_old = dict(old.items("options.extras_require")) if old.has_section("options.extras_require") else {}
    extras = picked(choice.extras, [*declared, *of_old], "extra", f"{pyproject.FILE} and setup.cfg")
    named = extras
    if choice.extras is None:  # each file has names of its own
        extras = picked(None, declared, "extra", pyproject.FILE)
        named = picked(None, of_old, "extra", "setup.cfg")
    groups = pyproject.table(found, "dependency-groups")
    with gathered.noting(pyproject.FILE):
        lines = pyproject.texts(project, "dependencies")
        lines += [line for name in extras for line in pyproject.texts(declared, name)]
        gathered.lines.extend(_requirement(line, pyproject.FILE) for line in lines)
        for name in picked(choice.groups, groups, "dependency group", pyproject.FILE):
            gathered.lines.extend(_requirement(line, pyproject.FILE) for line in _group(groups, name))
    with gathered.noting("setup.cfg"):
        _listed(checkout, old.get("options", "install_requires", fallback=""), gathered)
        for name in named:
            _listed(checkout, of_old.get(name, ""), gathered)
    dynamic = "dependencies" in pyproject.texts(project, "dynamic") or not project
    return tuple(name for name in ("setup.py",) if dynamic and (checkout / name).is_file())


def _requirement(line: str, file: str) -> str:
    """A requirement of a project's metadata, which is nothing else: no option of an installer's, no second line.

    Raises:
        PreparationError: it is none.
    """
    try:
        Requirement(line)
    except InvalidRequirement as error:
        raise PreparationError(
            f"{file}: '{one_line(line, 100)}' is no requirement: {one_line(str(error), 200)}"
        ) from error
    if "${" in line or "\n" in line or "\r" in line:
        raise PreparationError(f"{file}: '{one_line(line, 100)}' is no requirement: it would be read as another")
    return line


def _group(groups: Mapping[str, Any], name: str) -> list[str]:
    try:
        return list(resolve_dependency_groups(groups, name))
    except Exception as error:
        words = one_line(str(error))
        raise PreparationError(f"pyproject.toml: the dependency group '{name}' cannot be read: {words}") from error


def _setup_cfg(checkout: Path) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None, strict=False, default_section="")
    try:
        parser.read_string(pyproject.read_text(checkout, "setup.cfg"))
    except configparser.Error as error:
        raise PreparationError(f"setup.cfg: {one_line(str(error))}") from error
    return parser


def _listed(checkout: Path, value: str, gathered: _Gathered) -> None:
    """A list in `setup.cfg`: requirements, or the names of files that hold them."""
    if value.strip().startswith("file:"):
        for path in value.strip().removeprefix("file:").split(","):
            _file(checkout, path.strip(), gathered)
    else:
        lines = [line for raw in value.splitlines() if (line := _COMMENT.sub("", raw).strip())]
        gathered.lines.extend(_requirement(line, "setup.cfg") for line in lines)


def _requirement_files(checkout: Path, choice: Choice, lock: Locked | None) -> Iterator[str]:
    if choice.requirements is not None:
        for name in choice.requirements:
            if not (checkout / name).is_file():
                there = sorted(path.name for path in checkout.glob("*requirements*") if path.is_file())
                there += sorted(f"requirements/{path.name}" for path in checkout.glob("requirements/*.txt"))
                listed = f"there are: {one_line(', '.join(there))}" if there else "there is no file of that kind"
                raise PreparationError(f"there is no requirements file '{one_line(name)}'", listed)
            yield os.path.normpath(name)
        return
    if lock is None and (checkout / "requirements.txt").is_file():
        yield "requirements.txt"
    if lock is not None and (lock.extras or lock.groups):
        return
    for name in TEST_NAMES:
        found = [pattern.format(name=name) for pattern in FILES]
        existing = [path for path in found if (checkout / path).is_file()]
        if existing:
            yield from existing
            return


def _file(checkout: Path, path: str, gathered: _Gathered, depth: int = 0) -> None:
    """A requirements file's lines, what it includes among them; the project itself is left out.

    Hashes are kept with what is pinned to a version or an address: uv verifies those that it is given, and asks for
    none of the others. pip would, of our own tools too, so it is given none (`installer.listing`).
    """
    if depth > INCLUDE_DEPTH:
        raise PreparationError(f"{one_line(path)}: requirement files include one another too deeply")
    gathered.files.append(path)
    if len(gathered.files) > FILE_COUNT_LIMIT:
        raise PreparationError(f"{one_line(path)}: more than {FILE_COUNT_LIMIT} requirement files are included")
    text = pyproject.read_text(checkout, path).replace("\\\n", " ")
    for raw in text.splitlines():
        said = _COMMENT.sub("", raw).strip()
        line = _HASH.sub("", said).strip()
        include, constraint = _INCLUDE.match(line), _CONSTRAINT.match(line)
        if include:
            _file(checkout, _beside(checkout, path, include[1]), gathered, depth + 1)
        elif constraint:
            inner = _Gathered([], [], gathered.files, [])
            _file(checkout, _beside(checkout, path, constraint[1]), inner, depth + 1)
            found = [*inner.lines, *inner.constraints]
            gathered.constraints.extend(pins.without_hashes(one) for one in found)
        elif line and not _LOCAL.match(line) and not line.startswith("-"):
            hashes = sorted(set(_HASH.findall(said))) if "==" in line or " @ " in line else []
            gathered.lines.append(line + "".join(pins.HASHES + one for one in hashes))


def _beside(checkout: Path, path: str, name: str) -> str:
    """A file that another one names, relative to the checkout."""
    inner = Path(os.path.normpath((checkout / path).parent / name.strip()))
    if not inner.is_relative_to(checkout):
        raise PreparationError(f"{one_line(path)}: {one_line(name)} is outside of the repository")
    return str(inner.relative_to(checkout))
