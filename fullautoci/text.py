"""Text from outside, made safe to store and to show."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]"  # CSI sequences, colours among them
    r"|\][^\x07\x1b]*(?:\x07|\x1b\\)?"  # OSC sequences, links and titles among them
    r"|[PX^_][^\x1b]*(?:\x1b\\)?"  # DCS, SOS, PM and APC strings
    r"|[@-Z\\-_]?)"
)
# Of what tells an environment apart, what is shown with a result.
DETAILS = ("from", "shell", "name", "image", "engine", "tools", "limits", "sandbox")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def decode(raw: bytes) -> str:
    """UTF-8 where it is, and visible escapes (`\\xff`) for every byte that is not."""
    return raw.decode("utf-8", "backslashreplace")


def storable(value: str) -> str:
    """The same text with lone surrogates (bytes of a path that were not UTF-8) as visible escapes."""
    try:
        return decode(value.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # surrogates that stand for no byte
        return value.encode("utf-8", "backslashreplace").decode("utf-8")


def one_line(value: str, limit: int = 200) -> str:
    """The first `limit` characters on one line, without control, colour, or direction marks."""
    flat = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _ANSI.sub("", value.replace("\n", " ").replace("\t", " ")))
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"


def plain(value: str) -> str:
    """Several lines without terminal sequences, control characters or direction marks."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _ANSI.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def counted(count: int, noun: str) -> str:
    """A count with its noun: `1 file`, `2 files`."""
    return f"{count} {noun}{'s' * (count != 1)}"


def number(value: float) -> str:
    """A number with at most two digits behind the point, and no needless zeros."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def timestamp() -> str:
    """Now, as ISO 8601 in UTC with milliseconds."""
    return iso(datetime.now(UTC))


def iso(moment: datetime) -> str:
    """A moment as ISO 8601 in UTC with milliseconds: `2026-01-31T23:59:59.123Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def tail(raw: bytes, lines: int = 20) -> str:
    """The last lines of a program's output, for an error's hint."""
    return plain("\n".join(decode(raw).splitlines()[-lines:])).strip()


def variant_name(tool: str, variant: str) -> str:
    """How a job is called: its tool, and which of several variants: `coverage@3.13`."""
    return f"{tool}@{variant}" if variant else tool


def described_environment(found: Mapping[str, Any]) -> str:
    """A job's environment in a line: kind, interpreter, and what tells it apart or bounds it."""
    if not found.get("kind"):
        return ""
    detail = found.get("detail") or {}
    told = [f"{name} {one_line(str(detail[name]), 120)}" for name in DETAILS if detail.get(name)]
    return ", ".join([found["kind"], *filter(None, [one_line(str(found.get("interpreter", "")), 100)]), *told])
