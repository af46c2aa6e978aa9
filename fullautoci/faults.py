"""Named moments at which a test may end a process, to prove that what comes after needs nothing that came before.

`FULLAUTOCI_FAULT=NAME@MARKER` has the first process that comes to the point NAME kill itself (SIGKILL), once: it leaves
the file MARKER, and where that is, nothing happens. Without the variable a point is an empty function.
"""

import os
import signal
from collections.abc import Callable

VARIABLE = "FULLAUTOCI_FAULT"


def _nothing(_name: str) -> None:
    """Be passed."""


def _armed(spec: str) -> Callable[[str], None]:
    wanted, _, marker = spec.partition("@")

    def die_once(name: str) -> None:
        if name != wanted:
            return
        try:
            os.close(os.open(marker, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)

    return die_once


point: Callable[[str], None] = _armed(os.environ[VARIABLE]) if VARIABLE in os.environ else _nothing
