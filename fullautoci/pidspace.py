"""A process namespace for a job's programs, by bubblewrap where it works: when its first process ends, so does all of
it, and it ends with whoever started it, however that ends. No other way without privileges covers a SIGKILL.
"""

import errno
import functools
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

# Everything else is as it is outside: this is about what may survive, not about what may be seen.
OPTIONS = ("--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent", "--")
TIMEOUT_S = 10.0


@functools.cache
def program() -> str | None:
    """bubblewrap, where it is installed and works."""
    found = shutil.which("bwrap")
    if found is None:
        return None
    try:
        done = subprocess.run([found, *OPTIONS, "true"], capture_output=True, timeout=TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return found if done.returncode == 0 else None


def wrap(argv: Sequence[str], cwd: Path, path: str) -> list[str]:
    """The command that runs `argv` in a process namespace of its own.

    Args:
        cwd: where it is run.
        path: where a program without a slash is looked for.

    Raises:
        OSError: it cannot be started, which bubblewrap would only print.
    """
    found = program()
    if found is None:
        return list(argv)
    there = cwd / argv[0] if "/" in argv[0] else shutil.which(argv[0], path=path)
    if there is None or not Path(there).exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
    if Path(there).is_dir() or not os.access(there, os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), argv[0])
    return [found, *OPTIONS, *argv]
