"""A notice on the desktop when a branch's outcome changes (`notify: {desktop: true}` in config.yml)."""

import logging
import shutil
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from queue import SimpleQueue

from fullautoci import process
from fullautoci.model import Outcome
from fullautoci.store import changes
from fullautoci.store.changes import Change
from fullautoci.store.database import Connection
from fullautoci.text import one_line

log = logging.getLogger(__name__)
TIMEOUT_S = 10.0
LONGEST = 200
APPLESCRIPT = ("on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run")


class Desktop:
    """Shows notices, in a thread of its own: nothing of ours waits for a desktop.

    Args:
        reading: opens a read-only connection.

    Attributes:
        problem: why notices cannot be shown; empty: nothing is known against it.
    """

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading
        self._runs: SimpleQueue[int | None] = SimpleQueue()
        self.problem = ""
        self._thread = threading.Thread(target=self._work, name="desktop", daemon=True)
        self._thread.start()

    def finished(self, run: int) -> None:
        """A run is over; if that changes its branch's outcome, there is a notice."""
        self._runs.put(run)

    def stop(self) -> None:
        """Show what waits, and end."""
        self._runs.put(None)
        self._thread.join(timeout=TIMEOUT_S)

    def _work(self) -> None:
        while (run := self._runs.get()) is not None:
            try:
                with self._reading() as connection:
                    change = changes.of(connection, run)
                if change is not None:
                    self._show(change)
            except Exception:
                log.exception("the notice of run %d", run)

    def _show(self, change: Change) -> None:
        argv = command(change)
        problem = ""
        if shutil.which(argv[0]) is None:
            problem = f"{argv[0]} is not installed"
        else:
            try:
                done = process.run(argv, timeout=TIMEOUT_S)
            except (OSError, TimeoutError) as error:
                problem = str(error)
            else:
                if done.returncode:
                    problem = one_line(done.stderr.decode(errors="replace")) or f"it ended with {done.returncode}"
        if problem and problem != self.problem:
            log.warning("no notice can be shown: %s", problem)
        self.problem = problem and f"desktop notices cannot be shown: {problem}"


def command(change: Change, platform: str = sys.platform) -> list[str]:
    """What shows a notice: osascript(1), or notify-send(1), whose body is markup."""
    word = "passes again" if change.outcome == Outcome.PASSED else change.outcome.replace("_", " ")
    title = one_line(f"Full Auto CI: {change.repository} {change.branch} {word}", LONGEST)
    reasons = "; ".join(change.reasons)
    body = one_line(f"{change.sha[:10]} {change.subject}{': ' if reasons else ''}{reasons}", LONGEST)
    if platform == "darwin":
        return ["osascript", *(part for line in APPLESCRIPT for part in ("-e", line)), title, body]
    # notify-send takes backslash sequences of the body apart first (g_strcompress), and then the markup.
    escaped = body.replace("\\", "\\\\").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    urgency = "normal" if change.outcome == Outcome.PASSED else "critical"
    return ["notify-send", "--app-name=Full Auto CI", f"--urgency={urgency}", "--", title, escaped]
