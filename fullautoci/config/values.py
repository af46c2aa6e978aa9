"""The values that configuration files are made of: durations, sizes, paths, texts."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from fullautoci.config.numerals import text_of

_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|m|h|d|w)?")
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT])?")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, "w": 604800.0}


@dataclass(frozen=True, eq=False)
class Form:
    """How a kind of value is written.

    Attributes:
        name: what the reference calls it.
        schemas: in JSON Schema, each of the ways; none: as pydantic has it.
        write: from the value to how a file has it; None: as it is.
    """

    name: str
    schemas: tuple[dict[str, Any], ...] = ()
    write: Callable[[Any], Any] | None = None

    def __get_pydantic_json_schema__(self, core_schema: Any, handler: Any) -> Any:
        """What editors are told."""
        if not self.schemas:
            return handler(core_schema)
        return dict(self.schemas[0]) if len(self.schemas) == 1 else {"anyOf": [dict(one) for one in self.schemas]}


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
    return text_of(value)


def _command(value: Any) -> Any:
    if not isinstance(value, list) or value[:1] in ([], [""]):
        raise ValueError("a list of commands is expected, each a list of words: [[make, assets]]")
    return value


def switch(value: Any) -> Any:
    """`on` and `off` as words, which YAML makes truth values of; anything else as it is."""
    return {True: "on", False: "off"}[value] if isinstance(value, bool) else value


def project_path(value: Any) -> str:
    """The path of a project's folder, written in one way; `.` is the top.

    Raises:
        ValueError: it is none.
    """
    return str(PurePosixPath(text(_inside(value))))


def written_duration(value: Any) -> Any:
    """A number of seconds in the largest unit of which it is a whole number: `10m`; anything else as it is."""
    if not isinstance(value, int | float):
        return Word(value)
    unit = next((unit for unit in "dhm" if value % _UNITS[unit] == 0), "s")
    number = f"{value / _UNITS[unit]:.3f}".rstrip("0").rstrip(".")
    return f"{number}{unit}"


def written_size(value: Any) -> Any:
    """A number of bytes in the largest unit of which it is a whole number: `500M`."""
    if not isinstance(value, int):
        return value
    power = next((power for power in (4, 3, 2, 1) if value % 1024**power == 0), 0)
    return f"{value // 1024**power}{' KMGT'[power]}" if power else value


class Word(str):
    """A word that is written without quotes, though YAML takes it for something else: `on`, `off`."""

    __slots__ = ()


_DURATION_TEXT: dict[str, Any] = {"type": "string", "pattern": r"^\s*\d{1,6}(\.\d{1,3})?\s*[smhdw]?\s*$"}
DURATION_SCHEMAS: tuple[dict[str, Any], ...] = ({"type": "number", "minimum": 1, "maximum": 86400}, _DURATION_TEXT)
LONG_DURATION_SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "number", "minimum": 1, "maximum": 366 * 86400},
    _DURATION_TEXT,
)
OFF_SCHEMAS: tuple[dict[str, Any], ...] = ({"const": "off"}, {"const": False})
_SIZE_SCHEMAS: tuple[dict[str, Any], ...] = (
    {"type": "integer", "minimum": 1024 * 1024},
    {"type": "string", "pattern": r"^\s*\d{1,15}(\.\d{1,3})?\s*[KMGT]?\s*$"},
)
_PATH_SCHEMA: dict[str, Any] = {"type": "string", "pattern": r"^(?![-/])(?!(.*/)?\.\.(/|$))"}
_TEXT_SCHEMA: dict[str, Any] = {"type": ["string", "number"]}


def switch_form(*words: str) -> Form:
    """The form of `on`, `off`, and what there may be beside them."""
    schemas: tuple[dict[str, Any], ...] = ({"enum": list(words)}, {"type": "boolean"})
    return Form(", ".join(f"`{word}`" for word in words), schemas, Word)


Duration = Annotated[float, BeforeValidator(seconds), Form("duration", DURATION_SCHEMAS, written_duration)]
LongDuration = Annotated[
    float, BeforeValidator(long_seconds), Form("duration", LONG_DURATION_SCHEMAS, written_duration)
]
Size = Annotated[int, BeforeValidator(size), Form("size", _SIZE_SCHEMAS, written_size)]
InsidePath = Annotated[str, BeforeValidator(_inside), Form("path", (_PATH_SCHEMA,))]
Text = Annotated[str, BeforeValidator(text), Form("text", (_TEXT_SCHEMA,))]
ProjectPath = Annotated[str, BeforeValidator(project_path), Form("path", (_PATH_SCHEMA,))]
BroughtPath = Annotated[str, BeforeValidator(brought_path), Form("path", (_PATH_SCHEMA,))]
Command = Annotated[
    tuple[Text, ...],
    BeforeValidator(_command),
    Form("command", ({"type": "array", "items": _TEXT_SCHEMA, "minItems": 1},)),
]
VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,99}$"), Form("name")]


class Section(BaseModel):
    """A part of the file; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)
