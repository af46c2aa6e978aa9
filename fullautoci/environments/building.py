"""One virtual environment: found, or built. Whatever happens to who builds it, no half of one is ever used."""

import hashlib
import itertools
import json
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

from fullautoci.environments import installer, manifest, overlay, pins
from fullautoci.environments.base import Request, Runner, architecture
from fullautoci.environments.interpreters import Interpreter
from fullautoci.environments.requirements import Wanted
from fullautoci.errors import PreparationError
from fullautoci.text import counted, one_line

BUILD_TIMEOUT_S = 1800.0
ORIGIN_LIMIT = 64 * 1024


class Builder:
    """Finds or builds the environment for a set of requirements.

    Whoever builds holds its lock, and nobody uses what lacks the note that is written last. What a killed build left
    behind is not built upon and its name not taken at once: without a sandbox its installer may still be writing there.
    """

    def __init__(
        self,
        base: Path,
        request: Request,
        asked: Wanted,
        own: tuple[str, ...],
        interpreter: Interpreter,
        runner: Runner,
    ) -> None:
        self._base, self._request, self._asked, self._own = base, request, asked, own
        self._interpreter, self._runner = interpreter, runner

    def built(self) -> tuple[Path, Mapping[str, Any]]:
        """Where it is, and what is known of it. What a job changed is built anew; beside it, while others use it."""
        self._base.parent.mkdir(parents=True, exist_ok=True)
        with installer.locked(self._base.with_suffix(".lock"), self._runner):
            there = sorted(self._base.parent.glob(f"{self._base.name}*/{manifest.NAME}"))
            for folder in (path.parent for path in there):
                known = manifest.used(folder, self._request.held, _known)
                if known is not None:
                    return folder, known
            for number in itertools.count():
                folder = self._base.with_name(f"{self._base.name}.{number}") if number else self._base
                with installer.unused(installer.usage(folder)) as free:
                    if not free or self._is_half_built(folder):
                        continue
                    self._make(folder)
                known = manifest.used(folder, self._request.held, _known)
                if known is not None:
                    return folder, known
        raise AssertionError("there is always a next number")

    def _is_half_built(self, folder: Path) -> bool:
        """Whether a build ended there without a word; if so, it is put aside and removed."""
        if not folder.exists() or (folder / manifest.NAME).exists():
            return False
        self._runner.activity("removing what is left of a build that was killed")
        aside = folder.with_name(f"{manifest.ASIDE}{time.time_ns()}-{folder.name}")
        folder.rename(aside)
        shutil.rmtree(aside, ignore_errors=True)
        return True

    def _make(self, folder: Path) -> None:
        if folder.exists():
            self._runner.activity("a job changed the virtual environment: building it anew")
            (folder / manifest.NAME).unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        count = len({*self._asked.lines, *self._asked.locked, *self._own})
        self._runner.activity(
            f"building a virtual environment of {counted(count, 'requirement')} for {self._interpreter.name}"
        )
        try:
            self._build(folder)
            found = {**_describe(folder, self._interpreter), "from": ", ".join(self._asked.sources)}
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        manifest.write(folder, found)

    def _build(self, folder: Path) -> None:
        """Make a virtual environment that holds what is asked for.

        Raises:
            PreparationError: it could not be built.
        """
        uv, env = installer.uv_program(), installer.variables()
        # Neither executes anything of the commit's; what is installed then may (setup.py, build backends).
        made = [uv, "venv", "--quiet", "--no-project", "--python"] if uv else []
        made += [self._interpreter.path] if uv else [self._interpreter.path, "-m", "venv"]
        self._runner.run([*made, str(folder)], cwd=folder.parent, env=env, timeout=300, trusted=True)
        if self._asked.locked:
            self._install_locked(folder, env)
        else:
            self._install(folder, env)

    def _install(self, folder: Path, env: Mapping[str, str]) -> None:
        install = installer.install_command(str(folder / "bin/python"))
        own, checkout = self._request.own, self._request.checkout
        lines = sorted({*self._asked.lines, *self._own})
        arguments = ["-r", installer.listing(own / "requirements.txt", lines)]
        if self._asked.constraints:
            arguments += ["-c", installer.listing(own / "constraints.txt", self._asked.constraints)]
        if self._asked.dynamic and installer.uv_program():
            arguments += [argument for name in self._asked.dynamic for argument in ("-r", str(checkout / name))]
        elif self._asked.dynamic:
            # pip reads no requirements from a setup.py: install the project for them, and take it out again.
            overlay.install_requirements(checkout, install, env, self._runner)
        self._runner.run([*install, *arguments], cwd=folder.parent, env=env, timeout=BUILD_TIMEOUT_S)

    def _install_locked(self, folder: Path, env: Mapping[str, str]) -> None:
        """First the locked versions, as they are; then ours beside them, which moves none of them."""
        install = installer.install_command(str(folder / "bin/python"))
        own, file = self._request.own, self._asked.sources[0]
        listing = installer.listing(own / "locked.txt", self._asked.locked)
        self._run([*install, "--no-deps", "-r", listing], folder, env, f"what {file} has cannot be installed")
        lines = sorted({*self._asked.lines, *self._own})
        if not lines:
            return
        limits = sorted({*map(pins.without_hashes, self._asked.locked), *self._asked.constraints})
        arguments = ["-r", installer.listing(own / "requirements.txt", lines)]
        arguments += ["-c", installer.listing(own / "constraints.txt", limits)]
        said = one_line(", ".join(map(pins.without_hashes, lines)), 100)
        self._run([*install, *arguments], folder, env, f"{said}: not to be had beside the versions that {file} has")

    def _run(self, command: list[str], folder: Path, env: Mapping[str, str], failed: str) -> None:
        try:
            self._runner.run(command, cwd=folder.parent, env=env, timeout=BUILD_TIMEOUT_S)
        except PreparationError as error:
            raise PreparationError(f"{failed}: {error.message}", error.hint) from error


def _known(folder: Path) -> dict[str, Any] | None:
    """What was noted of an environment when it was built; None where there is none, or a job has changed it since."""
    path = folder / manifest.NAME
    try:
        known: dict[str, Any] = json.loads(path.read_text())
        if known["stamps"] != _stamps(folder):
            return None
        os.utime(path)  # for pruning by last use
    except (OSError, ValueError, KeyError, TypeError):  # it was cut off when the machine lost power
        return None
    return known


def _describe(folder: Path, interpreter: Interpreter) -> dict[str, Any]:
    """What is installed, by the folders that installers keep; starting its interpreter would run what is installed.

    Format: https://packaging.python.org/en/latest/specifications/recording-installed-packages/
    """
    versions: dict[str, str] = {}
    origins: list[tuple[str, str]] = []
    for info in sorted(folder.glob("lib/*/site-packages/*.dist-info")):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        versions[str(canonicalize_name(name))] = version
        origin = info / "direct_url.json"  # two commits of a repository may be of one version
        if origin.is_file() and not origin.is_symlink():
            with origin.open("rb") as file:
                origins.append((name, hashlib.sha256(file.read(ORIGIN_LIMIT)).hexdigest()))
    described = json.dumps([interpreter.described, architecture(), sorted(versions.items()), origins])
    return {
        "fingerprint": hashlib.sha256(described.encode("utf-8", "surrogateescape")).hexdigest(),
        "interpreter": interpreter.name,
        "versions": versions,
        "stamps": _stamps(folder),
    }


def _stamps(folder: Path) -> list[int]:
    """When packages were last put into an environment or taken out, in ns; a job must not do either."""
    return [path.stat().st_mtime_ns for path in sorted(folder.glob("lib/*/site-packages"))]
