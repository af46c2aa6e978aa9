"""venv: a virtual environment of third-party packages, built once for a set of requirements and kept.

It never holds the project: an editable installation would point every worker at one checkout. What a project needs of
itself is laid over it, one overlay a tree.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from fullautoci.environments import interpreters, lockfiles, overlay, pins, requirements
from fullautoci.environments.base import SYSTEM_PATH, Prepared, Request, Runner, architecture
from fullautoci.environments.building import Builder
from fullautoci.environments.choice import Choice
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.requirements import Wanted
from fullautoci.model import EnvironmentIdentity


class VenvEnvironment:
    """A virtual environment, built by uv where there is one, else by venv and pip."""

    kind = "venv"

    def trouble(self) -> tuple[str, str]:
        """It can be had wherever this program runs."""
        return "", ""

    def forget(self, folder: Path) -> None:
        """It has nothing outside of its folder."""

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """The environment for what this project and tool ask for.

        Raises:
            PreparationError: it could not be built, and nothing of it is kept; or the interpreter, or something of the
                project's that was asked for, does not exist.
        """
        interpreter, asking = interpreters.find(str(request.options.get("python") or "")), request.asking
        asked, own = _asked(asking, interpreter, runner)
        base = request.folders["environments"] / "venv" / _key(asked, own, asking, interpreter)
        folder, manifest = Builder(base, asking, asked, own, interpreter, runner).built()
        python = folder / "bin" / "python"
        import_path, programs = [str(request.checkout / request.layout.source_root)], [str(folder / "bin")]
        sees = {*interpreter.folders(), *_linked(python, interpreter)}
        untouched = True
        if request.needs_project:
            laid = overlay.lay(request, str(python), folder.name, runner)
            import_path.append(str(laid))
            programs.insert(0, str(laid / "bin"))
            sees.add(laid)
            untouched = not overlay.has_files(laid)
        detail = {"key": base.name, **({"from": ", ".join(asked.sources)} if asked.sources else {})}
        identity = EnvironmentIdentity("venv", manifest["fingerprint"], interpreter.name, detail)
        variables = {
            "PATH": ":".join([*programs, SYSTEM_PATH]),
            "VIRTUAL_ENV": str(folder),
            "PYTHONPATH": ":".join(import_path),
        }
        return Prepared(
            str(python), variables, identity, manifest["versions"], tuple(sorted(sees)), (folder,), untouched=untouched
        )


def _asked(request: Request, interpreter: Interpreter, runner: Runner) -> tuple[Wanted, tuple[str, ...]]:
    """What is to be installed with that interpreter: what the project asks for, and what our tools need beside it."""
    choice = Choice.of(request.options)
    lock = lockfiles.locked(request, choice, interpreter, runner)
    asked = requirements.wanted(request.checkout, choice, lock)
    # What does not hold for this interpreter is not asked for: it pins none of our tools, and makes no other key.
    lines = pins.applying(asked.lines, interpreter.markers)
    asked = replace(asked, lines=lines, constraints=pins.applying(asked.constraints, interpreter.markers))
    pinned = pins.names((*lines, *asked.locked))
    return asked, tuple(sorted(line for line in request.tools if not pins.names((line,)) & pinned))


def _linked(python: Path, interpreter: Interpreter) -> set[Path]:
    """The folder by which an environment leads to its interpreter, where it is a link: uv has one a minor version."""
    with suppress(OSError):
        folder = python.readlink().parent.parent
        if folder.resolve() in interpreter.folders():
            return {folder}
    return set()


def _key(asked: Wanted, own: tuple[str, ...], request: Request, interpreter: Interpreter) -> str:
    # A setup.py may read what it requires from any file; that it imports it from a package is not reckoned with.
    counting = [item for item in request.blobs.items() if not item[0].endswith(".py") or "/" not in item[0]]
    files = sorted(counting) if asked.dynamic else []
    machine = [interpreter.path, interpreter.described, architecture()]
    described = json.dumps([machine, sorted({*asked.lines, *own}), asked.constraints, asked.locked, files])
    return hashlib.sha256(described.encode("utf-8", "surrogateescape")).hexdigest()[:20]
