"""Which configuration of its own a tool goes by: the commit's, or for a probe another commit's in place of it."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci import evidence
from fullautoci.environments.pyproject import SIZE_LIMIT
from fullautoci.errors import PreparationError, VcsError
from fullautoci.model import Job
from fullautoci.text import one_line
from fullautoci.tools.base import Tool
from fullautoci.tools.configuration import Configuration, digest
from fullautoci.vcs.git.command import Git

# Below the folder of reports, since that is seen wherever a tool runs, a container included.
FOLDER = "configuration"
EMPTY = "none"
_BLOB = re.compile(r"([0-9a-f]{40,64}) blob (\d{1,18})")
_NOWHERE = re.compile(rb"(?:symlink|dangling|loop|notdir) (\d{1,9})")


@dataclass(frozen=True)
class Configured:
    """What a tool goes by.

    Attributes:
        digest: tells it from others.
        file: where it is, if not in the checkout.
    """

    digest: str
    file: Path | None = None


def configured(
    job: Job, tool: Tool, version: str, top: Path, tracked: Mapping[str, str], brought: Mapping[str, bytes], place: Path
) -> Configured:
    """Find what the tool is to go by; another commit's is written to where the tool reads it.

    Args:
        version: the tool's.
        top: the checkout, whose paths with their blobs are `tracked`.
        brought: files that will be in the checkout and that no commit has.
        place: the folder of the tool's reports.

    Raises:
        PreparationError: a file is too large, or is none.
        VcsError: the other commit cannot be read.
    """
    plan = job.plan
    names = tool.configuration_files(plan)
    untracked = {name: brought[name] for name in names if name in brought}
    here = {name: _read(top, name) for name in names if name in tracked}
    own = tool.configuration(plan, {**untracked, **_there(here)}, version)
    if not plan.configured_by:
        return Configured(digest(plan, own))
    read = {**untracked, **of_commit(Git(job.git_config), job.mirror, plan.configured_by, names)}
    other = tool.configuration(plan, read, version)
    return Configured(digest(plan, other), _put(place / FOLDER, other, own))


def _there(found: Mapping[str, bytes | None]) -> dict[str, bytes]:
    return {name: content for name, content in found.items() if content is not None}


def _put(folder: Path, other: Configuration, own: Configuration) -> Path | None:
    """A file that says what the other commit's does; an empty one keeps the checkout's own from counting."""
    if not other.name and not own.name:
        return None
    folder.mkdir()
    path = folder / (other.name or EMPTY)
    path.write_bytes(other.content)
    return path


def _read(top: Path, name: str) -> bytes | None:
    """A file of the checkout; None where it leads out of it, or is no file."""
    try:
        path = (top / name).resolve()
        if not path.is_relative_to(top.resolve()) or not path.is_file():
            return None
    except (OSError, RuntimeError):  # RuntimeError: a loop of links
        return None
    try:
        return evidence.read(path, SIZE_LIMIT)
    except OSError as error:
        raise PreparationError(f"{one_line(name)} cannot be read: {error.strerror}") from error


def of_commit(git: Git, mirror: Path, commit: str, names: Iterable[str]) -> dict[str, bytes]:
    """What of these files a commit has, links within it followed.

    Raises:
        PreparationError: one is too large.
        VcsError: the commit is not there.
    """
    wanted = [name for name in names if _inside(name)]
    if not wanted:
        return {}
    tree, *answers = _ask(git, mirror, [f"{commit}^{{tree}}", *(f"{commit}:{name}" for name in wanted)])
    if not tree.endswith(tuple("0123456789")):
        raise VcsError(f"the commit {commit[:10]} is not there")
    found = {}
    for name, answer in zip(wanted, answers, strict=True):
        if blob := _BLOB.fullmatch(answer):
            if int(blob[2]) > SIZE_LIMIT:
                raise PreparationError(f"{one_line(name)} of {commit[:10]} has more than {SIZE_LIMIT} bytes")
            found[name] = git("cat-file", "blob", blob[1], git_dir=mirror)
    return found


def _inside(name: str) -> bool:
    """Whether it is a path below a tree; any other git takes from where it runs, and may refuse to answer at all."""
    return (
        "\n" not in name and name == posixpath.normpath(name) and not name.startswith(("/", "..", "./")) and name != "."
    )


def _ask(git: Git, mirror: Path, names: list[str]) -> list[str]:
    """What each name leads to: hash, kind and size; or why it leads to nothing.

    Of a link that leads out of the commit or nowhere, so many bytes as that says follow in a line of their own.
    """
    asked = "".join(f"{name}\n" for name in names).encode("utf-8", "surrogateescape")
    said = git("cat-file", "--batch-check", "--follow-symlinks", git_dir=mirror, stdin=asked)
    found = []
    for _ in names:
        line, _, said = said.partition(b"\n")
        if link := _NOWHERE.fullmatch(line):
            said = said[int(link[1]) + 1 :]
        found.append(line.decode("utf-8", "surrogateescape"))
    return found
