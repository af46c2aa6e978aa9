"""Files of the working copy that a checkout needs and no commit has: taken by the owner's consent.

The commit names the paths, so the names are hostile: nothing outside the working copy is read, nothing outside the
checkout is written, and what the commit has itself stays as it is.
"""

import contextlib
import hashlib
import os
import shlex
import stat
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from fullautoci.errors import PreparationError
from fullautoci.model import Job
from fullautoci.text import one_line

SIZE_LIMIT = 1024 * 1024


@dataclass(frozen=True)
class Brought:
    """A file of the working copy, as it was when the job began."""

    path: str
    content: bytes
    executable: bool

    @property
    def digest(self) -> str:
        """What tells it from another."""
        return hashlib.sha256(self.content).hexdigest() + ("x" if self.executable else "")


def gather(job: Job, tracked: Container[str]) -> list[Brought]:
    """Read what the commit asks for and does not have itself.

    Raises:
        PreparationError: the owner has not allowed it, or it is no file that can be brought.
    """
    wanted = [path for path in job.plan.bring if path not in tracked]
    for path in wanted:
        shown = one_line(path)
        if path not in job.allowed:
            raise PreparationError(
                f"the commit asks for {shown} of the working copy; the owner has not allowed it",
                f"'fullautoci bring allow {one_line(shlex.quote(path))}' in the repository allows it",
            )
        if job.worktree is None:
            raise PreparationError(
                f"the commit asks for {shown} of the working copy; this repository has none",
                "take it out of 'bring', or commit the file",
            )
    return [_read(job.worktree, path) for path in wanted if job.worktree is not None]


def _read(worktree: Path, path: str) -> Brought:
    shown = one_line(path)
    try:
        top, found = worktree.resolve(strict=True), (worktree / path).resolve(strict=True)
        inner = found.relative_to(top).parts if found.is_relative_to(top) else ("..",)
        if ".." in inner or ".git" in inner:
            raise PreparationError(f"{shown} leads out of the working copy", "only files in it can be brought")
        # Not to be kept waiting by a pipe, should it be one.
        descriptor = os.open(found, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise PreparationError(f"{shown} of the working copy is no regular file", "only files can be brought")
            with open(descriptor, "rb", closefd=False) as file:
                content = file.read(SIZE_LIMIT + 1)
        finally:
            os.close(descriptor)
    except FileNotFoundError as error:
        raise PreparationError(
            f"{shown} is not in the working copy",
            one_line(f"make it in {worktree}, or take it out of 'bring' in .fullautoci.yml", 500),
        ) from error
    except (OSError, RuntimeError, ValueError) as error:  # RuntimeError: a loop of links
        words = getattr(error, "strerror", None) or str(error)
        raise PreparationError(f"{shown} of the working copy cannot be read: {one_line(words)}") from error
    if len(content) > SIZE_LIMIT:
        raise PreparationError(f"{shown} of the working copy is larger than {SIZE_LIMIT // 1024} kB")
    return Brought(path, content, bool(status.st_mode & stat.S_IXUSR))


@contextlib.contextmanager
def brought(checkout: Path, files: Sequence[Brought]) -> Iterator[None]:
    """Have these files in a checkout, and take them out again.

    Raises:
        PreparationError: something of the commit's is in the way.
    """
    with contextlib.ExitStack() as stack:
        for file in files:
            stack.callback(_remove, checkout, _write(checkout, file))
        yield


def _write(checkout: Path, file: Brought) -> Path:
    parts = PurePosixPath(file.path).parts
    folder = checkout
    try:
        for part in parts[:-1]:
            folder = folder / part
            if folder.is_symlink():
                raise PreparationError(
                    f"{one_line(file.path)} leads through a link of the commit's", "name another path"
                )
            folder.mkdir(exist_ok=True)
        target = folder / parts[-1]
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(target, flags, 0o700 if file.executable else 0o600), "wb") as opened:  # noqa: PTH123
            opened.write(file.content)
    except OSError as error:
        raise PreparationError(
            f"{one_line(file.path)} cannot be brought: {error.strerror}", "the commit has something in its place"
        ) from error
    return target


def _remove(checkout: Path, path: Path) -> None:
    """Take a file out again, unless the job has put a link in its way: that leads to what is not ours.

    What the tool did to it is cleaned before the next job anyway.
    """
    with contextlib.suppress(OSError, RuntimeError):
        if path.parent.resolve() == checkout.resolve() / path.parent.relative_to(checkout):
            path.unlink()
