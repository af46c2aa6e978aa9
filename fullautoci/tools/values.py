"""Values of a report that others wrote: what they must be, or a ValueError."""

import reprlib

LARGEST = 2**53  # what JSON readers agree on (RFC 8259, section 6)


def whole(value: object) -> int:
    """A whole number from 0 to 2^53."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError(f"{_shown(value)} is no count")
    return value


def finite(value: object) -> float:
    """A number of that size at most: neither infinite nor NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{_shown(value)} is no number")
    return float(value)


def text(value: object) -> str:
    """A text."""
    if not isinstance(value, str):
        raise ValueError(f"{_shown(value)} is no text")  # noqa: TRY004 - it is the report that is wrong
    return value


def _shown(value: object) -> str:
    """A value in few characters, however deep or long it is; `repr` would go down all of it."""
    return reprlib.repr(value)[:40]
