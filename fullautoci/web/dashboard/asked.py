"""What several pages are asked for."""

from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field

from fullautoci.web.schemas.base import Asked, Cursor
from fullautoci.web.schemas.listed import When

# Of a form whose fields may be left empty.
Word = Annotated[str, Field(max_length=1000)]
Outcome = Literal[
    "", "passed", "failed", "errored", "timed_out", "cancelled", "superseded", "quarantined", "skipped"
]  # fmt: skip


class Part(Asked):
    """A part of a listing."""

    cursor: Cursor = ""


class Commits(Part):
    """Which commits; empty: all."""

    text: Word = ""
    branch: Word = ""
    author: Word = ""
    tool: Word = ""
    outcome: Outcome = ""
    since: When = ""
    until: When = ""


def day_after(said: str) -> str:
    """The day after a day, so that what is `until` that day has all of it; what is no day stays as it is."""
    try:
        return (date.fromisoformat(said) + timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return said
