"""venv: a virtual environment of third-party packages, built once for a set of requirements and kept.

It never holds the project: an editable installation would point every worker at one checkout. What a project needs of
itself is laid over it, one overlay a tree.
"""

import hashlib
import json
import os
import shutil
import sys
from collections.abc import Mapping
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
        folder = request.folders["environments"] / "venv" / _key(asked, request)
        manifest = self._built(folder, request.checkout, asked, runner)
        python = str(folder / "bin" / "python")
        import_path, programs = [str(request.checkout / request.layout.source_root)], [str(folder / "bin")]
        if request.needs_project:
            laid = overlay.lay(request, python, folder.name, runner)
            import_path.append(str(laid))
            programs.insert(0, str(laid / "bin"))
        identity = EnvironmentIdentity("venv", manifest["fingerprint"], manifest["interpreter"], {"key": folder.name})
        variables = {
            "PATH": ":".join([*programs, SYSTEM_PATH]),
            "VIRTUAL_ENV": str(folder),
            "PYTHONPATH": ":".join(import_path),
        }
        return Prepared(python, variables, identity, manifest["versions"])

    def _built(self, folder: Path, checkout: Path, asked: Wanted, runner: Runner) -> Mapping[str, Any]:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with installer.locked(folder.with_suffix(".lock"), runner):
            manifest = folder / MANIFEST
            if manifest.is_file():
                known: dict[str, Any] = json.loads(manifest.read_text())
                if known["stamps"] == _stamps(folder):
                    os.utime(manifest)  # for pruning by last use
                    return known
                runner.activity("a job changed the virtual environment: building it anew")
            shutil.rmtree(folder, ignore_errors=True)
            runner.activity(f"building a virtual environment of {counted(len(asked.lines), 'requirement')}")
            try:
                build(folder, checkout, asked, runner)
                found = _describe(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            temporary = manifest.with_suffix(".new")
            temporary.write_text(json.dumps(found))
            temporary.replace(manifest)
            return found


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
