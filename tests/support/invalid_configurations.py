"""Invalid configuration files, hundreds of them: valid ones with one thing wrong, and where that is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from tests.support import bad_yaml
from tests.support.configurations import SERVICE, Place, Tree, at, places, renamed, rendered, valid, with_value

# In these, keys are names of one's own.
_FREE = ("env", "arguments", "tools", "projects", "secrets", "repositories")
_DURATIONS = "0 -1 1y 25h .inf .nan 1e9 soon '' ~ 2001-01-01".split(" ")
_LONG = "0 -1 1y 367d .inf .nan 1e9 soon '' ~".split(" ")
_SIZES = "0 -1 1k 1048575 1P 2.5.1G .inf 1.5 '' ~ big".split(" ")
_PATHS = "/etc a/../../b -x ~ 5 .nan true".split(" ")
_SWITCHES = "maybe 2 ~ [on] .nan ''".split(" ")
_BOOLS = "maybe 2 ~ '' .nan [true]".split(" ")
_LISTS = "5 text {a} ~ true [[a]] [{a}] [~] [true] [2001-01-01]".split(" ")
_NO_MAPPINGS = ("5", "text", "[a]", "2001-01-01")
_NO_VALUES = ("{zz: {yy: [xx]}}", "[[[[a]]]]")
# What no key of this name may say.
VALUES = {
    "version": "2 0 -1 1.5 '1' one ~ [1] 99999999999999999999999999".split(" "),
    "policy": "all ~ 1 [every] yes".split(" "),
    "environment": "moon 5 [nix] ~ {} yes".split(" "),
    "timeout": _DURATIONS,
    "grace": _DURATIONS,
    "scan_interval": _DURATIONS,
    "expires": _LONG[:-1],
    "quarantine": _LONG,
    "memory": _SIZES,
    "temporary": _SIZES,
    "size": _SIZES,
    "junit": [*_PATHS[:3], "5"],
    "path": _PATHS,
    "file": _PATHS,
    "enabled": _BOOLS,
    "desktop": _BOOLS,
    "cache": _BOOLS,
    "network": _SWITCHES,
    "lock": _SWITCHES,
    "mode": _SWITCHES,
    "trailers": _SWITCHES,
    "include": ["[]", *_LISTS],
    "exclude": _LISTS,
    "args": _LISTS,
    "paths": ["5", "text", "[/x]", "[a, ../x]", "[-x]", "[~]"],
    "reads": ["5", "world", "[/x]", "{a: b}"],
    "secrets": ["5", "A", "[1A]", "[A, B-C]", "[A, '']", "[é]", "[~]", "[5]"],
    "bring": ["5", ".env", "[/x]", "[.]", "[.git/x]", "[a, ../b]", "[~]"],
    "setup": ["5", "make", "[make]", "[[]]", "[['', x]]", "[[a, [b]]]", "[[~]]"],
    "command": ["5", "make", "[]", "[[a]]", "[~]", "[true]"],
    "metric": ["5", "Score", "''", "a b", "~"],
    "direction": ["up", "5", "[higher]", "true"],
    "target": ["high", "1%", ".nan", "-.inf", "[1]"],
    "tolerance": ["-1", "-.inf", ".nan", "much"],
    "slack": ["101%", "-1%", "2", "10 percent", "true", ".nan"],
    "per": ["tool", "5", "line"],
    "python": ["2.7", "3", "[]", "3.x", "true", "['3.11', '3.11']", "{a: b}", "3.1", "[[3.11]]"],
    "shell": ["--impure", "a b", "a#b", "[a]", "5"],
    "image": ["--privileged", "UPPER", "'a b'", "[a]", "5"],
    "cpus": ["0", "-1", "1025", ".nan", ".inf", "many"],
    "processes": ["0", "9", "1000001", "1.5", "many", ".inf", "99999999999999999999"],
    "pull": ["sometimes", "~", "true"],
    "engine": ["lxc", "~", "5"],
    "names": "5 a [5] [~] [a_b] ['*.example.org'] ['a:0'] ['a:65536'] [A] [a.] [é] [a/b]".split(" "),
    "proxies": "5 all [5] [~] ['*'] [localhost] [0.0.0.0/0] [10.0.0.5/8] ['::/0'] [1.2.3]".split(" "),
    "requests": ["9", "1000001", "-1", "1.5", "many", "~"],
    "failures": ["0", "100001", "-1", "1.5", "~"],
    "connections": ["9", "10001", "-1", "1.5", "~"],
    "header_time": _DURATIONS,
    "body_time": _DURATIONS[-5:],
    "answer_time": _DURATIONS[-5:],
    "idle_time": _DURATIONS[-5:],
    "port": ["0", "65536", "-1", "80.5", "http", "99999999999999999999"],
    "workers": ["0", "257", "-1", "1.5", "all"],
    "days": ["0", "-1", ".nan", ".inf", "36501", "ever"],
    "runs": ["0", "-1", "1.5", "many"],
    "count": ["0", "-1", "1.5", "many"],
    "read": ["5", "[x]", "[/]", "[/a/../b]", "[~]", "[5]"],
    "write": ["5", "[x]", "[~/..]"],
}
# What is right all the same: where nothing may be said, and of another key of the same name.
_RIGHT = ((("environment",), "~"), (("limits", "memory"), "~"), (("docker", "target"), "high"))
# Names that none of one's own may be.
_NAMES = {
    "env": ["1A", "A-B", "a b", "é", "A" * 101, "''", "'A\\b'"],
    "arguments": ["1A", "A-B", "''"],
    "tools": ["Docs", "1x", "a.b", "a" * 41, "-x", "''", "é"],
    "projects": ["Shop", "1x", "a/b", "''"],
    "secrets": ["1A", "A-B", "''"],
}


@dataclass(frozen=True)
class Case:
    """A file that is wrong.

    Attributes:
        name: what is wrong with it.
        service: whether it is the service's.
        line: of what is wrong; None: anywhere.
        column: likewise.
        words: what the error says.
        hint: what its hint says.
    """

    name: str
    raw: bytes
    service: bool = False
    line: int | None = None
    column: int | None = None
    words: str = ""
    hint: str = ""


def cases() -> list[Case]:
    """All of them, each content once, always the same."""
    trees = [*((name, tree, False) for name, tree in valid()), ("service", SERVICE, True)]
    seen: dict[bytes, Case] = {}
    for name, tree, service in trees:
        for make in (_misspelt, _twice, _values, _names, _kinds, _texts):
            for case in make(name, tree, service):
                seen.setdefault(case.raw, case)
    for name, raw in bad_yaml.files():
        seen.setdefault(raw, Case(name, raw))
    return [replace(case, name=f"{number} {case.name}") for number, case in enumerate(seen.values())]


def _case(name: str, tree: Tree, place: Place, service: bool, *, of_key: bool = False, **expected: object) -> Case:
    """A tree, and the place in it that is wrong."""
    text, spots = rendered(tree)
    line, column = spots[place][0 if of_key else 1]
    told = {"line": line, "column": column, **expected}
    return Case(f"{name}: {'.'.join(map(str, place))}", text.encode(), service, **told)  # type: ignore[arg-type]


def _misspelt(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Each key of a section with a letter too many."""
    for place, _ in places(tree):
        key = place[-1]
        if isinstance(key, int) or place[-2:-1] in [(free,) for free in _FREE]:
            continue
        middle = len(key) // 2
        new = f"{key[:middle]}{key[middle]}{key[middle:]}"
        words = {"words": f"unknown key '{new}'", "hint": f"did you mean '{key}'?"}
        yield _case(f"{name}, misspelt", renamed(tree, place, new), (*place[:-1], new), service, of_key=True, **words)


def _twice(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Each key again, below where it stands already."""
    text, spots = rendered(tree)
    lines = text.splitlines()
    for place, ((line, column), _) in spots.items():
        head = lines[line - 1]
        if isinstance(place[-1], str) and head[: column - 1].isspace() | (column == 1):
            new = "\n".join([*lines[: line - 1], f"{head[: column - 1]}{place[-1]}: 1", *lines[line - 1 :]])
            words = f"the key '{place[-1]}' stands here twice"
            yield Case(f"{name}, twice: {'.'.join(map(str, place))}", new.encode(), service, line + 1, column, words)


def _values(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Each key with values that are not for it."""
    for place, value in places(tree):
        key = str(place[-1])
        if key in VALUES and not (isinstance(value, dict) and key in ("secrets", "paths")) and "override" not in place:
            for wrong in VALUES[key]:
                if len(place) > 1 and any(place[-len(end) :] == end and wrong == right for end, right in _RIGHT):
                    continue
                whole = wrong.startswith(("[", "{"))  # what is wrong is in it
                expected = {"column": None} if whole else {}
                yield _case(f"{name}, {wrong}", with_value(tree, place, wrong), place, service, **expected)


def _names(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Names of one's own that are none."""
    for place, value in places(tree):
        if isinstance(value, dict) and place[-1] in _NAMES:
            first = next(iter(value))
            for new in _NAMES[place[-1]]:
                there = (*place, new)
                changed = renamed(tree, (*place, first), new)
                yield _case(f"{name}, as a name", changed, there, service, of_key=True, words="it is not of the form")


def _kinds(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Each key with a value of another kind: a mapping for what is none, and the other way round."""
    for place, value in places(tree):
        for new in _NO_MAPPINGS if isinstance(value, dict) else _NO_VALUES:
            if place[-1] != "sandbox" or new != "text":
                expected = {"column": None} if new[0] in "[{" else {}
                yield _case(f"{name}, {new}", with_value(tree, place, new), place, service, **expected)


def _texts(name: str, tree: Tree, service: bool) -> Iterator[Case]:
    """Each value of a file with something that is no YAML in its place, one kind of that a value."""
    makers: list[Callable[[str], tuple[str, int | None, str]]] = bad_yaml.VALUES
    leaves = [place for place, value in places(tree) if isinstance(value, str)]
    for index, place in enumerate(leaves):
        for make in (makers[index % len(makers)], makers[(index + 5) % len(makers)]):
            new, behind, words = make(at(tree, place))
            text, spots = rendered(with_value(tree, place, new))
            line, column = spots[place][1]
            raw = text.encode("utf-8", "surrogateescape")
            there = None if behind is None else column + behind
            yield Case(f"{name}, {words}: {'.'.join(map(str, place))}", raw, service, line, there, words)
