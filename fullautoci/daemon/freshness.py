"""Whether the daemon still is what is installed: `pip install -U` under it, or an interpreter that was replaced."""

import os
import re
import sys
from pathlib import Path

import fullautoci

_VERSION = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


class Freshness:
    """Compares what this process was started from with what is there now; a few `stat` calls each time."""

    def __init__(self) -> None:
        self._package = Path(fullautoci.__file__)
        self._stamp = _stamp(self._package)
        self._python = Path(sys.executable)
        self._interpreter = _stamp(self._python)

    def stale(self) -> str:
        """What is other than at the start, as a sentence; empty: nothing."""
        if not self._python.exists():
            return f"the Python that the daemon was started with is gone ({self._python})"
        now = _stamp(self._package)
        if now is None:
            return f"the installation that the daemon was started from is gone ({self._package.parent})"
        if now != self._stamp:
            found = _VERSION.search(self._package.read_text("utf-8", "replace"))
            version = found[1] if found else "unknown"
            if version != fullautoci.__version__:
                return f"version {version} was installed since the daemon of version {fullautoci.__version__} started"
        if _stamp(self._python) != self._interpreter:
            return f"the Python of the daemon was replaced since it started ({self._python})"
        return ""


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced: of a link, where it leads."""
    try:
        status = os.stat(path)  # noqa: PTH116 - follows links
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns
