"""What an image is built from: the commit's files, as far as `.dockerignore` lets them through.

Only what is committed counts and is sent, each file as it lies in the checkout: links are sent as links and never
followed, so that nothing from outside the repository gets into an image.
"""

import hashlib
import importlib
import json
import os
import stat
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from fullautoci.config.environment import DockerSection
from fullautoci.environments.base import architecture
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

IGNORE = ".dockerignore"
PATTERNS_LIMIT, STARS_LIMIT = 1000, 6
IGNORE_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Context:
    """The files of a build.

    Attributes:
        dockerfile: its path in the checkout, links followed.
        files: paths relative to the checkout, sorted, each with its blob's hash and whether it is executable.
    """

    checkout: Path
    dockerfile: str
    files: tuple[tuple[str, str, bool], ...]

    def key(self, options: DockerSection, engine: str) -> str:
        """The digest of all that the image is made from, but for what the engine fetches."""
        asked = [self.dockerfile, options.target, sorted(options.arguments.items()), architecture(), engine]
        described = json.dumps([asked, self.files])
        return hashlib.sha256(described.encode("utf-8", "surrogateescape")).hexdigest()[:20]

    def write(self, target: IO[bytes]) -> None:
        """Write it as a tar archive, and nothing of who checked it out, or when.

        Raises:
            OSError: a file cannot be read.
        """
        with tarfile.open(fileobj=target, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, _, executable in self.files:
                _add(archive, self.checkout / path, path, executable)


def gathered(checkout: Path, blobs: Mapping[str, str], file: str) -> Context:
    """The context of a build by this Dockerfile.

    Raises:
        PreparationError: there is no such Dockerfile in the repository.
    """
    top = checkout.resolve()
    shown = one_line(file)
    try:
        found = (top / file).resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise PreparationError(
            f"the repository has no {shown}", "add one, or name the environment's image: 'docker: {image: …}'"
        ) from error
    if not found.is_relative_to(top):
        raise PreparationError(f"{shown} leads out of the repository", "a Dockerfile has to be one of its files")
    dockerfile = str(found.relative_to(top))
    if dockerfile not in blobs or not found.is_file():
        raise PreparationError(f"{shown} is no file of the commit's", "commit the Dockerfile")
    ignored = _ignored(top, dockerfile)
    files = []
    for path, blob in sorted(blobs.items()):
        if path in (dockerfile, IGNORE) or not ignored.matches(path):
            mode = (top / path).lstat().st_mode
            if not stat.S_ISDIR(mode):  # a submodule's folder
                files.append((path, blob, bool(mode & stat.S_IXUSR)))
    return Context(top, dockerfile, tuple(files))


def _is_slow(pattern: str) -> bool:
    return len(pattern) > 500 or pattern.count("*") > STARS_LIMIT


def _ignored(top: Path, dockerfile: str) -> Any:
    """What is left out; a file beside the Dockerfile that is named after it goes before the common one."""
    matcher = importlib.import_module("docker.utils.build").PatternMatcher
    for name in (f"{dockerfile}{IGNORE}", IGNORE):
        path = top / name
        if path.is_file() and not path.is_symlink():
            with path.open("rb") as file:
                lines = file.read(IGNORE_LIMIT).decode("utf-8", "replace").splitlines()
            patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
            if len(patterns) > PATTERNS_LIMIT or any(map(_is_slow, patterns)):
                raise PreparationError(
                    f"{one_line(name)} has too many patterns, or one with more than {STARS_LIMIT} stars",
                    "matching it would take longer than building the image",
                )
            return matcher(patterns)
    return matcher([])


def _add(archive: tarfile.TarFile, source: Path, name: str, executable: bool) -> None:
    info = tarfile.TarInfo(name)
    info.mode = 0o755 if executable else 0o644
    status = source.lstat()
    if stat.S_ISLNK(status.st_mode):
        info.type, info.mode = tarfile.SYMTYPE, 0o777
        info.linkname = str(source.readlink())
        archive.addfile(info)
    elif stat.S_ISREG(status.st_mode):
        with open(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:  # noqa: PTH123 - a descriptor
            info.size = os.fstat(file.fileno()).st_size
            archive.addfile(info, file)
