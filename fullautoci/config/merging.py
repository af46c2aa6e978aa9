"""Layers of configuration laid over one another; each value keeps where it was said."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from fullautoci.config.document import Document
from fullautoci.config.environment import KINDS
from fullautoci.config.origin import Origin
from fullautoci.config.overrides import Setting
from fullautoci.config.places import Place, find
from fullautoci.config.ratchets import DEFAULTS


@dataclass(frozen=True)
class Part:
    """A piece of a layer.

    Attributes:
        origin: where it was said.
        value: what was said, where it has no parts of its own.
        parts: of a mapping; None: it is none.
        listed: of a list whose elements are known by what they are about.
        node: the value's place in a file.
        document: that file.
    """

    origin: Origin
    value: Any = None
    parts: dict[str, "Part"] | None = None
    listed: tuple["Part", ...] | None = None
    node: yaml.Node | None = None
    document: Document | None = field(default=None, repr=False)

    def plain(self) -> Any:
        """What is said, without where."""
        if self.parts is not None:
            return {key: part.plain() for key, part in self.parts.items()}
        return [part.plain() for part in self.listed] if self.listed is not None else self.value

    def leaves(self, place: Place = ()) -> Iterator[tuple[Place, "Part"]]:
        """Each value with its place; of an empty mapping itself."""
        if self.parts:
            for key, part in self.parts.items():
                yield from part.leaves((*place, key))
        elif self.listed:
            for index, part in enumerate(self.listed):
                yield from part.leaves((*place, index))
        else:
            yield place, self

    def at(self, place: Place) -> tuple["Part", Place]:
        """The part at a place or, where there is none, the nearest around it, with the rest of the place."""
        here = self
        for index, key in enumerate(place):
            inside = here.parts.get(str(key)) if here.parts is not None else None
            if here.listed is not None and isinstance(key, int) and key < len(here.listed):
                inside = here.listed[key]
            if inside is None:
                return here, place[index:]
            here = inside
        return here, ()


def _inner(place: Place) -> Place:
    """A place as it is in a repository's file, wherever that stands in the service's."""
    if place[:1] == ("defaults",):
        return place[1:]
    return place[3:] if place[:1] == ("repositories",) and place[2:3] == ("override",) else place


def is_environment(place: Place) -> bool:
    """Whether an environment is said there."""
    inner = _inner(place)
    return inner == ("environment",) or (inner[:1] == ("projects",) and inner[2:] == ("environment",))


def is_ratchet(place: Place) -> bool:
    """Whether it is said there how a tool's metrics are held."""
    inner = _inner(place)
    inner = inner[2:] if inner[:1] == ("projects",) else inner
    return inner[:1] == ("tools",) and inner[2:] == ("ratchet",)


def _spelt_out(place: Place, value: Any) -> Any:
    """A value of which there is a short form, in its long one."""
    if is_environment(place) and isinstance(value, str) and value in KINDS:
        return {value: {}}
    if is_environment(place) and isinstance(value, dict):
        return {kind: {} if said is None else said for kind, said in value.items()}
    if is_ratchet(place):
        return "off" if value is False else [value] if isinstance(value, dict) else value
    if place == ("sandbox",) and isinstance(value, str | bool):
        return {"mode": value}
    return value


def of_document(read: Document, below: Place = ()) -> Part | None:
    """What a file says, or a section of it; None: nothing."""
    value: Any = read.value
    for key in below:
        if not isinstance(value, dict) or key not in value:
            return None
        value = value[key]
    if read.root is None:
        return None
    node, key_node = find(read.root, below)
    name = Path(read.name).name

    def origin(key: yaml.Node) -> Origin:
        return Origin(name, line=key.start_mark.line + 1)

    return _part(value, node, key_node, below, origin, read)


def _part(
    value: Any,
    node: yaml.Node,
    key_node: yaml.Node,
    place: Place,
    origin: Callable[[yaml.Node], Origin],
    read: Document,
) -> Part:
    said, here = _spelt_out(place, value), origin(key_node)
    if isinstance(said, dict):
        written = node.value if isinstance(node, yaml.MappingNode) else ()
        pairs = {str(key.value): (key, inner) for key, inner in written}
        parts = {}
        for key, inner in said.items():
            inner_key, inner_node = pairs.get(str(key), (key_node, node))
            parts[str(key)] = _part(inner, inner_node, inner_key, (*place, str(key)), origin, read)
        return Part(here, parts=parts, node=node, document=read)
    if is_ratchet(place) and isinstance(said, list):
        nodes = node.value if isinstance(value, list) else [node]
        inside = (*place, 0)
        listed = tuple(_part(one, of, of, inside, origin, read) for one, of in zip(said, nodes, strict=True))
        return Part(here, listed=listed, node=node, document=read)
    return Part(here, value=said, node=node, document=read)


def of_value(value: Any, origin: Origin, place: Place = ()) -> Part:
    """What is said in no file."""
    said = _spelt_out(place, value)
    if isinstance(said, dict):
        return Part(origin, parts={str(key): of_value(one, origin, (*place, str(key))) for key, one in said.items()})
    if is_ratchet(place) and isinstance(said, list):
        return Part(origin, listed=tuple(of_value(one, origin, (*place, 0)) for one in said))
    return Part(origin, value=said)


def of_setting(setting: Setting, below: Place = ()) -> Part:
    """What a setting says.

    Args:
        below: the section that is meant; the setting's key lies in it.
    """
    *above, last = setting.key.split(".")
    value: Any = {last: setting.value}
    for key in reversed(above):
        value = {key: value}
    part = of_value(value, setting.origin)
    return part.at(below)[0]


def merged(lower: Part | None, upper: Part | None, place: Place = ()) -> Part | None:
    """A layer over another: mappings key by key, a tool's ratchets metric by metric; anything else in place of it."""
    if lower is None or upper is None:
        return lower if upper is None else upper
    if lower.parts is not None and upper.parts is not None:
        if is_environment(place) and set(lower.parts) != set(upper.parts):
            return upper  # another kind is told other things
        parts = dict(lower.parts)
        for key, part in upper.parts.items():
            found = merged(parts.get(key), part, (*place, key))
            parts[key] = part if found is None else found
        return Part(upper.origin, parts=parts, node=upper.node, document=upper.document)
    if lower.listed is not None and upper.listed is not None:
        listed = {_about(part): part for part in lower.listed}
        for part in upper.listed:
            listed[_about(part)] = merged(listed.get(_about(part)), part, (*place, 0)) or part
        return Part(upper.origin, listed=tuple(listed.values()), node=upper.node, document=upper.document)
    if is_ratchet(place) and upper.listed is not None and lower.value == "off":
        return _over_off(lower, upper, str(place[-2]))
    return upper


def _over_off(lower: Part, upper: Part, tool: str) -> Part:
    """What is held where nothing was: no more than is said, so that what is built in is still off."""
    about = {_about(part) for part in upper.listed or ()}
    off = [rule for rule in DEFAULTS.get(tool, ()) if (rule.metric, rule.per) not in about]
    still = tuple(of_value({"metric": rule.metric, "enabled": False}, lower.origin) for rule in off)
    return replace(upper, listed=(*still, *(upper.listed or ())))


def _about(part: Part) -> tuple[str, str]:
    """Which metric an element is about, and by what it is held."""
    said = part.parts or {}
    return tuple(str(said[key].value or "") if key in said else "" for key in ("metric", "per"))  # type: ignore[return-value]
