"""Moments between which something is looked for, as people and programs write them."""

from datetime import UTC, datetime

from fullautoci.errors import UsageError
from fullautoci.text import iso, one_line


def instant(said: str, name: str) -> str:
    """A moment as it is stored: ISO 8601 in UTC with milliseconds; empty where nothing is said.

    A date is its first moment; what names no zone is meant in UTC.

    Args:
        name: of the parameter, for the error.

    Raises:
        UsageError: that is no date and no moment.
    """
    if not said:
        return ""
    try:
        moment = datetime.fromisoformat(said)
        return iso(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        raise UsageError(
            f"'{name}' is no moment: '{one_line(said, 40)}'", "as in 2026-12-31 or 2026-12-31T18:00:00Z"
        ) from error
