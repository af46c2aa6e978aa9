"""JSON documents as others write them, read within bounds of memory and time."""

import json

# A value costs Python some hundred times the two bytes that it may be in the document: what has more of them than any
# real report is refused before it is read.
VALUE_LIMIT = 4_000_000
CONTAINER_LIMIT = 1_000_000


def parse(raw: bytes) -> object:
    """The document's value.

    Raises:
        ValueError: it is no JSON, too large, or nested too deep.
    """
    if raw.count(b",") > VALUE_LIMIT or raw.count(b"[") + raw.count(b"{") > CONTAINER_LIMIT:
        raise ValueError("it has more values than any report")
    try:
        value: object = json.loads(raw)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error
    return value


def table(value: object) -> dict[str, object]:
    """An object of the document.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(value, dict):
        raise ValueError(f"{type(value).__name__} is no object")  # noqa: TRY004 - it is the document that is wrong
    return value


def array(value: object) -> list[object]:
    """An array of the document.

    Raises:
        ValueError: it is something else.
    """
    if not isinstance(value, list):
        raise ValueError(f"{type(value).__name__} is no array")  # noqa: TRY004 - it is the document that is wrong
    return value
