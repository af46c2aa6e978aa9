"""What is taken from a lock file."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Locked:
    """The packages of a lock file that are wanted, with all that they need.

    Attributes:
        file: its name.
        lines: exact requirements, sorted; all of them hold for the interpreter that was asked about.
        extras: the project's that are among it.
        groups: dependency groups that are among it.
        notes: what is to be said in the log.
    """

    file: str
    lines: tuple[str, ...]
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
