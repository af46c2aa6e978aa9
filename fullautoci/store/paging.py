"""Parts of listings: each part says where the next one begins, by the key of the last row that was looked at.

A cursor is base64url (RFC 4648, section 5, without padding) of a JSON list: a check of the rest, the name of the order,
and the key. It is opaque to whoever gets one; what they changed is told from what we made. It gives no rights: what
may be seen is asked again for each part.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from fullautoci.errors import UsageError

# Of what a row is known by in an order: texts and numbers, none of them null.
Key = tuple[Any, ...]
Row = TypeVar("Row")

LIMIT = 500
# So many rows are looked at for one part: where fewer fit, it is short, and the next one goes on from there.
BUDGET = 5_000
_CURSOR_LIMIT = 2_000


@dataclass(frozen=True)
class Page:
    """A part of a listing; it may be short, even empty, and yet not the last.

    Attributes:
        following: the cursor at which the next part begins; empty: there is none.
    """

    items: list[dict[str, Any]]
    following: str = ""


def numbered(found: list[dict[str, Any]], limit: int) -> Page:
    """A part of a listing of things by their numbers, of which one more was looked for than are to be shown."""
    return Page(found[:limit], str(found[limit - 1]["id"]) if len(found) > limit else "")


@dataclass(frozen=True)
class Order:
    """An order of rows.

    Attributes:
        name: by which cursors of this order are known.
        first: a key before all others; its types are those of every key.
        descending: whether keys become smaller.
    """

    name: str
    first: Key
    descending: bool = True


LARGEST = 2**63 - 1
NEWEST = Order("newest", (LARGEST,))
OLDEST = Order("oldest", (-1,), descending=False)
# By time first, for listings between two moments: numbers follow the order of arrival, whatever the clock said.
LATEST = Order("latest", ("~", LARGEST))
EARLIEST = Order("earliest", ("", -1), descending=False)


def cursor(order: Order, key: Key) -> str:
    """What names a place in an order."""
    said = json.dumps([order.name, *key], separators=(",", ":"))
    whole = json.dumps([_check(said), said], separators=(",", ":"))
    return base64.urlsafe_b64encode(whole.encode()).decode().rstrip("=")


def place(order: Order, said: str) -> Key:
    """The key at which a part begins: that of a cursor, or the order's first where there is none.

    Raises:
        UsageError: that is no cursor of this listing.
    """
    if not said:
        return order.first
    wrong = UsageError("'cursor' is none of this listing's", "take it from the 'Link' of the part before, as it is")
    if len(said) > _CURSOR_LIMIT or not said.isascii():
        raise wrong
    try:
        whole = json.loads(base64.b64decode(said + "=" * (-len(said) % 4), altchars=b"-_", validate=True))
        check, told = whole
        name, *key = json.loads(told)
        right = _check(told)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise wrong from error
    fits = len(key) == len(order.first) and all(map(_same_type, key, order.first))
    if check != right or name != order.name or not fits:
        raise wrong
    return tuple(key)


def _check(said: str) -> str:
    return hashlib.sha256(f"fullautoci cursor {said}".encode()).hexdigest()[:12]


def _same_type(one: object, other: object) -> bool:
    if isinstance(other, str):
        return isinstance(one, str) and _is_text(one)
    return isinstance(one, int | float) and not isinstance(one, bool) and abs(one) <= LARGEST


def collect(
    keys: Iterable[Key], fetch: Callable[[Sequence[Key]], Mapping[Key, Row]], order: Order, limit: int
) -> tuple[list[Row], str]:
    """The first rows that fit, in the order of their keys, and the cursor at which it goes on.

    Args:
        keys: of rows that may fit, in order; taken as they are needed.
        fetch: of some of these keys the rows that do fit, each with its key.
        limit: how many rows; at most `LIMIT`.
    """
    limit = max(1, min(limit, LIMIT))
    rest, seen = iter(keys), 0
    rows: list[Row] = []
    last: Key | None = None
    size = limit + 1
    while chunk := list(islice(rest, size)):
        found = fetch(chunk)
        for key in chunk:
            if key in found and len(rows) == limit:
                return rows, cursor(order, last or key)
            if key in found:
                rows.append(found[key])
            last = key
        seen += len(chunk)
        if seen >= BUDGET:
            return rows, cursor(order, last or chunk[-1]) if _more(rest) else ""
        size = min(2 * size, LIMIT)
    return rows, ""


def _more(rest: Iterator[Key]) -> bool:
    return next(rest, None) is not None


def _is_text(said: str) -> bool:
    """Whether it can be looked for at all: half a surrogate pair, which JSON allows, is no character."""
    try:
        said.encode()
    except UnicodeEncodeError:
        return False
    return True
