"""The wall clock of a home's programs, which leaps when a test says so; the monotonic clock is left alone."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.home import Home
from tests.support.parts import lacking

SOURCE = Path(__file__).with_suffix(".c")


class WallClock:
    """Made before the home's daemon is started.

    Args:
        folder: where it is kept.
    """

    def __init__(self, home: Home, folder: Path) -> None:
        compiler = shutil.which("cc")
        if compiler is None or sys.platform != "linux":
            lacking("cc", "no C compiler is installed, or its libraries cannot be preloaded here")
        library, self._leap = folder / "wall_clock.so", folder / "leap"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        home.env |= {"LD_PRELOAD": str(library), "WALL_CLOCK_LEAP": str(self._leap)}

    def leap(self, seconds: int) -> None:
        """Show the time that the machine's clock shows and so many seconds more, from now on."""
        new = self._leap.with_suffix(".new")
        new.write_text(f"{seconds}")
        new.replace(self._leap)
