"""Values as TOML, for the section of one tool without the rest of its file (https://toml.io/en/v1.0.0)."""

import datetime
import json
from collections.abc import Mapping


def written(table: Mapping[str, object]) -> bytes:
    """A document of these values."""
    lines = [f"{_text(key)} = {_value(value)}\n" for key, value in table.items()]
    return "".join(lines).encode("utf-8", "surrogateescape")


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(key))} = {_value(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)  # `inf` and `nan` are written so, too
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return _text(str(value))


def _text(text: str) -> str:
    """A basic string; what it has to escape, JSON escapes the same way, but for the one character of deletion."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
