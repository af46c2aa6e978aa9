"""Hooks by git's configuration (`hook.<name>.event` and `.command`, git 2.54 and newer): for repositories whose hooks
folder is shared or tracked, so that no file of ours can stand there."""

import contextlib
import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from fullautoci.errors import VcsError
from fullautoci.vcs.base import Location
from fullautoci.vcs.git.command import Git

SINCE = (2, 54)
FOLDER = "fullautoci"
SECTION = "hook.fullautoci-"


def supported() -> bool:
    """Whether git here runs configured hooks."""
    said = Git(None)("--version").decode("ascii", "replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= SINCE


def script(location: Location, name: str) -> Path:
    """Where the hook itself is: in the git folder."""
    return location.git_dir / FOLDER / name


def configured(location: Location) -> list[str]:
    """The names of our hooks that the repository's configuration runs."""
    try:
        listed = _git(location, "config", "--local", "--get-regexp", rf"^{re.escape(SECTION)}.*\.event$")
    except VcsError:
        return []
    return [line.partition(" ")[2] for line in listed.decode("utf-8", "replace").splitlines()]


def install(location: Location, name: str) -> None:
    """Have git run our hook, whose script is in place."""
    command = shlex.quote(str(script(location, name)))
    _git(location, "config", "--local", f"{SECTION}{name}.command", command)
    _git(location, "config", "--local", f"{SECTION}{name}.event", name)


def uninstall(location: Location) -> Sequence[str]:
    """Take our hooks out of the configuration, and their scripts away.

    Returns:
        Their names.
    """
    names = configured(location)
    for name in names:
        _git(location, "config", "--local", "--remove-section", f"{SECTION}{name}")
        script(location, name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        (location.git_dir / FOLDER).rmdir()
    return names


def _git(location: Location, *arguments: str) -> bytes:
    return Git(None)(*arguments, cwd=location.worktree or location.git_dir)
