"""The journal of a repository's ratchets, part by part."""

import sqlite3
from collections.abc import Collection

from fullautoci.store import journal
from fullautoci.store.paging import LIMIT, Order, Page, cursor, place

ORDER = Order("journal", ("~", "~"))


def page(
    connection: sqlite3.Connection,
    repository_id: int,
    visible: Collection[int] | None,
    *,
    said: str = "",
    limit: int = 50,
) -> Page:
    """What moved ratchets, or nearly did, the newest first.

    Args:
        visible: ids of the repositories that whoever asks may see; None: all.
        said: the cursor at which the part begins.

    Raises:
        UsageError: the cursor is none of this listing's.
    """
    at, key = place(ORDER, said)
    if visible is not None and repository_id not in visible:
        return Page([])
    limit = max(1, min(limit, LIMIT - 1))
    found = journal.entries(connection, repository_id, before=f"{at} {key}", limit=limit + 1)
    if len(found) <= limit:
        return Page(found)
    return Page(found[:limit], cursor(ORDER, tuple(found[limit - 1]["cursor"].split(" ", 1))))
