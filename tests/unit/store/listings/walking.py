"""Going through a listing from its first part to its last."""

from collections.abc import Callable
from typing import Any

from fullautoci.store.paging import Page

PARTS = 200


def everything(part: Callable[[str], Page]) -> list[dict[str, Any]]:
    """All items of a listing, each of which comes once.

    Args:
        part: the part that begins at a cursor.
    """
    items: list[dict[str, Any]] = []
    cursor = ""
    for _ in range(PARTS):
        found = part(cursor)
        items += found.items
        cursor = found.following
        if not cursor:
            return items
    raise AssertionError(f"the listing has no end: {len(items)} items")
