"""What a project needs of itself beside its sources: metadata, entry points, and what a build generates or compiles.

One overlay a tree, laid over a virtual environment by the import path. A project whose metadata can be read from
`pyproject.toml` needs no build; any other is built once from a copy, and what the build has that the sources lack
(compiled modules, generated files) is put into the checkout beside them.
"""

import configparser
import hashlib
import shutil
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fullautoci.environments import installer
from fullautoci.environments.base import Request, Runner
from fullautoci.errors import PreparationError

# Backends that copy sources and nothing else, as long as no build hook of theirs is configured.
PURE_BACKENDS = ("flit_core", "hatchling", "poetry", "uv_build", "pdm.backend", "setuptools")
BUILD_TIMEOUT_S = 900.0
VERSION_FILES = ("__init__.py", "__about__.py", "__version__.py", "_version.py", "version.py", "about.py")
SCRIPT = """#!{python}
import sys
from {module} import {root}
if __name__ == "__main__":
    sys.argv[0] = sys.argv[0].removesuffix(".exe")
    sys.exit({function}())
"""


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
    shared, own = place / metadata_key(request.blobs), place / request.tree
    with installer.locked(shared.with_suffix(".lock"), runner):
        found = next((folder for folder in (shared, own) if folder.is_dir()), None)
        if found is None:
            new = shared.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            (new / "bin").mkdir(parents=True)
            _make(request, python, new, runner)
            found = new.rename(own if (new / "built").is_dir() else shared)
    built = found / "built"
    if built.is_dir():
        shutil.copytree(built, request.checkout / request.layout.source_root, dirs_exist_ok=True)
    return found


def metadata_key(blobs: Mapping[str, str]) -> str:
    """The digest of what a project's metadata can be made from.

    That is every file's name, and the content of all but Python sources; of those, what lies at the top or is named
    as files are that hold a version.
    """
    digest = hashlib.sha256()
    for path, blob in sorted(blobs.items()):
        name = path.rpartition("/")[2]
        counts = not path.endswith(".py") or "/" not in path or name in VERSION_FILES
        digest.update(f"{path}\0{blob if counts else ''}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()[:40]


def _make(request: Request, python: str, new: Path, runner: Runner) -> None:
    pyproject = request.checkout / "pyproject.toml"
    described = tomllib.loads(pyproject.read_text("utf-8", "replace")) if pyproject.is_file() else {}
    if is_static(described, request.checkout):
        write_metadata(described["project"], new, python)
    elif described.get("project") or described.get("build-system") or (request.checkout / "setup.py").is_file():
        _build(request, python, new, runner)


def is_static(pyproject: Mapping[str, Any], checkout: Path) -> bool:
    """Whether a project's metadata is all in `pyproject.toml`, and its build would only copy sources."""
    project = pyproject.get("project", {})
    backend = pyproject.get("build-system", {}).get("build-backend", "setuptools")
    hooks = "hooks" in pyproject.get("tool", {}).get("hatch", {}).get("build", {})
    return (
        "name" in project
        and "version" in project
        and not {"version", "scripts", "entry-points"} & set(project.get("dynamic", []))
        and str(backend).startswith(PURE_BACKENDS)
        and not hooks
        and not (checkout / "setup.py").is_file()
        and "ext-modules" not in pyproject.get("tool", {}).get("setuptools", {})
    )


def write_metadata(project: Mapping[str, Any], folder: Path, python: str) -> None:
    """Write what an installation of the project would: METADATA, entry points and programs.

    Formats: https://packaging.python.org/en/latest/specifications/recording-installed-packages/ and entry-points/.
    """
    name, version = str(project["name"]), str(project["version"])
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    requires = "".join(f"Requires-Dist: {line}\n" for line in project.get("dependencies", []))
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}")
    (info / "RECORD").write_text("")
    points = {"console_scripts": project.get("scripts", {}), **project.get("entry-points", {})}
    parser = configparser.RawConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_dict({group: entries for group, entries in points.items() if entries})
    with (info / "entry_points.txt").open("w") as file:
        parser.write(file)
    for script, target in points["console_scripts"].items():
        _write_script(folder / "bin" / str(script), str(target), python)


def _write_script(path: Path, target: str, python: str) -> None:
    module, _, function = target.partition(":")
    function = function.partition("[")[0].strip() or "main"
    root = function.partition(".")[0]
    path.write_text(SCRIPT.format(python=python, module=module.strip(), root=root, function=function))
    path.chmod(0o755)


def _build(request: Request, python: str, new: Path, runner: Runner) -> None:
    """Build the project from a copy, and keep its metadata, its programs, and what its sources lack."""
    runner.activity("building the project's metadata")
    copy, target = new / "copy", new / "target"
    shutil.copytree(request.checkout, copy, symlinks=True)
    install = [*installer.install_command(python), "--quiet", "--no-deps", "--target", str(target), str(copy)]
    runner.run(install, cwd=new, env=installer.variables(), timeout=BUILD_TIMEOUT_S)
    for info in target.glob("*.dist-info"):
        shutil.move(info, new / info.name)
    if (target / "bin").is_dir():
        shutil.rmtree(new / "bin")
        shutil.move(target / "bin", new / "bin")
    source = request.checkout / request.layout.source_root
    for path in target.rglob("*"):
        inner = path.relative_to(target)
        if path.is_file() and "__pycache__" not in inner.parts and not (source / inner).exists():
            (new / "built" / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, new / "built" / inner)
    shutil.rmtree(copy)
    shutil.rmtree(target)


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
