"""Our hooks in a repository: put beside what is there, and taken out again byte for byte."""

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci import process
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.text import one_line
from fullautoci.vcs.base import Location
from fullautoci.vcs.git import hook_config, hook_file, hook_folder
from fullautoci.vcs.git.hook_file import MOVED_ASIDE, PREVIOUS, RESTING, made_folder, manager_of, ours, render
from fullautoci.vcs.git.hook_folder import SHARED, WORKTREE, HookFolder, folder_of
from fullautoci.vcs.git.hook_rest import awaken

NAMES: Mapping[str, tuple[str, ...]] = {
    "working": ("post-commit", "post-merge", "post-rewrite"),
    "bare": ("post-receive",),
}
# States in which a hook does its work.
ALIVE = ("installed", "wrapped", "configured", "resting")
WHY = {
    "missing": "is not there",
    "outdated": "is of another version or home",
    "broken": "was made for a Python that is gone",
    "foreign": "is bypassed: {by} stands in its place",
    "tracked": "is a file of the project's own, which is never written",
    "shared": "would stand in a folder that other repositories may share (core.hooksPath)",
}


@dataclass(frozen=True)
class HookStatus:
    """One hook.

    Attributes:
        state: `installed`; `wrapped` (a hook manager runs it), `configured` (git's configuration does), `resting`
            (stepped aside until a rebase is over); `outdated` (of another version or home), `broken` (its interpreter
            is gone), `missing`, `foreign` (someone else's), `tracked` or `shared` (ours must not stand there).
        chained: whether it runs one that was here before.
        by: the hook manager whose file stands in its place, or which runs it.
    """

    name: str
    state: str
    path: str
    chained: bool
    by: str = ""


def install(location: Location, paths: Paths, *, force: bool = False) -> list[HookStatus]:
    """Put our hooks in; what stands there is kept beside them and still run. Doing it again changes nothing.

    A tracked file is never written: such a hook is left to git's configuration where git has that, else to the scan.

    Raises:
        FullAutoCIError: the folder is shared (and not `force`), a hook kept earlier is in the way, or the folder cannot
            be written to.
    """
    try:
        _install(location, paths, force)
    except OSError as error:
        raise _unwritable(error) from error
    return status(location, paths)


def _unwritable(error: OSError) -> FullAutoCIError:
    where = one_line(str(error.filename or "the hooks' folder"))
    return FullAutoCIError(
        f"{where} cannot be changed: {error.strerror}", "the daemon's scan finds commits all the same"
    )


def _install(location: Location, paths: Paths, force: bool) -> None:
    folder = folder_of(location)
    awaken(location.git_dir)
    if folder.kind == SHARED and not force:
        if not hook_config.supported():
            raise FullAutoCIError(
                f"core.hooksPath sends this repository's hooks to {one_line(str(folder.path))}, which others may share",
                "the daemon's scan finds commits instead; 'fullautoci hooks install --force' writes there all the same",
            )
        for name in NAMES[location.kind]:
            _configure(location, name, paths)
        return
    made = not folder.path.exists()
    folder.path.mkdir(parents=True, exist_ok=True)
    hook_folder.remember(location.git_dir, folder.path)
    for name in NAMES[location.kind]:
        target = folder.path / name
        if folder.kind == WORKTREE and not ours(target) and hook_folder.is_tracked(location, target):
            if hook_config.supported():
                _configure(location, name, paths)
            continue
        _install_one(target, render(name, paths, made_folder=made or made_folder(target)))
    if folder.kind == WORKTREE:
        hook_folder.exclude(location, folder.path)


def _configure(location: Location, name: str, paths: Paths) -> None:
    script = hook_config.script(location, name)
    script.parent.mkdir(exist_ok=True)
    hook_file.write(script, render(name, paths, made_folder=False, rests=False))
    hook_config.install(location, name)


def _install_one(target: Path, content: bytes) -> None:
    previous = _beside(target, PREVIOUS)
    wrapped = _wrapped(target)
    if wrapped is not None:
        hook_file.write(wrapped, content)
        return
    if os.path.lexists(target) and not ours(target):
        _take_back(target)
        if os.path.lexists(previous):
            raise FullAutoCIError(
                f"both {one_line(str(target))} and {previous.name} exist, and neither is ours",
                f"put the one you want at {target.name}, remove the other, and run this again",
            )
        target.rename(previous)
    try:
        hook_file.write(target, content)
    except OSError:
        if not os.path.lexists(target) and os.path.lexists(previous):
            previous.rename(target)  # no room for ours is no reason to go without theirs
        raise


def uninstall(location: Location) -> list[str]:
    """Take our hooks out and put back what stood there, wherever they were put and whatever was done there since.

    Returns:
        The names of the hooks that were ours.

    Raises:
        FullAutoCIError: a folder cannot be written to.
    """
    try:
        return _uninstall(location)
    except OSError as error:
        raise _unwritable(error) from error


def _uninstall(location: Location) -> list[str]:
    awaken(location.git_dir)
    removed = set(hook_config.uninstall(location))
    current = folder_of(location).path
    for folder in dict.fromkeys([current, location.git_dir / "hooks", *hook_folder.recorded(location.git_dir)]):
        removed |= _clear(folder, NAMES[location.kind])
    hook_folder.include(location.git_dir)
    hook_folder.forget(location.git_dir)
    return [name for name in NAMES[location.kind] if name in removed]


def _clear(folder: Path, names: tuple[str, ...]) -> set[str]:
    removed, made = set(), False
    for name in names:
        target = folder / name
        own = [path for path in (target, *(_beside(target, end) for end in (RESTING, *MOVED_ASIDE))) if ours(path)]
        made |= any(made_folder(path) for path in own)
        for path in own:
            if path in (target, _beside(target, RESTING)):
                path.unlink()
        if not os.path.lexists(target) and os.path.lexists(_beside(target, PREVIOUS)):
            _beside(target, PREVIOUS).rename(target)
        _take_back(target)
        if own:
            removed.add(name)
    if made:
        with contextlib.suppress(OSError):  # something else lives there by now
            folder.rmdir()
    return removed


def _take_back(target: Path) -> None:
    """Where a manager wrote over ours or moved it aside: leave what there would be, had we never been here."""
    previous = _beside(target, PREVIOUS)
    if os.path.lexists(previous) and _supplanted(previous, target):
        previous.unlink()
    for ending in MOVED_ASIDE:
        aside = _beside(target, ending)
        if ours(aside):
            aside.unlink()
            if os.path.lexists(previous):
                previous.replace(aside)


def _supplanted(previous: Path, target: Path) -> bool:
    """Whether a manager has written its hook anew where its earlier one stood before ours."""
    try:
        same = previous.read_bytes() == target.read_bytes()
    except OSError:
        return False
    return same or (manager_of(target) != "" and manager_of(previous) == manager_of(target))


def _wrapped(target: Path) -> Path | None:
    """Ours, where a manager moved it aside and runs it from there."""
    if ours(target) or not manager_of(target):
        return None
    for ending, is_run in MOVED_ASIDE.items():
        if is_run and ours(_beside(target, ending)):
            return _beside(target, ending)
    return None


def status(location: Location, paths: Paths) -> list[HookStatus]:
    """Each of our hooks in a repository, as it stands."""
    folder = folder_of(location)
    configured = hook_config.configured(location)
    return [
        _status(location, folder, name, paths)
        if name not in configured
        else _configured_status(hook_config.script(location, name), name, paths)
        for name in NAMES[location.kind]
    ]


def _status(location: Location, folder: HookFolder, name: str, paths: Paths) -> HookStatus:
    target = folder.path / name
    wrapped = _wrapped(target)
    chained = os.path.lexists(_beside(target, PREVIOUS))
    here = wrapped or target
    if ours(here):
        current = render(name, paths, made_folder=made_folder(here))
        state = _state(here, current, "wrapped" if wrapped else "installed")
        return HookStatus(name, state, str(here), chained, manager_of(target) if wrapped else "")
    if ours(_beside(target, RESTING)):
        state = "resting"
    elif folder.kind == WORKTREE and hook_folder.is_tracked(location, target):
        state = "tracked"
    elif folder.kind == SHARED and not any(ours(folder.path / one) for one in NAMES[location.kind]):
        state = "shared"
    else:
        state = "foreign" if os.path.lexists(target) else "missing"
    return HookStatus(name, state, str(target), chained, manager_of(target))


def _configured_status(script: Path, name: str, paths: Paths) -> HookStatus:
    current = render(name, paths, made_folder=False, rests=False)
    state = _state(script, current, "configured") if ours(script) else "outdated"
    return HookStatus(name, state, str(script), chained=False)


def _state(path: Path, current: bytes, good: str) -> str:
    if path.read_bytes() == current and os.access(path, os.X_OK):
        return good
    return "broken" if hook_file.lost(path) else "outdated"


def problems(location: Location, paths: Paths) -> list[str]:
    """What keeps our hooks from telling of commits; the scan finds these a little later."""
    return [
        f"the hook {hook.name} {WHY[hook.state].format(by=hook.by or 'another hook')}"
        for hook in status(location, paths)
        if hook.state not in ALIVE
    ]


def _beside(target: Path, ending: str) -> Path:
    return target.with_name(target.name + ending)


def try_out(location: Location, name: str, event_id: str) -> None:
    """Run our hook as git would, on nothing new; its event gets this id, and no other hook is run after it.

    Raises:
        FullAutoCIError: the hook could not be run.
    """
    env = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    if location.worktree is None:
        env["GIT_DIR"] = "."
    cwd = location.worktree or location.git_dir
    target = folder_of(location).path / name
    here = _wrapped(target) or target
    if name in hook_config.configured(location):
        here = hook_config.script(location, name)
    try:
        process.run([str(here)], cwd=cwd, env={**env, "FULLAUTOCI_EVENT_ID": event_id}, timeout=30)
    except (OSError, TimeoutError) as error:
        raise FullAutoCIError(f"the hook {name} could not be run: {error}") from error
