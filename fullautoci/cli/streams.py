"""The streams that a command was given: closed ones are stood in for, and what is said once is known to be written."""

import errno
import os
import sys

import click

# There is no room for what is written: it is no fault of ours.
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def stand_in() -> None:
    """Put /dev/null where stdin, stdout or stderr is closed.

    Without that, the next file or socket that is opened takes its number, and whatever is printed goes there.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            made = os.open(os.devnull, os.O_RDWR)
            if made != number:
                os.dup2(made, number)
                os.close(made)
            stream = open(number, "w" if number else "r", encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
            setattr(sys, name, stream)


def swallow() -> None:
    """Have what is still to be written to stdout go nowhere: nobody reads it, or it has no room."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)


def print_secret(text: str) -> None:
    """Print a text that is shown this once.

    Raises:
        OSError: it could not be written, or there is no stdout.
    """
    if sys.__stdout__ is None:
        raise OSError(errno.EBADF, "stdout is closed")
    click.echo(text)
    sys.stdout.flush()
