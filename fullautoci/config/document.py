"""YAML read as hostile input: within bounds of size, depth and number, and every error with line and column."""

import re
from codecs import BOM_UTF8
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.constructor import SafeConstructor

from fullautoci.config.numerals import Fraction, Whole, as_written
from fullautoci.errors import ConfigError
from fullautoci.text import one_line

SIZE_LIMIT = 64 * 1024
DEPTH_LIMIT = 20
NODE_LIMIT = 4000
DIGIT_LIMIT = 100

# libyaml's, which is twenty times faster, where PyYAML was built with it; else PyYAML's own.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# What YAML calls printable (https://yaml.org/spec/1.1/#c-printable); each of the loaders says the rest in its own way.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# What both loaders find, each in its own words, in ours; what may be a secret without its quotes is not repeated.
_WORDS = (
    (
        re.compile("undefined alias"),
        "what begins with '*' names an anchor, and there is none; quote the text",
    ),
    (re.compile("constructor for the tag '!"), "what begins with '!' names a type, which is not known; quote the text"),
    (re.compile("found character .*cannot start any token"), "this character cannot stand here; quote the text"),
    (re.compile("nesting depth"), f"nested more than {DEPTH_LIMIT} deep"),
    (re.compile("could not find expected ':'"), "a ':' is expected after a key"),
    (re.compile("mapping values are not allowed"), "a ':' with a space makes a key, which cannot stand here"),
)
_KEY_TAGS = ("tag:yaml.org,2002:str", "tag:yaml.org,2002:merge")
_TAB = "a tab cannot stand here: it would be '\\t'"


@dataclass(frozen=True)
class Mark:
    """A place in a text, both counted from 0; like PyYAML's own marks."""

    line: int
    column: int


class PlacedError(Exception):
    """Something is wrong at a place in a document, which whoever reads that document turns into a ConfigError.

    Args:
        mark: the place, as PyYAML has it; None: unknown.
    """

    def __init__(self, mark: Any, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.mark, self.problem, self.hint = mark, problem, hint

    def config_error(self, name: str) -> ConfigError:
        """The same for people.

        Args:
            name: the document's.
        """
        where = f":{self.mark.line + 1}:{self.mark.column + 1}" if self.mark is not None else ""
        return ConfigError(f"{name}{where}: {one_line(self.problem)}", self.hint)


@dataclass(frozen=True, eq=False)
class Document:
    """A file that was read.

    Attributes:
        name: what it is called in errors.
        value: what it says; an empty file says nothing, with no key.
        root: the same with places; None of an empty file.
    """

    name: str
    value: dict[str, Any]
    root: yaml.MappingNode | None


def read(raw: bytes, name: str) -> Document:
    """What a file says, whatever its keys.

    Raises:
        ConfigError: it is too large, too deep, no YAML, or has no keys; with line and column.
    """
    text = _text(raw, name)
    try:
        root = _composed(text)
        if root is None:
            return Document(name, {}, None)
        found = _Constructor().construct_document(root) if isinstance(root, yaml.MappingNode) else None
        if not isinstance(found, dict) or not isinstance(root, yaml.MappingNode):  # a tag may say otherwise too
            raise PlacedError(root.start_mark, "keys and values are expected, such as 'environment: venv'")
        return Document(name, found, root)
    except yaml.MarkedYAMLError as error:
        raise _placed(error, text).config_error(name) from error
    except PlacedError as error:
        raise error.config_error(name) from error


def value(raw: bytes, name: str) -> Any:
    """A value alone; of an empty text None.

    Raises:
        ConfigError: as `read`, but that any value will do.
    """
    text = _text(raw, name)
    try:
        root = _composed(text)
        return None if root is None else _Constructor().construct_document(root)
    except yaml.MarkedYAMLError as error:
        raise _placed(error, text).config_error(name) from error
    except PlacedError as error:
        raise error.config_error(name) from error


def _text(raw: bytes, name: str) -> str:
    if len(raw) > SIZE_LIMIT:
        before = raw[:SIZE_LIMIT].decode("utf-8-sig", "replace")
        raise PlacedError(_end(before), f"it is larger than {SIZE_LIMIT // 1024} kB").config_error(name)
    bare = raw.removeprefix(BOM_UTF8)
    try:
        text = bare.decode()
    except UnicodeDecodeError as error:
        byte = f"byte {error.start + len(raw) - len(bare)} is no UTF-8"
        place = _end(bare[: error.start].decode())
        raise PlacedError(place, byte, "save the file as UTF-8").config_error(name) from error
    if odd := _UNPRINTABLE.search(text):
        raise PlacedError(_end(text[: odd.start()]), "a character that no text file has").config_error(name)
    return text


def _end(text: str) -> Mark:
    """The place behind a text."""
    lines = _BREAK.split(text)
    return Mark(len(lines) - 1, len(lines[-1]))


def _composed(text: str) -> yaml.Node | None:
    """The tree of a text's values, which is within bounds."""
    _check_depth(text)
    root: yaml.Node | None = yaml.compose(text, Loader=LOADER)
    if root is not None:
        _check_size(root, {})
    return root


class _Constructor(SafeConstructor):
    """The safe one; values that it chokes on are errors with a place, as all others are."""

    def whole(self, node: yaml.ScalarNode) -> int:
        """A whole number, which knows how it was written where that counts."""
        _check_digits(node)
        return as_written(self.construct_yaml_int(node), Whole, node.value)

    def fraction(self, node: yaml.ScalarNode) -> float:
        """A number likewise."""
        _check_digits(node)
        return as_written(self.construct_yaml_float(node), Fraction, node.value)

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (yaml.YAMLError, PlacedError):
            raise
        except Exception as error:  # PyYAML's constructors raise whatever Python's do
            kind = one_line(node.tag.rpartition(":")[2], 20)
            words = f"this is no value of its kind ({kind}); text is put in quotes"
            raise PlacedError(node.start_mark, words) from error


_Constructor.yaml_constructors = {
    **SafeConstructor.yaml_constructors,
    "tag:yaml.org,2002:int": _Constructor.whole,
    "tag:yaml.org,2002:float": _Constructor.fraction,
}


def _check_digits(node: yaml.ScalarNode) -> None:
    """Refuse numbers of which the reading alone would take long."""
    if len(node.value) > DIGIT_LIMIT:
        raise PlacedError(node.start_mark, f"a number of more than {DIGIT_LIMIT} digits; text is put in quotes")


def _placed(error: yaml.MarkedYAMLError, text: str) -> PlacedError:
    """An error of YAML's own, in words that are the same whichever loader found it."""
    mark: Any = error.problem_mark or error.context_mark
    problem = error.problem or "this is no YAML"
    if mark is not None:
        lines = _BREAK.split(text)
        if mark.line >= len(lines):  # libyaml's end lies behind the last line
            mark = Mark(len(lines) - 1, len(lines[-1]))
        elif "cannot start any token" in problem and lines[mark.line][mark.column : mark.column + 1] == "\t":
            return PlacedError(mark, _TAB, "indent with spaces")
    return PlacedError(mark, next((ours for theirs, ours in _WORDS if theirs.search(problem)), problem))


def _check_depth(text: str) -> None:
    """Refuse deep nesting, and much of anything, from the stream of events: no tree is made of it."""
    depth = count = 0
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        count += isinstance(event, yaml.NodeEvent)
        if depth > DEPTH_LIMIT:
            raise PlacedError(event.start_mark, f"nested more than {DEPTH_LIMIT} deep")
        if count > NODE_LIMIT:
            raise PlacedError(event.start_mark, f"more than {NODE_LIMIT} values")


def _check_size(node: yaml.Node, sizes: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """How many nodes there are once aliases are expanded, and how deep; refuses bombs, loops and keys given twice."""
    if isinstance(node, yaml.ScalarNode):
        return 1, 0
    if id(node) in sizes:
        return sizes[id(node)]
    sizes[id(node)] = (NODE_LIMIT + 1, 0)  # what is met again inside itself never ends
    inside = []
    if isinstance(node, yaml.SequenceNode):
        inside = [_check_size(child, sizes) for child in node.value]
    elif isinstance(node, yaml.MappingNode):
        keys = set()
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise PlacedError(key.start_mark, "a key must be a word")
            if key.tag not in _KEY_TAGS:  # YAML makes numbers of 1 and 1:30, truth values of on and NO
                words = f"a key must be text, and '{one_line(key.value, 40)}' without quotes is none"
                raise PlacedError(key.start_mark, words, "put it in quotes")
            if key.value in keys:
                raise PlacedError(key.start_mark, f"the key '{one_line(key.value, 40)}' stands here twice")
            keys.add(key.value)
            inside += [_check_size(key, sizes), _check_size(child, sizes)]
    total = 1 + sum(count for count, _ in inside)
    depth = 1 + max((depth for _, depth in inside), default=0)
    if total > NODE_LIMIT:
        raise PlacedError(node.start_mark, f"more than {NODE_LIMIT} values, aliases included")
    if depth > DEPTH_LIMIT:
        raise PlacedError(node.start_mark, f"nested more than {DEPTH_LIMIT} deep, aliases included")
    sizes[id(node)] = (total, depth)
    return sizes[id(node)]
