"""The values that configuration files are made of: durations, sizes, paths, texts."""

import re
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h|d|w)?")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT])?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


def seconds(value: Any) -> float:
    """A duration: `90`, `90s`, `10m`, `1.5h`; between one second and a day.

    Raises:
        ValueError: it is none.
    """
    found = _seconds(value)
    if not 1 <= found <= 86400:
        raise ValueError("a duration between 1s and 24h is expected")
    return found


def _seconds(value: Any) -> float:
    match = _DURATION.fullmatch(str(value).strip()) if isinstance(value, str | int | float) else None
    if match is None or isinstance(value, bool):
        raise ValueError("a duration such as 90s, 10m or 1h is expected")
    return float(match[1]) * _UNITS[match[2] or "s"]


def long_seconds(value: Any) -> float:
    """A duration of up to a year: `12h`, `14d`, `4w`.

    Raises:
        ValueError: it is none.
    """
    found = _seconds(value)
    if not 1 <= found <= 366 * 86400:
        raise ValueError("a duration between 1s and 366d is expected")
    return found


def long_seconds_or_off(value: Any) -> Any:
    """A duration of up to a year, or `off`.

    Raises:
        ValueError: it is neither.
    """
    return "off" if value is False or value == "off" else long_seconds(value)


def size(value: Any) -> int:
    """A number of bytes: `4096`, `500M`, `2G`, in units of 1024; at least 1 MiB.

    Raises:
        ValueError: it is none.
    """
    match = _SIZE.fullmatch(str(value).strip()) if isinstance(value, str | int) else None
    if match is None or isinstance(value, bool):
        raise ValueError("a size such as 500M or 2G is expected")
    found = int(float(match[1]) * 1024 ** " KMGT".index(match[2] or " "))
    if found < 1024 * 1024:
        raise ValueError("a size of at least 1M is expected")
    return found


def _inside(value: Any) -> str:
    path = PurePosixPath(value) if isinstance(value, str) else PurePosixPath("/")
    if path.is_absolute() or ".." in path.parts or str(value).startswith("-") or "\0" in str(value):
        raise ValueError("a path below the repository's top is expected")
    return str(value)


def brought_path(value: Any) -> str:
    """The path of a file below the working copy's top, written in one way.

    Raises:
        ValueError: it is none, or is git's own.
    """
    path = PurePosixPath(text(_inside(value)))
    if not path.parts or any(part.lower() == ".git" for part in path.parts) or len(str(path)) > 1000:
        raise ValueError("a file below the repository's top is expected")
    return str(path)


def text(value: Any) -> str:
    """What can be a variable's value or a program's argument; a number too, as it is written.

    Raises:
        ValueError: it is none.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("text is expected; put it in quotes")  # noqa: TRY004 - what pydantic turns into its own
    if "\0" in str(value) or any("\ud800" <= character <= "\udfff" for character in str(value)):
        raise ValueError("text is expected that every program can be given")
    return str(value)


def _command(value: Any) -> Any:
    if not isinstance(value, list) or value[:1] in ([], [""]):
        raise ValueError("a list of commands is expected, each a list of words: [[make, assets]]")
    return value


def switch(value: Any) -> Any:
    """`on` and `off` as words, which YAML makes truth values of; anything else as it is."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


Duration = Annotated[float, BeforeValidator(seconds)]
Size = Annotated[int, BeforeValidator(size)]
InsidePath = Annotated[str, BeforeValidator(_inside)]
Text = Annotated[str, BeforeValidator(text)]
BroughtPath = Annotated[str, BeforeValidator(brought_path)]
Command = Annotated[tuple[Text, ...], BeforeValidator(_command)]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$")]


class Section(BaseModel):
    """A part of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
