"""A process namespace for a job's programs, by bubblewrap where it works: when its first process ends, so does all of
it, and it ends with whoever started it, however that ends. No other way without privileges covers a SIGKILL.
"""

import functools
import shutil
import subprocess
from collections.abc import Sequence

# Everything else is as it is outside: this is about what may survive, not about what may be seen.
SPACE = ("--dev-bind", "/", "/", "--unshare-pid", "--proc", "/proc", "--die-with-parent")
OPTIONS = (*SPACE, "--")
TIMEOUT_S = 10.0


def program() -> str | None:
    """bubblewrap, where it is installed and works; a machine too busy to tell is asked again the next time."""
    found = shutil.which("bwrap")
    try:
        return found if found and _works(found) else None
    except (OSError, subprocess.TimeoutExpired):
        return None


@functools.cache
def _works(found: str) -> bool:
    done = subprocess.run([found, *OPTIONS, "true"], capture_output=True, timeout=TIMEOUT_S, check=False)
    return done.returncode == 0


def wrap(argv: Sequence[str]) -> list[str]:
    """The command that runs `argv` in a process namespace of its own; `argv` itself, where there can be none."""
    found = program()
    return list(argv) if found is None else [found, *OPTIONS, *argv]
