"""Values of a report that others wrote: what they must be, or a ValueError."""

import math

LARGEST = 2**53  # what JSON readers agree on (RFC 8259, section 6)


def whole(value: object) -> int:
    """A whole number from 0 to 2^53."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise ValueError(f"{value!r:.40} is no count")
    return value


def finite(value: object) -> float:
    """A number that is neither infinite nor NaN."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r:.40} is no number")
    return float(value)
