"""`uv.lock`: exported by uv where there is one, else read.

uv's format is its own and not specified: https://docs.astral.sh/uv/concepts/projects/layout/#the-lockfile. An export
looks at two files only, starts no other program, and needs no network (`uv export --frozen --offline`). Without uv,
packages that only some conflicting extras need (`tool.uv.conflicts`) are not told apart.
"""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from fullautoci.environments import installer, pins, pyproject
from fullautoci.environments.base import Request, Runner
from fullautoci.environments.choice import Choice, picked
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.locked import Locked
from fullautoci.environments.lockgraph import Edge, Node, reached
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

FILE = "uv.lock"
EXPORT_TIMEOUT_S = 60.0
LOCAL = ("editable", "virtual", "directory", "path")


def read(
    found: Mapping[str, Any], project: Mapping[str, Any], choice: Choice, interpreter: Interpreter
) -> Locked | None:
    """What is wanted of it, for the whole workspace, since tests of all its members are run.

    Raises:
        PreparationError: it is not what uv writes, or lacks what is asked for.
    """
    if found.get("version") != 1:
        raise PreparationError(f"{FILE}: version 1 of the format is known, not '{one_line(str(found.get('version')))}'")
    pins.check_python(FILE, pyproject.text(found, "requires-python", FILE), interpreter.version)
    packages = pyproject.tables(found, "package", FILE)
    manifest = pyproject.table(found, "manifest", file=FILE)
    members = _members(packages, pyproject.texts(manifest, "members", FILE))
    virtual = pyproject.table(manifest, "dependency-groups", file=FILE)
    groups = {name for one in members for name in pyproject.table(one, "dev-dependencies", file=FILE)}
    # An extra or group that has nothing in it is named in the metadata only.
    groups |= {name for one in members for name in pyproject.table(one, "metadata", "requires-dev", file=FILE)}
    extras = {name for one in members for name in pyproject.table(one, "optional-dependencies", file=FILE)}
    for one in members:
        extras |= set(pyproject.texts(pyproject.table(one, "metadata", file=FILE), "provides-extras", FILE))
    wanted_extras = picked(choice.extras, extras, "extra", FILE)
    wanted_groups = picked(choice.groups, groups | set(virtual), "dependency group", FILE)
    nodes: dict[str, list[Node]] = {}
    for one in packages:
        nodes.setdefault(_name(one), []).append(_node(one))
    roots = [edge for one in members for edge in _roots(one, wanted_extras, wanted_groups)]
    roots += [edge for name in wanted_groups for edge in _edges(virtual, name)]
    kept = reached(FILE, roots, nodes, interpreter.markers)
    lines = sorted({node.line for node in kept if node.line})
    return Locked(FILE, tuple(lines), wanted_extras, wanted_groups, tuple(_stale(project, members)))


def _members(packages: Sequence[Mapping[str, Any]], listed: Sequence[str]) -> list[Mapping[str, Any]]:
    """The workspace's own packages; of a project that is alone, the one that is at its top."""
    if listed:
        return [one for one in packages if one.get("name") in listed and _local(one)]
    sources = ((one, pyproject.table(one, "source", file=FILE)) for one in packages)
    return [one for one, source in sources if "." in (source.get("editable"), source.get("virtual"))]


def _local(package: Mapping[str, Any]) -> str:
    """Where a package lies that is a folder or file; empty for any other."""
    source = pyproject.table(package, "source", file=FILE)
    return next((pyproject.text(source, key, FILE) for key in LOCAL if key in source), "")


def _roots(member: Mapping[str, Any], extras: Sequence[str], groups: Sequence[str]) -> Iterator[Edge]:
    yield from _edges(member, "dependencies")
    for table, names in (("optional-dependencies", extras), ("dev-dependencies", groups)):
        for name in names:
            yield from _edges(pyproject.table(member, table, file=FILE), name)


def _edges(found: Mapping[str, Any], key: str) -> Iterator[Edge]:
    for one in pyproject.tables(found, key, FILE):
        version = pyproject.text(one, "version", FILE)
        extras = tuple(pyproject.texts(one, "extra", FILE) or pyproject.texts(one, "extras", FILE))
        fits = (lambda other, wanted=version: other == wanted) if version else (lambda _: True)
        yield Edge(_name(one), pyproject.text(one, "marker", FILE), extras, fits)


def _name(package: Mapping[str, Any]) -> str:
    return pins.checked_name(FILE, pyproject.text(package, "name", FILE))


def _node(package: Mapping[str, Any]) -> Node:
    version = pyproject.text(package, "version", FILE)
    optional = pyproject.table(package, "optional-dependencies", file=FILE)
    edges = {name: tuple(_edges(optional, name)) for name in optional}
    return Node(version, _line(package, version), tuple(_edges(package, "dependencies")), edges)


def _line(package: Mapping[str, Any], version: str) -> str:
    name = _name(package)
    source = pyproject.table(package, "source", file=FILE)
    files = pyproject.tables(package, "wheels", FILE)
    files += [pyproject.table(package, "sdist", file=FILE)]
    hashes = [pyproject.text(one, "hash", FILE) for one in files]
    if local := _local(package):
        pins.check_inside(FILE, name, local)
        return ""
    if "git" in source:
        url, _, revision = pyproject.text(source, "git", FILE).partition("#")
        part = next((one for one in url.partition("?")[2].split("&") if one.startswith("subdirectory=")), "")
        return pins.git(FILE, name, url, revision, part.removeprefix("subdirectory="))
    if "url" in source:
        return pins.direct(FILE, name, pyproject.text(source, "url", FILE), hashes)
    return pins.pin(FILE, name, version, hashes)


def _stale(project: Mapping[str, Any], members: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What `pyproject.toml` requires and the lock file was not made for: names and specifiers, as uv compares them.

    Markers are left out: uv writes them in another form.
    """
    name = pyproject.text(pyproject.table(project, "project"), "name")
    own = next((one for one in members if name and _name(one) == canonicalize_name(name)), None)
    if own is None:
        return
    known: set[tuple[str, str | None]] = set()
    for one in pyproject.tables(pyproject.table(own, "metadata", file=FILE), "requires-dist", FILE):
        specifier = pyproject.text(one, "specifier", FILE)
        # Without one it is from elsewhere, or any version is right: then what was required says nothing of this.
        known.add((_name(one), ",".join(_parts(specifier)) if specifier else None))
    for line in pyproject.texts(pyproject.table(project, "project"), "dependencies"):
        try:
            wanted = Requirement(line)
        except InvalidRequirement:
            continue
        specified = (str(canonicalize_name(wanted.name)), ",".join(_parts(str(wanted.specifier))))
        if specified not in known and (specified[0], None) not in known:
            yield f"{FILE} is out of date: it was not made for '{one_line(line, 80)}' of pyproject.toml; run 'uv lock'"
            return


def _parts(specifier: str) -> list[str]:
    return sorted(part.replace(" ", "") for part in specifier.split(",") if part.strip())


def exported(request: Request, known: Locked, interpreter: Interpreter, runner: Runner) -> Locked:
    """The same as uv itself sees it; as it was read, where this uv cannot export it.

    Raises:
        PreparationError: a package lies outside of the repository.
    """
    uv = installer.uv_program()
    place = request.own / "export"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    for name in (pyproject.FILE, FILE):
        if text := pyproject.read_text(request.checkout, name, pyproject.LOCK_LIMIT):
            (place / name).write_text(text)
    options = [f"--extra={name}" for name in known.extras] + [f"--group={name}" for name in known.groups]
    command = [
        str(uv), "export", "--quiet", "--frozen", "--offline", "--no-config", "--python", interpreter.path,
        "--format", "requirements-txt", "--no-header", "--no-annotate", "--no-emit-workspace", "--all-packages",
        "--no-default-groups", *options, "--output-file", str(place / "locked.txt"),
    ]  # fmt: skip
    try:
        runner.run(command, cwd=place, env=installer.variables(), timeout=EXPORT_TIMEOUT_S, name="uv export")
        text = pyproject.read_text(place, "locked.txt", 64 * 1024 * 1024)
    except PreparationError as error:
        said = one_line(f"uv cannot export {FILE}, it is read without uv: {error.message} {error.hint}")
        return replace(known, notes=(*known.notes, said))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    lines = set()
    for raw in text.replace("\\\n", " ").splitlines():
        line = raw.strip()
        if line.startswith(("-e ", ".", "/", "file:")):
            pins.check_inside(FILE, "a package", line.removeprefix("-e ").partition(" ")[0])
        elif line and not line.startswith(("-", "#")):
            head, *hashes = (part.strip() for part in line.split("--hash="))
            lines.add(head + "".join(sorted(pins.HASHES + one for one in hashes)))
    kept = pins.applying(lines, interpreter.markers)
    return replace(known, lines=tuple(sorted({_unmarked(line) for line in kept})))


def _unmarked(line: str) -> str:
    """A line that holds, without saying when."""
    head, mark, hashes = line.partition(pins.HASHES)
    return f"{head.partition(' ;')[0].rstrip()}{mark}{hashes}"
