"""The reference of all keys, as tables in Markdown, made from the schema: `make docs` puts them into docs."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.held import RatchetSection
from fullautoci.config.json_schema import attributes
from fullautoci.config.places import members, section_of
from fullautoci.config.schema import RepositoryFile, ToolSection
from fullautoci.config.service import ServiceFile
from fullautoci.config.shown import metadata_of, scalar, written_default
from fullautoci.config.values import Form, Section

TABLES: dict[str, type[Section]] = {
    one.__name__: one for one in (RepositoryFile, EnvironmentSection, RatchetSection, ServiceFile)
}
# What has a table of its own, and how its keys' place in another is told.
_ELSEWHERE: dict[type[Section], str] = {
    EnvironmentSection: "kind, or mapping",
    RatchetSection: "list by metric",
    RepositoryFile: "mapping",
}
_MARKED = re.compile(r"(<!-- keys of (\w+) -->\n).*?(<!-- end -->\n)", re.DOTALL)


def updated(text: str) -> str:
    """A text in Markdown with the tables as they are now, between `<!-- keys of SECTION -->` and `<!-- end -->`."""
    return _MARKED.sub(lambda found: f"{found[1]}{table(TABLES[found[2]])}{found[3]}", text)


def table(model: type[Section]) -> str:
    """The table of a section's keys, and of all below them."""
    lines = [f"| {' | '.join(_cell(one) for one in row)} |\n" for row in rows(model)]
    return "".join(["\n| key | meaning | value | default |\n|---|---|---|---|\n", *lines, "\n"])


def rows(model: type[Section], above: str = "") -> Iterator[tuple[str, str, str, str]]:
    """Each key with its meaning, what is said, and what holds without."""
    told = attributes(model)
    for name, field in model.model_fields.items():
        key, inner = f"{above}{name}", section_of(field.annotation)
        mapping = next((one for one in members(field.annotation) if get_origin(one) is dict), None)
        of_mapping = section_of(get_args(mapping)[1]) if mapping else None
        if inner is not None and inner not in _ELSEWHERE and inner.model_fields:
            if short := _form(field.annotation, field.metadata, plain=True):
                yield f"`{key}`", told[name], short, _default(field)
            yield from rows(inner, f"{key}.")
        elif of_mapping is not None and not (of_mapping is ToolSection and above):
            yield from rows(of_mapping, f"{key}.NAME.")
        else:
            yield f"`{key}`", told[name], _value(field, inner, of_mapping), _default(field)


def _value(field: FieldInfo, inner: type[Section] | None, of_mapping: type[Section] | None) -> str:
    if inner is not None:
        return _ELSEWHERE.get(inner, "mapping, empty")
    if of_mapping is not None:
        return "as `tools`"
    return _form(field.annotation, field.metadata)


def _form(kind: Any, metadata: Iterable[Any] = (), *, plain: bool = False) -> str:
    """What can be said, in words.

    Args:
        plain: of a section nothing, unless there is a short form of it.
    """
    known = [one for part in (*metadata, *metadata_of(kind)) for one in _unfolded(part)]
    form = next((one.name for one in known if isinstance(one, Form)), "")
    if form or plain:
        return form
    words = [_word(one, known) for one in members(kind) if one is not NoneType]
    return ", or ".join(dict.fromkeys(words))


def _unfolded(part: Any) -> list[Any]:
    return [part, *part.metadata] if isinstance(part, FieldInfo) else [part]


def _word(kind: Any, known: list[Any]) -> str:
    inside = get_args(kind)
    if kind in (int, float):
        return f"number{_bounds(known)}"
    words: dict[Any, Callable[[], str]] = {
        Literal: lambda: ", ".join(f"`{one}`" for one in inside),
        tuple: lambda: _ELSEWHERE[inner] if (inner := section_of(inside[0])) else f"list of {_form(inside[0])}s",
        dict: lambda: f"{_form(inside[1])} by name",
        bool: lambda: "`true`, `false`",
    }
    return words.get(get_origin(kind) or kind, lambda: "name")()


def _bounds(known: list[Any]) -> str:
    least = next((one.ge for one in known if hasattr(one, "ge")), None)
    most = next((one.le for one in known if hasattr(one, "le")), None)
    if least is not None and most is not None:
        return f", {least} to {most}"
    return f", at least {least}" if least is not None else ""


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "(needed)"
    value = written_default(field)
    if isinstance(value, dict) and isinstance(field.get_default(call_default_factory=True), RepositoryFile):
        return "none"  # a layer, whose own defaults say nothing
    return "none" if value in (None, {}, [], "") else f"`{scalar(value)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """Bring the files that are named up to date."""
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(updated(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
