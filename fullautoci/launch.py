"""The command that runs a job's program: inside its limits, and in a sandbox where there can be one."""

import errno
import os
import resource
import shutil
from collections.abc import Sequence
from pathlib import Path

from fullautoci import pidspace, sandbox
from fullautoci.model import Limits

# A shell sets them and becomes the program: from outside they would come too late for what it has started by then, and
# between fork and exec no Python may run in a process with threads. POSIX: a block of `ulimit -f` has 512 bytes.
LIMITED = 'ulimit {} && exec "$@"'
OPTIONS = {"-v": ("RLIMIT_AS", 1024), "-f": ("RLIMIT_FSIZE", 512)}


def command(argv: Sequence[str], cwd: Path, path: str, limits: Limits) -> list[str]:
    """The command that runs `argv` inside these limits.

    Args:
        cwd: where it is run.
        path: where a program without a slash is looked for.

    Raises:
        OSError: it cannot be started, which a program between us and it would only print.
    """
    wanted = {"-v": limits.memory, "-f": limits.file_size}
    bounds = [f"{option} {_units(option, most)}" for option, most in wanted.items() if most is not None]
    strict = limits.box is not None and limits.box.strict
    contained = strict or (limits.contained and pidspace.program() is not None)
    if bounds or contained:
        _check(argv[0], cwd, path)
    made = list(argv)
    if contained:
        made = sandbox.wrap(argv, cwd, limits.box) if limits.box is not None else pidspace.wrap(argv)
    if bounds:
        made = ["/bin/sh", "-c", LIMITED.format(" && ulimit ".join(bounds)), "sh", *made]
    return made


def _units(option: str, most: int) -> int:
    """So many bytes, or what is left of them by a limit of our own, as the shell counts them."""
    name, unit = OPTIONS[option]
    hard = resource.getrlimit(getattr(resource, name))[1]
    return (most if hard == resource.RLIM_INFINITY else min(most, hard)) // unit


def _check(program: str, cwd: Path, path: str) -> None:
    there = cwd / program if "/" in program else shutil.which(program, path=path)
    if there is None or not Path(there).exists():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    if Path(there).is_dir() or not os.access(there, os.X_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), program)
