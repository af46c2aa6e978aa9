"""Our hooks in a repository: put beside what is there, and taken out again byte for byte."""

import contextlib
import os
import shlex
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci import __version__, hook_client, process
from fullautoci.errors import FullAutoCIError, NotFoundError
from fullautoci.paths import Paths
from fullautoci.text import one_line
from fullautoci.vcs.base import Location
from fullautoci.vcs.git.command import Git

MARKER = b"# fullautoci-hook 1"
PREVIOUS = ".before-fullautoci"
NAMES: Mapping[str, tuple[str, ...]] = {
    "working": ("post-commit", "post-merge", "post-rewrite"),
    "bare": ("post-receive",),
}


@dataclass(frozen=True)
class HookStatus:
    """One hook: `installed`, `outdated` (of another version or home), `missing`, or `foreign` (someone else's)."""

    name: str
    state: str
    path: str
    chained: bool


def folder_of(location: Location) -> Path:
    """The folder that git runs this repository's hooks from, whatever configuration says so."""
    answer = Git(None)(
        "rev-parse", "--path-format=absolute", "--git-path", "hooks", cwd=location.worktree or location.git_dir
    )
    return Path(os.fsdecode(answer).removesuffix("\n"))


def is_shared(location: Location, folder: Path) -> bool:
    """Whether the folder lies outside the repository's own git folder, so that others may use it too."""
    return not folder.resolve().is_relative_to(location.git_dir)


def install(location: Location, paths: Paths, *, force: bool = False) -> list[HookStatus]:
    """Put our hooks in; what stands there is kept beside them and still run. Doing it again changes nothing.

    Raises:
        FullAutoCIError: the folder is shared (and not `force`), or a hook kept earlier is in the way.
    """
    folder = folder_of(location)
    if is_shared(location, folder) and not force:
        raise FullAutoCIError(
            f"core.hooksPath sends this repository's hooks to {one_line(str(folder))}, which others may share",
            "the daemon's scan finds commits instead; 'fullautoci hooks install --force' writes there all the same",
        )
    made = not folder.exists()
    folder.mkdir(parents=True, exist_ok=True)
    for name in NAMES[location.kind]:
        _install_one(folder / name, render(name, paths, made_folder=made or _made_folder(folder / name)))
    return status(location, paths)


def _install_one(target: Path, content: bytes) -> None:
    previous = target.with_name(target.name + PREVIOUS)
    if os.path.lexists(target) and not _ours(target):
        if os.path.lexists(previous):
            raise FullAutoCIError(
                f"both {one_line(str(target))} and {previous.name} exist, and neither is ours",
                f"put the one you want at {target.name}, remove the other, and run this again",
            )
        target.rename(previous)
    elif target.is_file() and target.read_bytes() == content and os.access(target, os.X_OK):
        return
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.chmod(0o755)
    temporary.replace(target)


def uninstall(location: Location) -> list[str]:
    """Take our hooks out and put back what stood there.

    Returns:
        The names of the hooks that were ours.
    """
    folder = folder_of(location)
    removed, made_folder = [], False
    for name in NAMES[location.kind]:
        target, previous = folder / name, folder / (name + PREVIOUS)
        if not _ours(target):
            continue
        made_folder |= _made_folder(target)
        if os.path.lexists(previous):
            previous.replace(target)
        else:
            target.unlink()
        removed.append(name)
    if made_folder:
        with contextlib.suppress(OSError):  # something else lives there by now
            folder.rmdir()
    return removed


def status(location: Location, paths: Paths) -> list[HookStatus]:
    """Each of our hooks in a repository, as it stands."""
    folder = folder_of(location)
    found = []
    for name in NAMES[location.kind]:
        target = folder / name
        if not os.path.lexists(target):
            state = "missing"
        elif not _ours(target):
            state = "foreign"
        else:
            current = render(name, paths, made_folder=_made_folder(target))
            state = "installed" if target.read_bytes() == current and os.access(target, os.X_OK) else "outdated"
        found.append(HookStatus(name, state, str(target), os.path.lexists(folder / (name + PREVIOUS))))
    return found


def render(name: str, paths: Paths, *, made_folder: bool) -> bytes:
    """A hook as it is installed: the baked settings, the shared part, and the hook's own lines."""
    source = _sources()
    baked = {
        "fac_hook": name,
        "fac_spool": str(paths.spool),
        "fac_socket": str(paths.socket),
        "fac_python": str(Path(sys.executable).resolve()),
        "fac_client": str(Path(hook_client.__file__).resolve()),
        "fac_made_folder": "1" if made_folder else "",
    }
    head = (
        f"#!/bin/sh\n{MARKER.decode()}\n# Installed by Full Auto CI {__version__}; 'fullautoci deinit' takes it out.\n"
    )
    settings = "".join(f"{key}={shlex.quote(value)}\n" for key, value in baked.items())
    body = (source / "event.sh").read_bytes() + b"\n" + (source / name).read_bytes()
    return os.fsencode(head + settings) + b"\n" + body


def _sources() -> Path:
    """The hooks' folder: inside the installed package, or beside it in a source tree."""
    package = Path(__file__).resolve().parents[2]
    for folder in (package / "hooks", package.parent / "hooks"):
        if (folder / "event.sh").is_file():
            return folder
    raise NotFoundError("the hooks are missing from this installation", "reinstall fullautoci")


def _ours(path: Path) -> bool:
    try:
        return MARKER in path.read_bytes()[:200]
    except OSError:
        return False


def _made_folder(path: Path) -> bool:
    return _ours(path) and b"\nfac_made_folder=1\n" in path.read_bytes()


def try_out(location: Location, name: str, event_id: str) -> None:
    """Run the installed hook as git would, on nothing new; its event gets this id.

    Raises:
        FullAutoCIError: the hook could not be run.
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    if location.worktree is None:
        env["GIT_DIR"] = "."
    cwd = location.worktree or location.git_dir
    try:
        process.run(
            [str(folder_of(location) / name)], cwd=cwd, env={**env, "FULLAUTOCI_EVENT_ID": event_id}, timeout=30
        )
    except (OSError, TimeoutError) as error:
        raise FullAutoCIError(f"the hook {name} could not be run: {error}") from error
