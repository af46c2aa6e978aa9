"""Configuration as a file would say it: plain values, and YAML in which each may have its origin beside it."""

from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

import yaml
from pydantic.fields import FieldInfo

from fullautoci.config.environment import EnvironmentSection
from fullautoci.config.origin import Origin
from fullautoci.config.places import members
from fullautoci.config.schema import RepositoryFile
from fullautoci.config.values import Form, Section, Word

_EMPTY: tuple[Any, ...] = (None, {}, [], "")


def written(section: Section, *, everything: bool = False, said: bool = False) -> dict[str, Any]:
    """A section as a file has it; what is nothing is not there.

    Args:
        everything: what is nothing too.
        said: only what was said, and no defaults.
    """
    found = {}
    for name, field in type(section).model_fields.items():
        if said and name not in section.model_fields_set:
            continue
        value = getattr(section, name)
        if isinstance(value, RepositoryFile):  # one layer, of which the defaults are not its own
            one: Any = written(value, said=True)
        else:
            one = _written(value, field.annotation, field.metadata, {"everything": everything, "said": said})
        if everything or one not in _EMPTY:
            found[name] = one
    return found


def _written(value: Any, kind: Any, metadata: list[Any], how: dict[str, bool]) -> Any:
    if value is None or isinstance(value, Section):
        return _section(value, how)
    form = next((one for one in [*metadata, *metadata_of(kind)] if isinstance(one, Form)), None)
    if form is not None and form.write is not None:
        return form.write(value)
    inside = next((one for one in members(kind) if get_origin(one) in (dict, tuple)), None)
    if isinstance(value, dict):
        return {key: _written(one, get_args(inside)[1], [], how) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_written(one, get_args(inside)[0], [], how) for one in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return Word(value) if value == "off" and not form else value


def written_default(field: FieldInfo) -> Any:
    """What holds of a key of which nothing is said, as a file has it."""
    value = field.get_default(call_default_factory=True)
    return _written(value, field.annotation, field.metadata, {"everything": False, "said": False})


def _section(value: Section | None, how: dict[str, bool]) -> Any:
    if isinstance(value, EnvironmentSection):
        told = getattr(value, value.kind)
        options = written(told, **how) if told.model_fields_set or how["everything"] else {}
        return {value.kind: options} if options else value.kind
    return None if value is None else written(value, **how)


def metadata_of(kind: Any) -> Iterator[Any]:
    """What is noted with a type, or with one of those in a union."""
    yield from getattr(kind, "__metadata__", ())
    for one in get_args(kind) if get_origin(kind) not in (dict, tuple) else ():
        yield from getattr(one, "__metadata__", ())


def yaml_lines(values: Any, origin: Callable[[str], Origin] | None = None) -> list[str]:
    """A value as YAML; where it has parts, a line a part.

    Args:
        origin: where the value of a key was said, which is put beside it.
    """
    lines = list(_block(values))
    if origin is None:
        return [line for line, _ in lines]
    width = min(60, max((len(line) for line, key in lines if key), default=0))
    return [f"{line:{width}}  # {origin(key)}" if key else line for line, key in lines]


def _block(values: Any) -> Iterator[tuple[str, str]]:
    if isinstance(values, dict) and values:
        yield from _lines(values, "", 0)
    elif isinstance(values, list) and any(isinstance(one, dict) for one in values):
        for index, one in enumerate(values):
            yield from _element(one, str(index), 0)
    else:
        yield scalar(values), ""


def _lines(values: dict[str, Any], above: str, depth: int) -> Iterator[tuple[str, str]]:
    """Each line, with the key of the value that it ends with."""
    for name, value in values.items():
        key, head = f"{above}{name}", f"{'  ' * depth}{scalar(name)}:"
        if isinstance(value, dict) and value:
            yield head, ""
            yield from _lines(value, f"{key}.", depth + 1)
        elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
            yield head, ""
            for index, one in enumerate(value):
                yield from _element(one, f"{key}.{index}", depth + 1)
        else:
            yield f"{head} {scalar(value)}", key


def _element(values: Any, key: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(values, dict) or not values:
        yield f"{'  ' * depth}- {scalar(values)}", key
        return
    for index, (line, inner) in enumerate(_lines(values, f"{key}.", depth + 1)):
        yield (f"{'  ' * depth}- {line.lstrip()}" if index == 0 else line), inner


def scalar(value: Any) -> str:
    """A value on one line, as YAML."""
    dumped = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, width=1 << 30, allow_unicode=True, sort_keys=False
    )
    return dumped.strip().removesuffix("...").strip()


class _Dumper(yaml.SafeDumper):
    """The safe one, which knows words."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's signature
        return True


_Dumper.add_representer(Word, lambda dumper, value: dumper.represent_scalar(_tag(value), str(value)))


def _tag(value: str) -> str:
    """As what YAML reads a word without quotes."""
    return "tag:yaml.org,2002:bool" if value in ("on", "off") else "tag:yaml.org,2002:str"
