"""host: the tools that are installed on this machine, as they are."""

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fullautoci import process
from fullautoci.environments import pins
from fullautoci.environments.base import Prepared, Request, Runner, architecture
from fullautoci.environments.interpreters import SHIMS
from fullautoci.errors import PreparationError
from fullautoci.model import EnvironmentIdentity
from fullautoci.text import one_line, tail

ASK = """
import importlib.metadata, json, sys
found = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions() if d.metadata["Name"]}
here = [sys.executable, sys.version.split()[0], found, [p for p in sys.path if p], [sys.prefix, sys.base_prefix]]
print(json.dumps(here))
"""


@dataclass(frozen=True)
class Interpreter:
    """What an interpreter said of itself.

    Attributes:
        program: what its file was: modification times in ns, and size.
        stamps: its import folders with their modification times in ns.
        prefixes: where it and its library are.
    """

    executable: str
    version: str
    versions: Mapping[str, str]
    program: tuple[int, ...]
    stamps: tuple[tuple[str, int], ...]
    prefixes: tuple[str, ...]


class HostEnvironment:
    """The first `python3` on the daemon's PATH, with whatever it can import."""

    kind = "host"

    def __init__(self) -> None:
        self._known: dict[str, Interpreter] = {}

    def trouble(self) -> tuple[str, str]:
        """It can be had wherever this program runs."""
        return "", ""

    def forget(self, folder: Path) -> None:
        """It has nothing outside of its folder."""

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """Ask the interpreter what it has.

        Raises:
            PreparationError: there is no interpreter, or it lacks the tool.
        """
        path = os.environ.get("PATH", os.defpath)
        python = shutil.which("python3", path=path)
        if python is None:
            raise PreparationError(
                "there is no python3 on the daemon's PATH", "install one, or use 'environment: venv'"
            )
        found = self._ask(python, runner)
        executable, version, versions = found.executable, found.version, found.versions
        lacking = pins.lacking(request.requirements, versions)
        if lacking:
            raise PreparationError(
                f"{executable} has no {' and no '.join(lacking)}",
                one_line(f"'{python} -m pip install {' '.join(lacking)}', or use 'environment: venv'"),
            )
        described = json.dumps([version, architecture(), sorted(versions.items())])
        identity = EnvironmentIdentity(
            "host", hashlib.sha256(described.encode()).hexdigest(), f"{executable} {version}"
        )
        source_root = request.checkout / request.layout.source_root
        variables = {"PATH": path, "PYTHONPATH": str(source_root), "HOME": os.environ.get("HOME", "/")}
        return Prepared(executable, variables, identity, versions, _seen(found, path), untouched=True)

    def _ask(self, python: str, runner: Runner) -> Interpreter:
        """What the interpreter has; asked anew when it changed, or its import folders, as any installation does."""
        known = self._known.get(python)
        program = _program(Path(python))
        if known is not None and (known.program, known.stamps) == (program, _stamps([one for one, _ in known.stamps])):
            return known
        runner.activity("asking the host's interpreter what it has")
        answer = process.run([python, "-c", ASK], cwd=Path("/"), env={**os.environ, "PYTHONPATH": ""})
        if answer.returncode:
            raise PreparationError(f"{python} does not work", tail(answer.stderr))
        executable, version, versions, folders, prefixes = json.loads(answer.stdout)
        self._known[python] = Interpreter(executable, version, versions, program, _stamps(folders), tuple(prefixes))
        return self._known[python]


def _program(python: Path) -> tuple[int, ...]:
    """What tells a program from another in its place; of a shim of pyenv's, which version that leads to as well."""
    status = python.stat()
    chosen = python.parent.parent / "version"
    is_shim = python.parent.name == SHIMS and chosen.is_file()
    return (status.st_mtime_ns, status.st_size, *((chosen.stat().st_mtime_ns,) if is_shim else ()))


def _stamps(folders: list[str]) -> tuple[tuple[str, int], ...]:
    return tuple((folder, Path(folder).stat().st_mtime_ns if Path(folder).exists() else 0) for folder in folders)


def _seen(found: Interpreter, path: str) -> tuple[Path, ...]:
    """What has to be seen of this machine: the interpreter, what it imports, and the programs on PATH.

    Of a home folder's own programs (`~/.local/bin`) these alone: what they need besides, the service has to name.
    """
    places = [*found.prefixes, *(folder for folder, _ in found.stamps), *path.split(os.pathsep)]
    home = Path(os.environ.get("HOME", "/"))
    unseen = (home, *home.parents)
    return tuple(dict.fromkeys(one for place in places if (one := Path(place)).is_absolute() and one not in unseen))
