"""Files that a job's own programs may have made: read as such, whatever they have put in their place."""

import errno
import os
import shutil
import stat
from pathlib import Path


def read(path: Path, limit: int) -> bytes:
    """A regular file's bytes; never a link's, and never waiting for a pipe.

    Raises:
        OSError: it is no regular file, or has more than `limit` bytes.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        data = file.read(limit + 1)
    if len(data) > limit:
        raise OSError(errno.EFBIG, f"it has more than {limit} bytes", str(path))
    return data


def copy_tree(source: Path, target: Path) -> None:
    """Copy regular files, and folders, of one folder into another; nothing goes through a link on either side.

    Raises:
        OSError: a link stands where a folder has to be.
    """
    for folder in (source, target):
        if folder.is_symlink():
            raise OSError(errno.ELOOP, "a link stands where a folder has to be", str(folder))
    target.mkdir(exist_ok=True)
    for path in sorted(source.iterdir()):
        mode = path.lstat().st_mode
        if stat.S_ISDIR(mode):
            copy_tree(path, target / path.name)
        elif stat.S_ISREG(mode):
            copy_file(path, target / path.name)


def copy_file(source: Path, target: Path) -> None:
    """Copy a regular file, in place of whatever file or link is there; its folder is one that nobody else writes to.

    Raises:
        OSError: it is no regular file.
    """
    target.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    with open(os.open(source, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as old:  # noqa: PTH123 - a descriptor
        mode = os.fstat(old.fileno()).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(source))
        with open(os.open(target, flags, stat.S_IMODE(mode) & 0o777), "wb") as new:  # noqa: PTH123 - a descriptor
            shutil.copyfileobj(old, new)
