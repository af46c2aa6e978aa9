"""`pyproject.toml` as hostile input: what is not of the type that its specification says is an error that names it."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fullautoci.errors import PreparationError
from fullautoci.text import one_line

SIZE_LIMIT = 1024 * 1024


def read_text(checkout: Path, path: str) -> str:
    """A small text file of the checkout; empty where there is none, or where it leads out of the checkout.

    Raises:
        PreparationError: it is larger than a file of its kind can be.
    """
    target = checkout / path
    if not target.is_file() or not target.resolve().is_relative_to(checkout.resolve()):
        return ""
    if target.stat().st_size > SIZE_LIMIT:
        raise PreparationError(f"{one_line(path)} is larger than {SIZE_LIMIT} bytes")
    return target.read_bytes().decode("utf-8-sig", "replace").replace("\r\n", "\n")


def read(checkout: Path) -> dict[str, Any]:
    """The whole file; empty where there is none.

    Raises:
        PreparationError: it is no TOML.
    """
    try:
        return tomllib.loads(read_text(checkout, "pyproject.toml"))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise PreparationError(f"pyproject.toml: {one_line(str(error))}") from error


def table(pyproject: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """A table; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    here: Any = pyproject
    for depth, key in enumerate(keys):
        here = here.get(key, {})
        if not isinstance(here, dict):
            raise PreparationError(f"pyproject.toml: '{one_line('.'.join(keys[: depth + 1]))}' must be a table")
    return dict(here)


def texts(found: Mapping[str, Any], key: str) -> list[str]:
    """A list of texts; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = found.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise PreparationError(f"pyproject.toml: '{one_line(key)}' must be a list of texts")
    return list(value)


def text_table(found: Mapping[str, Any], key: str) -> dict[str, str]:
    """A table of texts; empty where there is none.

    Raises:
        PreparationError: something else stands there.
    """
    value = table(found, key)
    if not all(isinstance(item, str) for item in value.values()):
        raise PreparationError(f"pyproject.toml: '{one_line(key)}' must hold texts")
    return value
