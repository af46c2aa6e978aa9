"""Numbers that know how they were written: as text `1.10` is not 1.1, and `12:30` is not 750."""

from typing import Any, TypeVar

Number = TypeVar("Number", int, float)


class Whole(int):
    """A whole number that was not written as Python would: `0777`, `1_000`, `12:30`.

    Attributes:
        written: how it was.
    """

    written: str


class Fraction(float):
    """A number that was not written as Python would: `1.10`, `.5`.

    Attributes:
        written: how it was.
    """

    written: str


def as_written(value: Number, kind: type[Any], text: str) -> Number:
    """A number that is of another `kind`, and knows its text, where that is not how Python writes it."""
    if str(value) == text:
        return value
    found = kind(value)
    found.written = text
    return found  # type: ignore[no-any-return]


def text_of(value: object) -> str:
    """A value as it was written."""
    return str(getattr(value, "written", value))
