"""Valid configuration files that say everything, and where each thing stands in them, told without reading YAML."""

from collections.abc import Iterator
from typing import Any

# A mapping, a list of mappings, or a value as YAML has it.
Tree = Any
Place = tuple[str | int, ...]
# Line and column, both from 1.
Spot = tuple[int, int]

_RATCHET = [
    {
        "metric": "missing_lines", "enabled": "true", "direction": "lower", "target": "0.5", "tolerance": "1.5",
        "slack": "10%", "per": "file",
    },
    {"metric": "score"},
]  # fmt: skip
_TOOL = {
    "enabled": "false",
    "paths": "[src, a b]",
    "args": "[--jobs, 2]",
    "timeout": "90s",
    "ratchet": _RATCHET,
    "cache": "off",
    "reads": "tree",
    "expires": "14d",
}
_COMMAND = {"command": "[make, docs]", "report": {"junit": "build/junit.xml"}}
ENVIRONMENTS: dict[str, Tree] = {
    "nix": {"shell": "ci", "tools": "fullautoci", "timeout": "1h", "network": "off"},
    "docker": {
        "image": "python:3.13-slim", "file": "docker/Dockerfile", "target": "tests", "arguments": {"VERSION": "1.10"},
        "pull": "always", "engine": "podman", "network": "on", "memory": "512M", "cpus": "1.5", "processes": "100",
        "temporary": "2G", "timeout": "20m",
    },
    "venv": {
        "python": "['3.11', 3.13]", "extras": "[test]", "groups": "[ci]", "requirements": "[requirements/ci.txt]",
        "lock": "off", "network": "off",
    },
    "host": {"network": "off"},
    "auto": "{}",
}  # fmt: skip
REPOSITORY: Tree = {
    "version": "1",
    "environment": {"venv": ENVIRONMENTS["venv"]},
    "branches": {"include": "[main, 'release/*']", "exclude": "['wip/*']"},
    "policy": "latest",
    "env": {"DJANGO_SETTINGS_MODULE": "tests.settings", "LEVEL": "3"},
    "secrets": "[DATABASE_URL]",
    "bring": "[.env.test]",
    "setup": "[[make, assets]]",
    "paths": {"include": "['*.py']", "exclude": "['docs/*']"},
    "cache": "true",
    "flaky": {"quarantine": "7d"},
    "tools": {"pylint": _TOOL, "docs": {"timeout": "1h", **_COMMAND}},
    "projects": {
        "shop": {
            "path": "shop",
            "reads": "[common]",
            "environment": {"nix": ENVIRONMENTS["nix"]},
            "env": {"PORT": "8000"},
            "setup": "[[make]]",
            "tools": {"coverage": {"enabled": "true"}},
        }
    },
}
SERVICE: Tree = {
    "workers": "3",
    "scan_interval": "2m",
    "grace": "10s",
    "dashboard": {
        "port": "8000",
        "names": "[ci.example.org, 'ci.example.org:8443']",
        "proxies": "[127.0.0.1, '10.0.0.0/8', '::1']",
        "limits": {
            "requests": "1000",
            "failures": "5",
            "connections": "100",
            "header_time": "10s",
            "body_time": "2m",
            "answer_time": "2m",
            "idle_time": "30s",
        },
    },
    "notify": {"desktop": "true"},
    "waivers": {"trailers": "off"},
    "limits": {"processes": "500", "memory": "4G", "file_size": "500M"},
    "keep": {
        "logs": {"days": "30", "runs": "100", "size": "1G"},
        "environments": {"days": "30", "count": "5", "size": "10G"},
        "checkouts": {"days": "1.5", "size": "5G"},
    },
    "sandbox": {"mode": "on", "network": "off", "read": "[/usr/share/fonts]", "write": "[~/.cache/x]"},
    "secrets": {"TOKEN": "everybodys"},
    "defaults": {"tools": {"pylint": {"timeout": "20m"}}},
    "repositories": {"shop": {"secrets": {"TOKEN": "its-own"}, "override": {"policy": "every"}}},
}


def valid() -> Iterator[tuple[str, Tree]]:
    """Trees that are right, by name; together they say everything that a repository's file may."""
    yield "everything", REPOSITORY
    for kind, told in ENVIRONMENTS.items():
        yield kind, {"environment": {kind: told}}


def places(tree: Tree, here: Place = ()) -> Iterator[tuple[Place, Tree]]:
    """Everything in a tree with its place, what is around it first."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in inside:
        yield (*here, key), value
        yield from places(value, (*here, key))


def at(tree: Tree, place: Place) -> Tree:
    """What stands at a place."""
    for part in place:
        tree = tree[part]
    return tree


def with_value(tree: Tree, place: Place, value: Tree) -> Tree:
    """A tree that says something else at a place."""
    if not place:
        return value
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    new = {key: with_value(one, place[1:], value) if key == place[0] else one for key, one in pairs}
    if place[0] not in new:
        new[place[0]] = with_value({}, place[1:], value)
    return new if isinstance(tree, dict) else list(new.values())


def renamed(tree: Tree, place: Place, name: str) -> Tree:
    """A tree in which the key at a place is another; what it says stays."""
    here = at(tree, place[:-1])
    return with_value(tree, place[:-1], {name if key == place[-1] else key: one for key, one in here.items()})


def rendered(tree: Tree) -> tuple[str, dict[Place, tuple[Spot, Spot]]]:
    """A tree as YAML in block style, and where in it each key and its value begin.

    An element of a list begins where its first key does.
    """
    lines: list[str] = []
    spots: dict[Place, tuple[Spot, Spot]] = {}
    _render(tree, (), "", lines, spots)
    return "".join(f"{line}\n" for line in lines), spots


def _render(
    tree: Tree, place: Place, indent: str, lines: list[str], spots: dict[Place, tuple[Spot, Spot]], first: str = ""
) -> None:
    for key, value in tree.items():
        head = f"{first or indent}{key}:"
        spot = (len(lines) + 1, len(indent) + 1)
        here, first = (*place, key), ""
        if isinstance(value, str):
            lines.append(f"{head} {value}")
            spots[here] = spot, (spot[0], len(head) + 2)
            continue
        lines.append(head)
        inner = f"{indent}  "
        spots[here] = spot, (len(lines) + 1, len(inner) + 1)
        if isinstance(value, dict):
            _render(value, here, inner, lines, spots)
        for index, one in enumerate(value if isinstance(value, list) else ()):
            begins = (len(lines) + 1, len(inner) + 3)
            spots[(*here, index)] = begins, begins
            if isinstance(one, str):
                lines.append(f"{inner}- {one}")
            else:
                _render(one, (*here, index), f"{inner}  ", lines, spots, f"{inner}- ")
