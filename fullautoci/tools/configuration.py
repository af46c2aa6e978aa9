"""What a tool's own configuration says, and nothing of its neighbours'.

It may be a whole file (`.pylintrc`) or a section of a shared one (`pyproject.toml`). The digest is of what is said:
comments, formatting and other tools' sections do not count; what cannot be read counts byte for byte.
"""

import configparser
import hashlib
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from fullautoci.environments import pyproject
from fullautoci.errors import PreparationError
from fullautoci.model import ToolPlan


@dataclass(frozen=True)
class Configuration:
    """One tool's own.

    Attributes:
        name: of the file that it stands in, without folders; empty where there is none.
        content: a file that says the same to the tool, and nothing else.
        said: what it says, in values of JSON's kinds; None where there is none.
    """

    name: str = ""
    content: bytes = b""
    said: object = None


NONE = Configuration()


def digest(plan: ToolPlan, configuration: Configuration) -> str:
    """What tells one way of using a tool from another: values are compared only where it is the same."""
    paths = plan.paths if plan.said else ()
    described = [plan.command, plan.args, paths, sorted(plan.reports.items()), configuration.said]
    return hashlib.sha256(json.dumps(described, default=str).encode("utf-8", "surrogateescape")).hexdigest()


def candidate(project: str, name: str) -> str:
    """A file of the project's folder, relative to the repository's top."""
    return str(PurePosixPath(project) / name)


def inside(project: str, name: str) -> list[str]:
    """A file that is named, as a path from the repository's top; nothing where it is none of the repository's."""
    parts: list[str] = []
    for part in (*PurePosixPath(project).parts, *PurePosixPath(name).parts):
        if part == "/" or (part == ".." and not parts):
            return []
        parts = parts[:-1] if part == ".." else [*parts, part]
    return ["/".join(parts)] if name and parts and "\n" not in name else []


def decoded(raw: bytes) -> str | None:
    """The text of a file, whatever ends its lines; None where it is none."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return None


def toml(raw: bytes) -> dict[str, Any] | None:
    """The values of a TOML file; None where it is none, or has what nobody can write down again."""
    text = decoded(raw)
    try:
        values = None if text is None else pyproject.parsed(text)
        json.dumps(values, default=str)  # a number in hexadecimal may have more digits than Python writes
    except (PreparationError, ValueError, RecursionError):
        return None
    return values


def ini(raw: bytes, comments: tuple[str, ...] | None = None) -> configparser.RawConfigParser | None:
    """The sections of an INI file; None where it is none.

    Args:
        comments: what begins a comment behind a value, for a tool that knows such.
    """
    parser = configparser.RawConfigParser(inline_comment_prefixes=comments)
    text = decoded(raw)
    try:
        parser.read_string(text or "")
    except (configparser.Error, ValueError, RecursionError):
        return None
    return None if text is None else parser


def sections(parser: configparser.RawConfigParser, names: Iterable[str]) -> list[object]:
    """What some sections say, in the file's order, which may count; defaults of the file's included."""
    return [[name, list(parser.items(name))] for name in names]


def only(parser: configparser.RawConfigParser, is_own: Callable[[str], bool]) -> bytes:
    """The file without the sections of others."""
    for name in parser.sections():
        if not is_own(name):
            parser.remove_section(name)
    text = io.StringIO()
    parser.write(text)
    return text.getvalue().encode("utf-8", "surrogateescape")


def unread(name: str, raw: bytes) -> Configuration:
    """One that cannot be read: the tool is to say so itself, and it counts byte for byte."""
    return Configuration(name, raw, ["unread", hashlib.sha256(raw).hexdigest()])
