"""Keys with dots, such as `tools.pylint.args`: which there are, and what stands at one."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from fullautoci.config.numerals import Fraction, Whole
from fullautoci.config.places import Place, instead, kind_at, members, section_of
from fullautoci.config.schema import BUILT_IN_TOOLS, RepositoryFile
from fullautoci.config.service import ServiceFile
from fullautoci.config.values import Section
from fullautoci.errors import UsageError
from fullautoci.text import one_line

LONGEST = 300
# What is kept in files alone: of the service secrets, and what it gives to single repositories.
_IN_FILES = ("secrets", "repositories")


def place_of(model: type[Section], key: str) -> Place:
    """The place that a key names.

    Raises:
        UsageError: there can be nothing at it.
    """
    place: Place = tuple(key.split(".")) if key else ()
    for index in range(len(place)):
        if len(key) > LONGEST or not place[index] or kind_at(model, place[: index + 1]) is None:
            around = place[:index]
            hint = instead(model, around, str(place[index]))
            if not index and model is RepositoryFile and place[0] in ServiceFile.model_fields:
                hint = "it is the service's: add --service"
            raise UsageError(f"there is no key '{one_line(key, 80)}'", hint)
    return place


def settable(model: type[Section], key: str) -> Place:
    """The place that a key names at which the database can say something.

    Raises:
        UsageError: there can be nothing at it, or only in a file.
    """
    place = place_of(model, key)
    if not place:
        raise UsageError("a key is expected, such as tools.pylint.timeout")
    if "/" in key:  # in no name either
        raise UsageError(f"there is no key '{one_line(key, 80)}'")
    if model is ServiceFile and place[0] in _IN_FILES:
        raise UsageError(f"'{place[0]}' is kept in config.yml alone", "'fullautoci config path' tells where that is")
    return place


def as_text(kind: Any, value: Any) -> Any:
    """A value in which numbers are text where that is meant, as they were written: JSON has no 1.10.

    Args:
        kind: the type of what stands there.
    """
    section = section_of(kind)
    inside = next((one for one in members(kind) if get_origin(one) in (dict, tuple)), None)
    if isinstance(value, Whole | Fraction):
        types = [*members(kind), *(members(get_args(inside)[0]) if get_origin(inside) is tuple else ())]
        return value.written if str in types else value
    if isinstance(value, dict) and section is not None:
        fields = section.model_fields
        return {key: as_text(fields[key].annotation, one) if key in fields else one for key, one in value.items()}
    if isinstance(value, dict) and get_origin(inside) is dict:
        return {key: as_text(get_args(inside)[1], one) for key, one in value.items()}
    if isinstance(value, list) and get_origin(inside) is tuple:
        return [as_text(get_args(inside)[0], one) for one in value]
    return value


def value_at(values: Any, place: Place) -> Any:
    """The value at a place.

    Raises:
        UsageError: there is nothing at it.
    """
    for index, part in enumerate(place):
        if not isinstance(values, dict) or part not in values:
            there = ", ".join(values) if isinstance(values, dict) else ""
            where = ".".join(str(one) for one in place[: index + 1])
            raise UsageError(f"nothing is said of '{one_line(where, 80)}'", f"there are: {there}" if there else "")
        values = values[part]
    return values


def value_in(values: Any, place: Place, otherwise: Any) -> Any:
    """The value at a place, or another where there is nothing."""
    for part in place:
        if not isinstance(values, dict) or part not in values:
            return otherwise
        values = values[part]
    return values


def all_keys(model: type[Section], values: dict[str, Any] | None = None) -> Iterator[str]:
    """Every key that there is, for completion.

    Args:
        values: what counts, from which the names of tools, variables and such are taken.
    """
    yield from _keys(model, values or {}, "")


def _keys(kind: Any, values: Any, above: str) -> Iterator[str]:
    known = values if isinstance(values, dict) else {}
    section = section_of(kind)
    mapping = next((one for one in members(kind) if get_origin(one) is dict), None)
    if section is not None:
        inner = {name: field.annotation for name, field in section.model_fields.items()}
    elif mapping is not None:
        names = [*known, *(name for name in BUILT_IN_TOOLS if above.endswith("tools.") and name not in known)]
        inner = dict.fromkeys(names, get_args(mapping)[1])
    else:
        return
    for name, one in inner.items():
        yield f"{above}{name}"
        yield from _keys(one, known.get(name), f"{above}{name}.")
