"""Places in a configuration: where they are in a file, which keys there may be, what is wrong at which."""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import ValidationError

from fullautoci.config.schema import BUILT_IN_TOOLS
from fullautoci.config.values import Section
from fullautoci.config.words import advice, problem
from fullautoci.text import one_line

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a value or, `of_key`, with its key."""

    place: Place
    problem: str
    hint: str = ""
    of_key: bool = False


def wrong(model: type[Section], error: ValidationError) -> Wrong:
    """The first of what is wrong."""
    first, *others = error.errors(include_url=False)
    if first["type"] == "missing":  # what is lacking may be there, misspelt
        unknown = (one for one in others if one["type"] == "extra_forbidden" and one["loc"][:-1] == first["loc"][:-1])
        first = next(unknown, first)
    place = (*first["loc"], *first.get("ctx", {}).get("place", ()))
    if place[-1:] == ("[key]",) and first["type"] != "extra_forbidden":
        # How pydantic says that the key itself is wrong.
        return Wrong(place[:-1], f"{dotted(place[:-1])}: {problem(first)}", of_key=True)
    if first["type"] == "extra_forbidden":
        words = f"unknown key '{one_line(str(place[-1]), 40)}'"
        return Wrong(place, words, instead(model, place[:-1], str(place[-1])), of_key=True)
    words = problem(first)
    return Wrong(place, f"{dotted(place)}: {words}" if place else words, advice(first))


def nearest(key: str, known: Sequence[str]) -> str:
    """The hint for a key that is not known."""
    near = difflib.get_close_matches(key[:100], known, 1)
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}" if known else ""


def instead(model: type[Section], around: Place, key: str) -> str:
    """The hint for a key that there is not: the nearest there, or where there is one of this name."""
    known = known_keys(model, around)
    if key not in known and not difflib.get_close_matches(key[:100], known, 1):
        found = ["tools"] if key in BUILT_IN_TOOLS else [above for above, name in _all_keys(model, "") if name == key]
        if found:
            return f"it stands below {', '.join(found[:3])}"
    return nearest(key, known)


def _all_keys(kind: Any, above: str) -> Iterator[tuple[str, str]]:
    """Every key of every section, with where that is."""
    section = section_of(kind)
    for name, field in section.model_fields.items() if section is not None else ():
        if above:
            yield above, name
        inner = f"{above}.{name}".lstrip(".")
        mapping = next((one for one in members(field.annotation) if get_origin(one) is dict), None)
        yield from _all_keys(get_args(mapping)[1], f"{inner}.NAME") if mapping else _all_keys(field.annotation, inner)


def dotted(place: Place) -> str:
    """A place in words: `tools.pylint.args.0`."""
    return ".".join(str(part) for part in place)


def find(root: yaml.Node, place: Place) -> tuple[yaml.Node, yaml.Node]:
    """The node at a place, as far as it exists, and its key's."""
    node = key_node = root
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in reversed(node.value) if str(key.value) == str(part)), None)
            if pair is None:
                break
            key_node, node = pair
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            key_node = node = node.value[part]
        else:
            break
    return node, key_node


def kind_at(model: type[Section], place: Place) -> Any:
    """The type of what stands at a place; None: there can be nothing."""
    here: Any = model
    for part in place:
        section = section_of(here)
        if section is not None:
            field = section.model_fields.get(str(part))
            here = field.annotation if field is not None else None
        else:
            here = _inside(here, part)
        if here is None:
            return None
    return here


def _inside(kind: Any, part: str | int) -> Any:
    """The type of what is inside a mapping or a list."""
    for one in members(kind):
        origin = get_origin(one)
        if origin is dict:
            return get_args(one)[1]
        if origin is tuple and isinstance(part, int):
            return get_args(one)[0]
    return None


def known_keys(model: type[Section], place: Place) -> list[str]:
    """The keys that a section at a place may have."""
    section = section_of(kind_at(model, place))
    return list(section.model_fields) if section is not None else []


def members(kind: Any) -> list[Any]:
    """The types of which a value may be, with nothing around them."""
    if get_origin(kind) is Annotated:
        return members(get_args(kind)[0])
    if get_origin(kind) in (Union, UnionType):
        return [inner for one in get_args(kind) for inner in members(one)]
    return [kind]


def section_of(kind: Any) -> type[Section] | None:
    """The section that a type is, or is beside None and such."""
    return next((one for one in members(kind) if isinstance(one, type) and issubclass(one, Section)), None)
