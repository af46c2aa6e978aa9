"""`pyproject.toml`, and lock files in TOML, as hostile input.

What is not of the type that its specification says is an error that names the file and the place.
"""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

FILE = "pyproject.toml"
DOTS_LIMIT = 300
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
SIZE_LIMIT = 1024 * 1024
LOCK_LIMIT = 16 * SIZE_LIMIT


def read_text(checkout: Path, path: str, limit: int = SIZE_LIMIT) -> str:
    """A small text file of the checkout; empty where there is none, or where it leads out of the checkout.

    Raises:
        PreparationError: it is larger than a file of its kind can be.
    """
    target = checkout / path
    if not target.is_file() or not target.resolve().is_relative_to(checkout.resolve()):
        return ""
    if target.stat().st_size > limit:
        raise PreparationError(f"{one_line(path)} is larger than {limit} bytes")
    return target.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")


def read(checkout: Path, file: str = FILE, limit: int = SIZE_LIMIT) -> dict[str, Any]:
    """The whole file; empty where there is none.

    Raises:
        PreparationError: it is no TOML.
    """
    return parsed(read_text(checkout, file, limit), file)


def parsed(text: str, file: str = FILE) -> dict[str, Any]:
    """What a text says in TOML.

    Raises:
        PreparationError: it is no TOML.
    """
    if any(
        line.count(".") > DOTS_LIMIT and _QUOTED.sub("", line).count(".") > DOTS_LIMIT for line in text.splitlines()
    ):
        # The time that a key of so many parts takes to be read grows with their square.
        raise PreparationError(f"{file}: a line has more than {DOTS_LIMIT} dots outside of quotes")
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # a number that is too long is a ValueError, too
        raise PreparationError(f"{file}: {one_line(str(error))}") from error


def table(found: Mapping[str, Any], *keys: str, file: str = FILE) -> dict[str, Any]:
    """A table; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    here: Any = found
    for depth, key in enumerate(keys):
        here = here.get(key, {})
        if not isinstance(here, dict):
            raise PreparationError(f"{file}: '{one_line('.'.join(keys[: depth + 1]))}' must be a table")
    return dict(here)


def tables(found: Mapping[str, Any], key: str, file: str = FILE) -> list[dict[str, Any]]:
    """A list of tables; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = found.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise PreparationError(f"{file}: '{one_line(key)}' must be a list of tables")
    return list(value)


def text(found: Mapping[str, Any], key: str, file: str = FILE) -> str:
    """A text; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = found.get(key, "")
    if not isinstance(value, str):
        raise PreparationError(f"{file}: '{one_line(key)}' must be a text")
    return value


def texts(found: Mapping[str, Any], key: str, file: str = FILE) -> list[str]:
    """A list of texts; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = found.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PreparationError(f"{file}: '{one_line(key)}' must be a list of texts")
    return list(value)


def text_table(found: Mapping[str, Any], key: str) -> dict[str, str]:
    """A table of texts; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = table(found, key)
    if not all(isinstance(item, str) for item in value.values()):
        raise PreparationError(f"{FILE}: '{one_line(key)}' must hold texts")
    return value
