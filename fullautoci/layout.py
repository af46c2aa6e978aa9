"""Where a Python project keeps what: told from the paths of its files alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FILE_LIMIT = 200_000

_TEST_FILE = re.compile(r"(?:^|/)(?:test_[^/]*|[^/]*_tests?|tests?)\.py$")
_TEST_FOLDER = re.compile(r"(?:^|/)tests?/(?:.*/)?[^/]+\.py$")
_NOT_SOURCE = frozenset(
    "test tests testing doc docs example examples bench benchmark benchmarks script scripts tool tools build dist "
    "requirements ci".split()
)
_ROOT_SCRIPTS = frozenset({"setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "manage.py", "dodo.py"})


@dataclass(frozen=True)
class Layout:
    """A project's Python files at a glance; all paths are relative to its root.

    Attributes:
        source_root: the folder that is put on the import path: `src` or `.`.
        packages: folders with an `__init__.py` right below the source root, and modules beside them.
        has_python: whether there is any Python file.
        has_tests: whether there is a file that pytest or unittest would take for tests.
    """

    source_root: str
    packages: tuple[str, ...]
    has_python: bool
    has_tests: bool


def python_layout(files: Iterable[str]) -> Layout:
    """The layout of a project with these files.

    Packages and modules that are the project's own are those right below `src` where there is one with a package in
    it, else right below the root, tests, documentation and helpers excepted. Where none is left, every folder that
    holds Python files counts.
    """
    python = [path for path in files if path.endswith(".py")]
    tests = any(_TEST_FILE.search(path) or _TEST_FOLDER.search(path) for path in python)
    for root in ("src/", ""):
        packages = _below(python, root) or _namespaces(python, root)
        if packages:
            return Layout(root.rstrip("/") or ".", tuple(root + name for name in packages), True, tests)
    rest = sorted({path.partition("/")[0] for path in python})
    return Layout(".", tuple(rest), bool(python), tests)


def _namespaces(python: list[str], root: str) -> list[str]:
    """Folders of `src` that hold Python files further down only: namespace packages."""
    return sorted({path.removeprefix(root).partition("/")[0] for path in python if root and path.startswith(root)})


def _below(python: list[str], root: str) -> list[str]:
    found = set()
    for path in python:
        if not path.startswith(root):
            continue
        parts = path.removeprefix(root).split("/")
        if len(parts) == 2 and parts[1] == "__init__.py" and (root or parts[0] not in _NOT_SOURCE):
            found.add(parts[0])
        if len(parts) == 1 and (root or not (parts[0] in _ROOT_SCRIPTS or _TEST_FILE.search(parts[0]))):
            found.add(parts[0])
    return sorted(found)
