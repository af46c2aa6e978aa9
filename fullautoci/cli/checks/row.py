"""What a look at one thing found."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One thing that was looked at: `ok`, `warning` or `problem`, what was found, and what to do."""

    what: str
    state: str
    found: str
    hint: str = ""
