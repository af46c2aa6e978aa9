"""venv: a virtual environment of third-party packages, built once for a set of requirements and kept.

It never holds the project: an editable installation would point every worker at one checkout. What a project needs of
itself is laid over it, one overlay a tree.
"""

import hashlib
import itertools
import json
import os
import shutil
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from fullautoci import process
from fullautoci.environments import installer, overlay, requirements
from fullautoci.environments.base import SYSTEM_PATH, Prepared, Request, Runner, architecture
from fullautoci.environments.requirements import Wanted
from fullautoci.errors import PreparationError
from fullautoci.model import EnvironmentIdentity
from fullautoci.text import counted, tail

BUILD_TIMEOUT_S = 1800.0
MANIFEST = "fullautoci.json"

LIST = """
import importlib.metadata, json
print(json.dumps({d.metadata["Name"].lower().replace("_", "-"): d.version for d in importlib.metadata.distributions()}))
"""


class VenvEnvironment:
    """A virtual environment, built by uv where there is one, else by venv and pip."""

    kind = "venv"

    def prepare(self, request: Request, runner: Runner) -> Prepared:
        """The environment for what this project and tool ask for.

        Raises:
            PreparationError: it could not be built; nothing of it is kept.
        """
        asked = requirements.wanted(request.checkout)
        pinned = requirements.names(asked.lines)
        own = tuple(line for line in request.tools if not requirements.names((line,)) & pinned)
        lines = tuple(sorted({*asked.lines, *own}))
        asked = replace(asked, lines=lines)
        base = request.folders["environments"] / "venv" / _key(asked, request)
        folder, manifest = self._built(base, request, asked, runner)
        python = str(folder / "bin" / "python")
        import_path, programs = [str(request.checkout / request.layout.source_root)], [str(folder / "bin")]
        if request.needs_project:
            laid = overlay.lay(request, python, folder.name, runner)
            import_path.append(str(laid))
            programs.insert(0, str(laid / "bin"))
        identity = EnvironmentIdentity("venv", manifest["fingerprint"], manifest["interpreter"], {"key": base.name})
        variables = {
            "PATH": ":".join([*programs, SYSTEM_PATH]),
            "VIRTUAL_ENV": str(folder),
            "PYTHONPATH": ":".join(import_path),
        }
        return Prepared(python, variables, identity, manifest["versions"])

    def _built(self, base: Path, request: Request, asked: Wanted, runner: Runner) -> tuple[Path, Mapping[str, Any]]:
        """Where it is, and what is known of it. What a job changed is built anew; beside it, while others use it."""
        base.parent.mkdir(parents=True, exist_ok=True)
        with installer.locked(base.with_suffix(".lock"), runner):
            for number in itertools.count():
                folder = base.with_name(f"{base.name}.{number}") if number else base
                known = _used(folder, request.held)
                if known is None:
                    with installer.unused(installer.usage(folder)) as free:
                        if not free:
                            continue
                        _make(folder, request.checkout, asked, runner)
                    known = _used(folder, request.held)
                if known is not None:
                    return folder, known
        raise AssertionError("there is always a next number")


def _used(folder: Path, held: ExitStack) -> dict[str, Any] | None:
    """What is known of an environment that is held as used from now on; None where it has to be made."""
    with ExitStack() as trial:
        if installer.use(installer.usage(folder), trial) and (known := _known(folder)) is not None:
            held.push(trial.pop_all())
            return known
    return None


def _known(folder: Path) -> dict[str, Any] | None:
    """What was noted of an environment when it was built; None where there is none, or a job has changed it since."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    known: dict[str, Any] = json.loads(manifest.read_text())
    if known["stamps"] != _stamps(folder):
        return None
    os.utime(manifest)  # for pruning by last use
    return known


def _make(folder: Path, checkout: Path, asked: Wanted, runner: Runner) -> None:
    if folder.exists():
        runner.activity("a job changed the virtual environment: building it anew")
    shutil.rmtree(folder, ignore_errors=True)
    runner.activity(f"building a virtual environment of {counted(len(asked.lines), 'requirement')}")
    try:
        build(folder, checkout, asked, runner)
        found = _describe(folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    temporary = folder / f"{MANIFEST}.new"
    temporary.write_text(json.dumps(found))
    temporary.replace(folder / MANIFEST)


def build(folder: Path, checkout: Path, asked: Wanted, runner: Runner) -> None:
    """Make a virtual environment that holds what is asked for.

    Raises:
        PreparationError: it could not be built.
    """
    uv = installer.uv_program()
    env, python = installer.variables(), str(folder / "bin/python")
    listing = folder.with_suffix(".txt")
    listing.write_text("".join(f"{line}\n" for line in asked.lines))
    limits = folder.with_suffix(".constraints.txt")
    limits.write_text("".join(f"{line}\n" for line in asked.constraints))
    arguments = ["-r", str(listing), "-c", str(limits)]
    where = folder.parent
    if uv:
        runner.run(
            [uv, "venv", "--quiet", "--python", installer.interpreter(), str(folder)], cwd=where, env=env, timeout=120
        )
        arguments += [argument for name in asked.dynamic for argument in ("-r", str(checkout / name))]
    else:
        runner.run([installer.interpreter(), "-m", "venv", str(folder)], cwd=where, env=env, timeout=300)
    install = installer.install_command(python)
    if asked.dynamic and not uv:
        # pip reads no requirements from a setup.py: install the project for them, and take it out again.
        overlay.install_requirements(checkout, install, env, runner)
    runner.run([*install, *arguments], cwd=where, env=env, timeout=BUILD_TIMEOUT_S)
    listing.unlink()
    limits.unlink()


def _key(asked: Wanted, request: Request) -> str:
    # A setup.py may read what it requires from any file; that it imports it from a package is not reckoned with.
    counting = [item for item in request.blobs.items() if not item[0].endswith(".py") or "/" not in item[0]]
    files = sorted(counting) if asked.dynamic else []
    described = json.dumps(
        [installer.interpreter(), sys.version, architecture(), asked.lines, asked.constraints, files]
    )
    return hashlib.sha256(described.encode()).hexdigest()[:20]


def _describe(folder: Path) -> dict[str, Any]:
    answer = process.run([str(folder / "bin/python"), "-I", "-c", LIST], env=installer.variables())
    if answer.returncode:
        raise PreparationError("the new environment's interpreter does not work", tail(answer.stderr))
    versions = json.loads(answer.stdout)
    described = json.dumps([sys.version, architecture(), sorted(versions.items())])
    return {
        "fingerprint": hashlib.sha256(described.encode()).hexdigest(),
        "interpreter": f"CPython {sys.version.split()[0]}",
        "versions": versions,
        "stamps": _stamps(folder),
    }


def _stamps(folder: Path) -> list[int]:
    """When packages were last put into an environment or taken out, in ns; a job must not do either."""
    return [path.stat().st_mtime_ns for path in sorted(folder.glob("lib/python*/site-packages"))]
