"""Reading `.fullautoci.yml` as hostile input: every error names line and column, and the nearest valid key."""

import difflib
from typing import Any, TypeVar, get_args

import yaml
from pydantic import ValidationError

from fullautoci.config.schema import FILE_NAME, RepositoryFile
from fullautoci.config.values import Section
from fullautoci.errors import ConfigError
from fullautoci.text import one_line

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 20
NODE_LIMIT = 10_000

File = TypeVar("File", bound=Section)


def parse(raw: bytes) -> RepositoryFile:
    """What a repository's file says.

    Raises:
        ConfigError: as `parse_as`.
    """
    return parse_as(RepositoryFile, raw, FILE_NAME)


def parse_as(model: type[File], raw: bytes, name: str) -> File:
    """What a file says that has this model's keys.

    Raises:
        ConfigError: it is too large, too deep, no YAML, or says what it must not; with line and column.
    """
    if len(raw) > SIZE_LIMIT:
        raise ConfigError(f"{name}: it is larger than {SIZE_LIMIT // 1024} kB")
    try:
        return _parse(model, raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name}: byte {error.start} is no UTF-8", "save the file as UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise ConfigError(f"{name}{where}: {one_line(error.problem or 'this is no YAML')}", error.note or "") from error
    except yaml.reader.ReaderError as error:
        before = raw.decode("utf-8-sig")[: error.position]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        raise ConfigError(f"{name}:{line}:{column}: a character that no text file has") from error


class _Loader(yaml.SafeLoader):
    """The safe loader; values that its constructors choke on are errors with a place, as all others are."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except yaml.YAMLError:
            raise
        except Exception as error:  # PyYAML's constructors raise whatever Python's do
            raise _at(node.start_mark, f"this is no value of its kind: {one_line(str(error), 80)}") from error


def _parse(model: type[File], text: str) -> File:
    _check_depth(text)
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return model()
    _check_size(root, {})
    value = yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe one
    if not isinstance(value, dict):
        raise _at(root.start_mark, "keys and values are expected, such as 'environment: venv'")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _explain(model, root, error) from error


def _at(mark: Any, problem: str, hint: str = "") -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark, note=hint)


def _check_depth(text: str) -> None:
    """Refuse deep nesting from the stream of tokens: the parser itself would need a second to fail on it."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > DEPTH_LIMIT:
            raise _at(event.start_mark, f"nested more than {DEPTH_LIMIT} deep")


def _check_size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """How many nodes there are once aliases are expanded; refuses bombs, loops and keys given twice."""
    if id(node) in sizes:
        return sizes[id(node)]
    sizes[id(node)] = NODE_LIMIT + 1  # what is met again inside itself never ends
    total = 1
    if isinstance(node, yaml.SequenceNode):
        total += sum(_check_size(child, sizes) for child in node.value)
    elif isinstance(node, yaml.MappingNode):
        keys = set()
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _at(key.start_mark, "a key must be a word")
            if key.value in keys:
                raise _at(key.start_mark, f"the key '{one_line(key.value, 40)}' stands here twice")
            keys.add(key.value)
            total += _check_size(key, sizes) + _check_size(child, sizes)
    if total > NODE_LIMIT:
        raise _at(node.start_mark, f"more than {NODE_LIMIT} values, aliases included")
    sizes[id(node)] = total
    return total


def _explain(model: type[Section], root: yaml.Node, error: ValidationError) -> yaml.MarkedYAMLError:
    first = error.errors()[0]
    place = list(first.get("ctx", {}).get("place", ())) or list(first["loc"])
    if place[-1:] == ["[key]"] and first["type"] != "extra_forbidden":
        place.pop()  # how pydantic says that the key itself is wrong
    node, key_node = _find(root, place)
    if first["type"] == "extra_forbidden":
        known = _known(model, place[:-1])
        near = difflib.get_close_matches(str(place[-1]), known, 1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
        return _at(key_node.start_mark, f"unknown key '{one_line(str(place[-1]), 40)}'", hint)
    name = ".".join(str(part) for part in place)
    problem = first["msg"].removeprefix("Value error, ")
    return _at(node.start_mark, f"{name}: {problem}" if name else problem)


def _find(root: yaml.Node, place: list[Any]) -> tuple[yaml.Node, yaml.Node]:
    """The node at a place, as far as it exists, and its key's."""
    node = key_node = root
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if str(key.value) == str(part)), None)
            if pair is None:
                break
            key_node, node = pair
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            key_node = node = node.value[part]
        else:
            break
    return node, key_node


def _known(model: type[Section], place: list[Any]) -> list[str]:
    """The keys that a section at a place may have."""
    here: Any = model
    for part in place:
        section = _section(here)
        if section is not None:
            here = section.model_fields[part].annotation if part in section.model_fields else None
        else:
            here = get_args(here)[-1] if get_args(here) else None
    section = _section(here)
    return list(section.model_fields) if section is not None else []


def _section(kind: Any) -> type[Section] | None:
    """The section that a type is, or is beside None."""
    candidates = (
        [kind, *get_args(kind)] if len([one for one in get_args(kind) if one is not type(None)]) == 1 else [kind]
    )
    return next((one for one in candidates if isinstance(one, type) and issubclass(one, Section)), None)
