"""JSON Schema (draft 2020-12) of the configuration files, for editors."""

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic.json_schema import GenerateJsonSchema

from fullautoci.config.places import members, section_of
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.values import Section


def json_schema(model: type[Section]) -> dict[str, Any]:
    """What a file may say that has this model's keys."""
    schema = {"$schema": GenerateJsonSchema.schema_dialect, **model.model_json_schema()}
    found = {one.__name__: one for one in sections(model)}
    for name, part in [(model.__name__, schema), *schema.get("$defs", {}).items()]:
        if name in found:
            _describe(part, found[name])
    defs = schema.get("$defs", {})
    if model is RepositoryFile:
        defs["ProjectSection"]["required"] = ["path"]
    if "EnvironmentSection" in defs:
        defs["EnvironmentSection"] |= {"minProperties": 1, "maxProperties": 1}
    schema.pop("title", None)
    _close(schema)
    return schema


def _close(part: Any) -> None:
    """Have mappings whose keys are to be of a form take no others."""
    if isinstance(part, dict):
        if "patternProperties" in part:
            part.setdefault("additionalProperties", False)
        for inner in part.values():
            _close(inner)
    elif isinstance(part, list):
        for inner in part:
            _close(inner)


def _describe(part: dict[str, Any], section: type[Section]) -> None:
    part["description"] = summary(section)
    part.pop("title", None)
    told = attributes(section)
    for name, inner in part.get("properties", {}).items():
        inner.pop("title", None)
        if name in told:
            inner["description"] = told[name]


def summary(section: type[Section]) -> str:
    """What a section is, as its docstring has it."""
    return _flat((section.__doc__ or "").partition("Attributes:")[0])


def attributes(section: type[Section]) -> dict[str, str]:
    """What the keys of a section mean, as its docstring has it."""
    told = (section.__doc__ or "").partition("Attributes:\n")[2]
    depth = len(told) - len(told.lstrip(" "))
    entries = re.split(rf"^ {{{depth}}}(?=\w+: )", told, flags=re.MULTILINE)
    pairs = (entry.partition(": ") for entry in entries if entry.strip())
    return {name: _sentence(_flat(text)) for name, _, text in pairs}


def sections(model: type[Section]) -> Iterator[type[Section]]:
    """A model and every section in it, each once."""
    seen: list[type[Section]] = []
    waiting: list[Any] = [model]
    while waiting:
        kind = waiting.pop(0)
        section = section_of(kind)
        if section is not None and section not in seen:
            seen.append(section)
            waiting += [field.annotation for field in section.model_fields.values()]
        elif section is None:
            waiting += [inner for one in members(kind) for inner in get_args(one) if inner is not Ellipsis]
    yield from seen


def _flat(text: str) -> str:
    return " ".join(text.split())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
