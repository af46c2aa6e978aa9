"""One package of a lock file as a line that installers take, and whether a marker holds for an interpreter.

Names, versions, addresses and hashes come from the commit: a line that is made of them can say nothing else.
Format: https://packaging.python.org/en/latest/specifications/dependency-specifiers/
"""

import os
import re
from collections.abc import Container, Iterable, Mapping
from pathlib import PurePosixPath

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

HASHES = " --hash="
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?")
_HASH = re.compile(r"(?:sha256|sha384|sha512):[0-9a-f]{64,128}")
# Without what ends a line's address or has installers put a variable's value in.
_URL = re.compile(r"(?:https?|ssh)://[A-Za-z0-9%&'()*+,./:=?@_~!#-]{1,2000}")
_REVISION = re.compile(r"[0-9A-Za-z._/+-]{1,200}")
_BROKEN = (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, InvalidVersion, ValueError, RecursionError)


def pin(file: str, name: str, version: str, hashes: Iterable[str] = ()) -> str:
    """A package of an index, in exactly one version; with `hashes`, in one of these files.

    Raises:
        PreparationError: the name or the version is none.
    """
    try:
        return f"{checked_name(file, name)}=={Version(version)}{_hashed(hashes)}"
    except InvalidVersion as error:
        raise PreparationError(f"{file}: '{one_line(version, 60)}' is no version of {one_line(name, 60)}") from error


def direct(file: str, name: str, url: str, hashes: Iterable[str] = ()) -> str:
    """A package that is one file at an address.

    Raises:
        PreparationError: the address is none that a package is fetched from.
    """
    return f"{checked_name(file, name)} @ {_address(file, name, url)}{_hashed(hashes)}"


def git(file: str, name: str, url: str, revision: str, folder: str = "") -> str:
    """A package that is built from a commit of a git repository.

    Raises:
        PreparationError: the address or the commit is none.
    """
    address = _address(file, name, url.removeprefix("git+").partition("#")[0].partition("?")[0])
    part = f"#subdirectory={folder}" if folder else ""
    if not _REVISION.fullmatch(revision) or (folder and not _REVISION.fullmatch(folder)):
        raise PreparationError(f"{file}: '{one_line(revision, 60)}' is no commit of {one_line(name, 60)}")
    return f"{checked_name(file, name)} @ git+{address}@{revision}{part}"


def check_inside(file: str, name: str, path: str) -> None:
    """A package that is a folder or file of the repository is not installed, like the project itself.

    Raises:
        PreparationError: it lies outside of the repository.
    """
    inner = os.path.normpath(path.removeprefix("file://"))
    if PurePosixPath(inner).is_absolute() or inner.startswith(".."):
        raise PreparationError(
            f"{file}: {one_line(name, 60)} is at {one_line(path, 100)}, outside of the repository",
            "put it on an index or into the repository, or set 'lock: \"off\"'",
        )


def checked_name(file: str, name: str) -> str:
    """A package's name in its one way of writing.

    Raises:
        PreparationError: it is none.
    """
    if not _NAME.fullmatch(name):
        raise PreparationError(f"{file}: '{one_line(name, 60)}' is no name of a package")
    return str(canonicalize_name(name))


def _address(file: str, name: str, url: str) -> str:
    if not _URL.fullmatch(url):
        raise PreparationError(f"{file}: {one_line(name, 60)} comes from '{one_line(url, 100)}', which is no address")
    return url


def _hashed(hashes: Iterable[str]) -> str:
    return "".join(sorted(HASHES + one for one in set(hashes) if _HASH.fullmatch(one)))


def without_hashes(line: str) -> str:
    """The line alone."""
    return line.partition(HASHES)[0].rstrip()


def requirement(line: str) -> Requirement | None:
    """A requirement line as a value; None where it has another form, such as an address alone."""
    try:
        return Requirement(without_hashes(line))
    except (InvalidRequirement, RecursionError):
        return None


def names(lines: Iterable[str]) -> set[str]:
    """The canonical names of the packages that requirement lines ask for."""
    found = (requirement(line) for line in lines)
    return {str(canonicalize_name(one.name)) for one in found if one is not None}


def lacking(wanted: Iterable[str], versions: Container[str]) -> tuple[str, ...]:
    """The packages that requirement lines ask for, and that there is no version of."""
    named = (str(canonicalize_name(Requirement(line).name)) for line in wanted)
    return tuple(name for name in named if name not in versions)


def applying(lines: Iterable[str], markers: Mapping[str, str]) -> tuple[str, ...]:
    """The lines whose markers hold for an interpreter; those that cannot be read are left to the installer."""
    kept = []
    for line in lines:
        found = requirement(line)
        try:
            if found is None or found.marker is None or found.marker.evaluate({**markers, "extra": ""}):
                kept.append(line)
        except _BROKEN:
            kept.append(line)
    return tuple(kept)


def holds(file: str, marker: str, markers: Mapping[str, str], extras: Iterable[str] = ()) -> bool:
    """Whether a marker holds for an interpreter, with any of the extras or with none.

    Raises:
        PreparationError: it is no marker.
    """
    if not marker:
        return True
    try:
        parsed = Marker(marker)
        return any(parsed.evaluate({**markers, "extra": extra}) for extra in ("", *extras))
    except _BROKEN as error:
        raise PreparationError(f"{file}: '{one_line(marker, 100)}' is no marker that can be evaluated") from error


def check_python(file: str, supported: str, version: str) -> None:
    """Compare an interpreter with the versions of Python that a lock file was made for; no specifier is any.

    Raises:
        PreparationError: it was made for others.
    """
    try:
        fits = SpecifierSet(supported).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion, RecursionError):
        return
    if not fits:
        raise PreparationError(
            f"{file} is for Python {one_line(supported, 60)}, not for {version}", "name another 'python', or lock anew"
        )
