"""Moments at which something is to end, as people write them."""

import re
from datetime import UTC, date, datetime, time

from fullautoci.errors import UsageError
from fullautoci.text import iso, one_line


def end(said: object) -> str | None:
    """The moment at which something ends: of a date its end, here; of a moment without a zone, here too.

    Raises:
        UsageError: that is no date or moment, or it is over.
    """
    if said in (None, ""):
        return None
    try:
        text = str(said)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            moment = datetime.combine(date.fromisoformat(text), time(23, 59, 59, 999000)).astimezone(UTC)
        else:
            moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"'{one_line(str(said), 40)}' is no date", "2026-12-31, or 2026-12-31T18:00") from error
    if moment <= datetime.now(UTC):
        raise UsageError(f"{one_line(text, 40)} is over", "an end lies in the future")
    return iso(moment)
