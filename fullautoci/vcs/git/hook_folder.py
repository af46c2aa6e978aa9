"""The folder that git runs a repository's hooks from, and how what we put there stays out of `git status`."""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from fullautoci.vcs.base import Location
from fullautoci.vcs.git.command import Git

# Which folders our hooks were put in, in the git folder: `core.hooksPath` may lead elsewhere by the time they go.
RECORD = "fullautoci-hooks"
OWN, WORKTREE, SHARED = "own", "worktree", "shared"
BEGIN, END = b"# fullautoci's hooks", b"# end of fullautoci's hooks\n"
# The marks tell what else is to be undone: `+` a line end that was added before the block, `*` the file itself.
_BLOCK = re.compile(rb"(\n?)" + re.escape(BEGIN) + rb"( [+*])?\n(?:/[^\n]*\n)*" + re.escape(END))


@dataclass(frozen=True)
class HookFolder:
    """A hooks folder.

    Attributes:
        kind: `own` (in the git folder), `worktree` (in the working copy: a manager's, or the project's), or `shared`
            (anywhere else: other repositories may use it too).
    """

    path: Path
    kind: str


def folder_of(location: Location) -> HookFolder:
    """The folder that git runs this repository's hooks from, whatever configuration says so."""
    answer = Git(None)(
        "rev-parse", "--path-format=absolute", "--git-path", "hooks", cwd=location.worktree or location.git_dir
    )
    path = Path(os.fsdecode(answer).removesuffix("\n"))
    real = path.resolve()
    if real.is_relative_to(location.git_dir):
        return HookFolder(path, OWN)
    inside = location.worktree is not None and real.is_relative_to(location.worktree.resolve())
    return HookFolder(path, WORKTREE if inside else SHARED)


def is_tracked(location: Location, path: Path) -> bool:
    """Whether git tracks a file of the working copy."""
    if location.worktree is None or not path.parent.is_dir():
        return False
    listed = Git(Path("/dev/null"))("--literal-pathspecs", "ls-files", "-z", "--", path.name, cwd=path.parent)
    return bool(listed)


def remember(git_dir: Path, folder: Path) -> None:
    """Note that our hooks are in a folder."""
    known = recorded(git_dir)
    if folder not in known:
        _write(git_dir / RECORD, b"".join(os.fsencode(path) + b"\0" for path in [*known, folder]))


def recorded(git_dir: Path) -> list[Path]:
    """The folders that our hooks were put in."""
    try:
        content = (git_dir / RECORD).read_bytes()
    except OSError:
        return []
    return [Path(os.fsdecode(line)) for line in content.split(b"\0") if line]


def forget(git_dir: Path) -> None:
    """Our hooks are in no folder any more."""
    (git_dir / RECORD).unlink(missing_ok=True)


def exclude(location: Location, folder: Path) -> None:
    """Keep what we put into a folder of the working copy out of `git status`, by `info/exclude` (gitignore(5))."""
    include(location.git_dir)
    names = sorted(path.name for path in folder.iterdir() if "fullautoci" in path.name or _is_ours(path))
    git = Git(None)
    shown = git("--literal-pathspecs", "ls-files", "-z", "--others", "--exclude-standard", "--", *names, cwd=folder)
    untracked = [name for name in shown.split(b"\0") if name]
    if location.worktree is None or not untracked:
        return
    top = os.fsencode(folder.resolve().relative_to(location.worktree.resolve()))
    target = location.git_dir / "info/exclude"
    there = target.exists()
    before = target.read_bytes() if there else b""
    unfinished = bool(before) and not before.endswith(b"\n")
    mark = b" +" if unfinished else b"" if there else b" *"
    lines = b"".join(b"/" + _escaped(top + b"/" + name) + b"\n" for name in untracked)
    target.parent.mkdir(exist_ok=True)
    _write(target, before + (b"\n" if unfinished else b"") + BEGIN + mark + b"\n" + lines + END)


def include(git_dir: Path) -> None:
    """Undo `exclude`, byte for byte."""
    target = git_dir / "info/exclude"
    with contextlib.suppress(OSError):
        before = target.read_bytes()
        found = _BLOCK.search(before)
        if found is None:
            return
        at_end = found.end() == len(before)  # else somebody has gone on writing below
        kept_end = b"" if found[2] == b" +" and at_end else found[1]
        after = before[: found.start()] + kept_end + before[found.end() :]
        if found[2] == b" *" and not after:
            target.unlink()
        else:
            _write(target, after)


def _is_ours(path: Path) -> bool:
    from fullautoci.vcs.git import hook_file

    return hook_file.ours(path)


def _escaped(path: bytes) -> bytes:
    return re.sub(rb"([\\*?\[\]! #])", rb"\\\1", path)


def _write(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_bytes(content)
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o777)
    temporary.replace(target)
