"""What a project needs of itself beside its sources: metadata, entry points, and what a build generates or compiles.

One overlay a tree, laid over a virtual environment by the import path. A project whose metadata can be read from
`pyproject.toml` needs no build; any other is built once from a copy, and what the build has that the sources lack
(compiled modules, generated files) is put into the checkout beside them.
"""

import hashlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fullautoci import evidence
from fullautoci.environments import installer, pyproject
from fullautoci.environments.base import Request, Runner
from fullautoci.errors import PreparationError
from fullautoci.text import one_line
from fullautoci.vcs.git.leftovers import remove_tree

# Backends that copy sources and nothing else, as long as no build hook of theirs is configured.
PURE_BACKENDS = ("flit_core", "hatchling", "poetry", "uv_build", "pdm.backend", "setuptools")
BUILD_TIMEOUT_S = 900.0
# A line of `#!` can hold neither spaces nor a long path: the shell starts the interpreter, and Python reads over it.
SCRIPT = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys
from {module} import {root}
if __name__ == "__main__":
    sys.exit({function}())
"""
BUILD_KEYS = frozenset({"hooks", "ext-modules", "cffi_modules"})
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9!.+_-]{1,100}")
_SCRIPT = re.compile(r"[A-Za-z0-9_][\w.+-]{0,100}", re.ASCII)


def lay(request: Request, python: str, environment: str, runner: Runner) -> Path:
    """The overlay for a tree; made where there is none, and its generated files put into the checkout.

    Where a build gave nothing but metadata, the overlay serves every tree whose metadata must be the same; where it
    compiled or generated something, its own tree alone.

    Returns:
        The folder for the import path; its `bin` holds the project's own programs.

    Raises:
        PreparationError: the project cannot be built.
    """
    place = request.folders["overlays"] / environment
    place.mkdir(parents=True, exist_ok=True)
    backend = pyproject.table(pyproject.read(request.checkout), "build-system").get("build-backend", "")
    shared, own = place / metadata_key(request.blobs, str(backend)), place / request.tree
    with installer.locked(shared.with_suffix(".lock"), runner):
        found = next((folder for folder in (shared, own) if folder.is_dir()), None)
        if found is None:
            new = shared.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            (new / "bin").mkdir(parents=True)
            _make(request, python, new, runner)
            found = new.rename(own if (new / "built").is_dir() else shared)
    if has_files(found):
        evidence.copy_tree(found / "built", request.checkout / request.layout.source_root)
    return found


def has_files(overlay: Path) -> bool:
    """Whether it has files that are put into the checkout."""
    return (overlay / "built").is_dir()


def metadata_key(blobs: Mapping[str, str], backend: str) -> str:
    """The digest of what a project's metadata can be made from.

    That is every file's name and content; but where flit makes it, which takes version and summary from the module's
    own file, Python sources further down do not count.
    """
    digest = hashlib.sha256()
    for path, blob in sorted(blobs.items()):
        name = path.rpartition("/")[2]
        counts = not backend.startswith("flit") or not path.endswith(".py") or "/" not in path or name == "__init__.py"
        digest.update(f"{path}\0{blob if counts else ''}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:40]


def _make(request: Request, python: str, new: Path, runner: Runner) -> None:
    found = pyproject.read(request.checkout)
    if is_static(found, request.checkout):
        write_metadata(pyproject.table(found, "project"), new, python)
    elif found.get("project") or found.get("build-system") or (request.checkout / "setup.py").is_file():
        _build(request, python, new, runner)


def is_static(found: Mapping[str, Any], checkout: Path) -> bool:
    """Whether a project's metadata is all in `pyproject.toml`, and its build would only copy sources.

    Raises:
        PreparationError: the file is not what its specification says.
    """
    project = pyproject.table(found, "project")
    backend = pyproject.table(found, "build-system").get("build-backend", "setuptools")
    tool = pyproject.table(found, "tool")
    return (
        isinstance(project.get("name"), str)
        and isinstance(project.get("version"), str)
        and not {"version", "scripts", "entry-points"} & set(pyproject.texts(project, "dynamic"))
        and str(backend).startswith(PURE_BACKENDS)
        and not _mentions(tool, BUILD_KEYS)
        and "build" not in pyproject.table(tool, "poetry")
        and not (checkout / "setup.py").is_file()
    )


def _mentions(value: object, keys: frozenset[str]) -> bool:
    """Whether one of the keys stands in a table or in anything below it."""
    if isinstance(value, dict):
        return bool(keys & value.keys()) or any(_mentions(inner, keys) for inner in value.values())
    return isinstance(value, list) and any(_mentions(inner, keys) for inner in value)


def write_metadata(project: Mapping[str, Any], folder: Path, python: str) -> None:
    """Write what an installation of the project would: METADATA, entry points and programs.

    Formats: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and entry-points/.

    Raises:
        PreparationError: a name is none that an installation could have.
    """
    name, version = str(project["name"]), str(project["version"])
    if not _NAME.fullmatch(name) or not _VERSION.fullmatch(version):
        raise PreparationError("pyproject.toml: the project's name or version is none", f"{name!r} {version!r}")
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    requires = "".join(f"Requires-Dist: {line}\n" for line in pyproject.texts(project, "dependencies"))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
    (info / "RECORD").write_text("")
    scripts, windows = (pyproject.text_table(project, key) for key in ("scripts", "gui-scripts"))
    groups = pyproject.table(project, "entry-points")
    points = {"console_scripts": scripts, "gui_scripts": windows}
    points |= {group: pyproject.text_table(groups, group) for group in groups}
    lines = [
        f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in found.items())
        for group, found in points.items()
    ]
    (info / "entry_points.txt").write_text("\n".join(lines))
    for script, target in {**scripts, **windows}.items():
        _write_script(folder / "bin", script, target, python)


def _write_script(folder: Path, name: str, target: str, python: str) -> None:
    if not _SCRIPT.fullmatch(name):
        raise PreparationError(f"pyproject.toml: '{one_line(name)}' is no name of a program")
    module, _, function = target.partition(":")
    function = function.partition("[")[0].strip() or "main"
    root = function.partition(".")[0]
    path = folder / name
    path.write_text(SCRIPT.format(python=python, module=module.strip(), root=root, function=function))
    path.chmod(0o755)


def _build(request: Request, python: str, new: Path, runner: Runner) -> None:
    """Build the project from a copy, and keep its metadata, its programs, and what its sources lack."""
    runner.activity("building the project's metadata")
    # Not where it is kept: the build runs what the commit says, and could put anything there.
    place = request.own / "build"
    remove_tree(place)
    place.mkdir()
    copy, target = place / "copy", place / "target"
    shutil.copytree(request.checkout, copy, symlinks=True)
    install = [*installer.install_command(python), "--quiet", "--no-deps", "--target", str(target), str(copy)]
    runner.run(install, cwd=place, env=installer.variables(), timeout=BUILD_TIMEOUT_S)
    _take(target, new, request.checkout / request.layout.source_root)
    remove_tree(place)


def _take(target: Path, new: Path, source: Path) -> None:
    """Keep of what a build made its metadata, its programs, and files that the sources lack; regular files alone."""
    if target.is_symlink():
        raise PreparationError("the project's build has put a link in place of what it made")
    for path in sorted(target.iterdir()):
        if path.name.endswith(".dist-info") and not path.is_symlink():
            evidence.copy_tree(path, new / path.name)
    if (target / "bin").is_dir():
        evidence.copy_tree(target / "bin", new / "bin")
    for folder, folders, files in os.walk(target):
        inner = Path(folder).relative_to(target)
        own = ("bin", "__pycache__") if inner == Path() else ("__pycache__",)
        folders[:] = [name for name in folders if name not in own and not name.endswith(".dist-info")]
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink() and path.is_file() and not (source / inner / name).exists():
                (new / "built" / inner).mkdir(parents=True, exist_ok=True)
                evidence.copy_file(path, new / "built" / inner / name)


def install_requirements(project: Path, install: list[str], env: Mapping[str, str], runner: Runner) -> None:
    """With pip: install a project for the sake of what it requires, and take the project itself out again.

    Raises:
        PreparationError: it could not be installed, or has no name.
    """
    python = install[0]
    scratch = Path(python).parents[1] / "copy"
    shutil.copytree(project, scratch, symlinks=True)
    before = _distributions(Path(python))
    runner.run([*install, str(scratch)], cwd=scratch.parent, env=env, timeout=BUILD_TIMEOUT_S)
    shutil.rmtree(scratch)
    own = [info for info in _distributions(Path(python)) - before if (info / "direct_url.json").is_file()]
    if len(own) != 1:
        raise PreparationError("the project's own package cannot be told from its requirements")
    name = own[0].name.partition("-")[0]
    runner.run([python, "-m", "pip", "uninstall", "--yes", name], cwd=scratch.parent, env=env, timeout=120)


def _distributions(python: Path) -> set[Path]:
    return set((python.parents[1] / "lib").glob("python*/site-packages/*.dist-info"))
