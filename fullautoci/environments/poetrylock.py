"""`poetry.lock`: of Poetry 2, whose packages say to which groups they belong, and of Poetry 1, whose do not.

https://python-poetry.org/docs/basic-usage/#installing-with-poetrylock; the format is in no document. Where packages do
not say it, they are followed from what `pyproject.toml` requires.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from fullautoci.environments import pins, poetryversions, pyproject
from fullautoci.environments.choice import Choice, picked
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.locked import Locked
from fullautoci.environments.lockgraph import Edge, Node, reached
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

FILE = "poetry.lock"
MAIN = "main"
LEGACY = ("dependencies", "source", "extras", "dev-dependencies")


def read(
    found: Mapping[str, Any], project: Mapping[str, Any], choice: Choice, interpreter: Interpreter
) -> Locked | None:
    """What is wanted of it.

    Raises:
        PreparationError: it is not what Poetry writes, or lacks what is asked for.
    """
    metadata = pyproject.table(found, "metadata", file=FILE)
    supported = pyproject.text(metadata, "python-versions", FILE)
    if not poetryversions.allows(supported, interpreter.version):
        raise PreparationError(f"{FILE} is for Python {one_line(supported, 60)}, not for {interpreter.version}")
    packages = pyproject.tables(found, "package", FILE)
    per_file = pyproject.table(metadata, "files", file=FILE)  # before Poetry 1.3
    extras = picked(choice.extras, pyproject.table(found, "extras", file=FILE), "extra", FILE)
    groups = picked(choice.groups, _groups(project, packages), "dependency group", FILE)
    if any("groups" in one for one in packages):
        kept = [one for one in packages if _wanted(one, (MAIN, *groups), extras, interpreter)]
        lines = [_line(one, per_file) for one in kept]
        names = [pyproject.text(one, "name", FILE) for one in kept]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise PreparationError(f"{FILE} has {one_line(twice, 60)} in two versions for {interpreter.name}")
    else:
        nodes: dict[str, list[Node]] = {}
        for one in packages:
            if poetryversions.allows(pyproject.text(one, "python-versions", FILE), interpreter.version):
                nodes.setdefault(_name(one), []).append(_node(one, per_file))
        optional = [name for extra in extras for name in _extra(found, extra)]
        roots = _roots(project, groups, extras, optional, interpreter)
        lines = [node.line for node in reached(FILE, roots, nodes, interpreter.markers, extras)]
    notes = [f"{FILE} is out of date: it was made for another pyproject.toml; run 'poetry lock'"]
    said = pyproject.text(metadata, "content-hash", FILE)
    stale = said and project and said not in _digests(project)
    return Locked(FILE, tuple(sorted(filter(None, set(lines)))), extras, groups, tuple(notes if stale else ()))


def _groups(project: Mapping[str, Any], packages: Sequence[Mapping[str, Any]]) -> set[str]:
    poetry = pyproject.table(project, "tool", "poetry")
    named = {name for one in packages for name in pyproject.texts(one, "groups", FILE)}
    named |= set(pyproject.table(poetry, "group")) | set(pyproject.table(project, "dependency-groups"))
    return (named | ({"dev"} if "dev-dependencies" in poetry else set())) - {MAIN}


def _extra(found: Mapping[str, Any], extra: str) -> list[str]:
    """The canonical names of the packages that one of the project's extras asks for."""
    listed = pyproject.texts(pyproject.table(found, "extras", file=FILE), extra, FILE)
    return [str(canonicalize_name(line.partition(" ")[0].partition("[")[0])) for line in listed]


def _wanted(package: Mapping[str, Any], groups: Sequence[str], extras: Sequence[str], interpreter: Interpreter) -> bool:
    """Whether a package that names its groups is among the wanted; markers are for all groups, or by group."""
    markers = package.get("markers", "")
    for group in pyproject.texts(package, "groups", FILE):
        marker = markers if not isinstance(markers, dict) else pyproject.text(markers, group, FILE)
        if not isinstance(marker, str):
            raise PreparationError(f"{FILE}: 'markers' must be a text or a table")
        if group in groups and pins.holds(FILE, marker, interpreter.markers, extras):
            return True
    return False


def _name(package: Mapping[str, Any]) -> str:
    return pins.checked_name(FILE, pyproject.text(package, "name", FILE))


def _line(package: Mapping[str, Any], per_file: Mapping[str, Any]) -> str:
    """A package as installers take it; empty where it is the repository's own."""
    name, version = pyproject.text(package, "name", FILE), pyproject.text(package, "version", FILE)
    source = pyproject.table(package, "source", file=FILE)
    files = pyproject.tables(package, "files", FILE) or pyproject.tables(per_file, name, FILE)
    hashes = [pyproject.text(file, "hash", FILE) for file in files]
    kind, url = pyproject.text(source, "type", FILE), pyproject.text(source, "url", FILE)
    if kind in ("directory", "file"):
        pins.check_inside(FILE, name, url)
        return ""
    part = pyproject.text(source, "subdirectory", FILE)
    if kind == "git":
        return pins.git(FILE, name, url, pyproject.text(source, "resolved_reference", FILE), part)
    if kind == "url":
        return pins.direct(FILE, name, f"{url}#subdirectory={part}" if part else url, hashes)
    return pins.pin(FILE, name, version, hashes)


def _node(package: Mapping[str, Any], per_file: Mapping[str, Any]) -> Node:
    extras = pyproject.table(package, "extras", file=FILE)
    by_extra = {extra: set(_extra(package, extra)) for extra in extras}
    edges: list[Edge] = []
    optional: dict[str, list[Edge]] = {extra: [] for extra in extras}
    for name, said in pyproject.table(package, "dependencies", file=FILE).items():
        for one in said if isinstance(said, list) else [said]:
            edge = _edge(FILE, name, one)
            if not isinstance(one, dict) or one.get("optional") is not True or "extra" in edge.marker:
                edges.append(edge)
                continue
            for extra, names in by_extra.items():
                if edge.name in names:
                    optional[extra].append(edge)
    kept = {extra: tuple(found) for extra, found in optional.items()}
    return Node(pyproject.text(package, "version", FILE), _line(package, per_file), tuple(edges), kept)


def _edge(file: str, name: str, said: object) -> Edge:
    """A dependency as Poetry writes it: a constraint, or a table with one."""
    if isinstance(said, str):
        said = {"version": said}
    if not isinstance(said, dict):
        raise PreparationError(f"{file}: the dependency '{one_line(name, 60)}' must be a text or a table")
    constraint, marker = pyproject.text(said, "version", file), pyproject.text(said, "markers", file)
    extras = tuple(pyproject.texts(said, "extras", file))
    return Edge(
        pins.checked_name(file, name), marker, extras, lambda version: poetryversions.allows(constraint, version)
    )


def _roots(
    project: Mapping[str, Any],
    groups: Sequence[str],
    extras: Sequence[str],
    optional: Sequence[str],
    interpreter: Interpreter,
) -> Iterator[Edge]:
    """What `pyproject.toml` requires, by Poetry's tables and by the standard's."""
    poetry, standard = pyproject.table(project, "tool", "poetry"), pyproject.table(project, "project")
    tables = [pyproject.table(poetry, "dependencies")]
    tables += [pyproject.table(poetry, "group", name, "dependencies") for name in groups]
    if "dev" in groups:
        tables.append(pyproject.table(poetry, "dev-dependencies"))
    for table in tables:
        for name, said in table.items():
            for one in said if isinstance(said, list) else [said]:
                edge = _edge(pyproject.FILE, name, one)
                python = pyproject.text(one, "python") if isinstance(one, dict) else ""
                left_out = isinstance(one, dict) and one.get("optional") is True and edge.name not in optional
                if edge.name != "python" and not left_out and poetryversions.allows(python, interpreter.version):
                    yield edge
    lines = pyproject.texts(standard, "dependencies")
    for name in extras:
        lines += pyproject.texts(pyproject.table(standard, "optional-dependencies"), name)
    for line in lines:
        try:
            found = Requirement(line)
        except InvalidRequirement as error:
            raise PreparationError(f"pyproject.toml: '{one_line(line, 80)}' is no requirement") from error
        yield Edge(str(canonicalize_name(found.name)), str(found.marker or ""), tuple(sorted(found.extras)))


def _digests(project: Mapping[str, Any]) -> set[str]:
    """What `content-hash` may be: Poetry's digest of the parts of `pyproject.toml` that a lock file depends on.

    Each release has its own idea of which parts those are: with and without groups, and the standard's tables.
    """
    poetry, standard = pyproject.table(project, "tool", "poetry"), pyproject.table(project, "project")
    first = {key: poetry.get(key) for key in LEGACY}
    grouped = {**first, "group": poetry["group"]} if poetry.get("group") is not None else first
    keys = ("requires-python", "dependencies", "optional-dependencies")
    own = {key: standard[key] for key in keys if standard.get(key) is not None}
    said = {key: poetry[key] for key in (*LEGACY, "group") if poetry.get(key) is not None}
    both: dict[str, Any] = {"project": own, "tool": {"poetry": said}}
    candidates = [first, grouped, both, {**both, "dependency-groups": project.get("dependency-groups")}]
    return {hashlib.sha256(json.dumps(one, sort_keys=True, default=str).encode()).hexdigest() for one in candidates}
