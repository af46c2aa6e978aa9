"""`pylock.toml`: https://packaging.python.org/en/latest/specifications/pylock-toml/"""

from collections.abc import Mapping
from typing import Any

from packaging.markers import Marker
from packaging.pylock import (
    Package,
    PackageSdist,
    PackageWheel,
    Pylock,
    PylockUnsupportedVersionError,
    PylockValidationError,
)

from fullautoci.environments import pins
from fullautoci.environments.choice import Choice, picked
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.locked import Locked
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

FILE = "pylock.toml"


def read(
    found: Mapping[str, Any], _project: Mapping[str, Any], choice: Choice, interpreter: Interpreter
) -> Locked | None:
    """What is wanted of it; of a file that tells no groups apart, all that holds for the interpreter.

    Raises:
        PreparationError: it is not what its specification says, or lacks what is asked for.
    """
    try:
        lock = Pylock.from_dict(found)
    except (PylockValidationError, PylockUnsupportedVersionError, ValueError, RecursionError) as error:
        raise PreparationError(f"{FILE}: {one_line(str(error))}") from error
    pins.check_python(FILE, str(lock.requires_python or ""), interpreter.version)
    if lock.environments and not any(_holds(one, interpreter, (), ()) for one in lock.environments):
        raise PreparationError(f"{FILE} was made for other systems or interpreters than {interpreter.name} here")
    extras = picked(choice.extras, lock.extras or (), "extra", FILE)
    groups = picked(choice.groups, lock.dependency_groups or (), "dependency group", FILE)
    # The default groups are what an installer takes that is told of none: the project's own dependencies among them.
    taken = (*groups, *(lock.default_groups or ()))
    lines: dict[str, str] = {}
    for package in lock.packages:
        if package.marker is not None and not _holds(package.marker, interpreter, extras, taken):
            continue
        pins.check_python(f"{FILE}: {package.name}", str(package.requires_python or ""), interpreter.version)
        if package.name in lines:
            raise PreparationError(f"{FILE} has {one_line(package.name, 60)} twice for {interpreter.name}")
        lines[package.name] = _line(package)
    return Locked(FILE, tuple(sorted(filter(None, lines.values()))), extras, groups)


def _holds(marker: Marker, interpreter: Interpreter, extras: tuple[str, ...], groups: tuple[str, ...]) -> bool:
    known: dict[str, Any] = {
        **interpreter.markers, "extras": frozenset(extras), "dependency_groups": frozenset(groups),
    }  # fmt: skip
    try:
        return marker.evaluate(known, context="lock_file")
    except (ValueError, RecursionError) as error:
        raise PreparationError(f"{FILE}: '{one_line(str(marker), 100)}' cannot be evaluated") from error


def _line(package: Package) -> str:
    """A package as installers take it; empty where it is the repository's own."""
    name = str(package.name)
    if package.directory is not None:
        pins.check_inside(FILE, name, package.directory.path)
        return ""
    if package.vcs is not None:
        if package.vcs.type != "git":
            raise PreparationError(f"{FILE}: {name} comes from {one_line(package.vcs.type, 40)}; only git is known")
        return _from_git(name, package.vcs.url, package.vcs.path, package.vcs.commit_id, package.vcs.subdirectory)
    if package.archive is not None:
        hashes = [f"{kind}:{value}" for kind, value in package.archive.hashes.items()]
        if package.archive.url is None:
            pins.check_inside(FILE, name, str(package.archive.path))
            return ""
        part = f"#subdirectory={package.archive.subdirectory}" if package.archive.subdirectory else ""
        return pins.direct(FILE, name, f"{package.archive.url}{part}", hashes)
    files: list[PackageWheel | PackageSdist] = [*(package.wheels or ()), *([package.sdist] if package.sdist else [])]
    hashes = [f"{kind}:{value}" for file in files for kind, value in file.hashes.items()]
    if package.version is None:  # which the specification allows for what is built from sources
        raise PreparationError(f"{FILE}: {one_line(name, 60)} has no version")
    return pins.pin(FILE, name, str(package.version), hashes)


def _from_git(name: str, url: str | None, path: str | None, commit: str, folder: str | None) -> str:
    if url is None:
        pins.check_inside(FILE, name, str(path))
        return ""
    return pins.git(FILE, name, url, commit, folder or "")
