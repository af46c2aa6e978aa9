"""The tools that a shell lacks, from Full Auto CI's own tool shell, where the configuration allows it."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fullautoci.environments import pins
from fullautoci.environments.base import Request, Runner
from fullautoci.environments.nix import program
from fullautoci.environments.nix.python import Interpreter, ask
from fullautoci.environments.nix.reference import Reference, nix_text, options_of
from fullautoci.errors import PreparationError
from fullautoci.text import one_line

TOOLS = "tools"


@dataclass(frozen=True)
class Brought:
    """What came from our own tool shell; nothing, where nothing was lacking."""

    store: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def source() -> Path:
    """The file that makes the tool shell: in the wheel beside this package, in a source tree at its top."""
    package = Path(__file__).resolve().parents[2]
    return next(one for one in (package / "nix/tools.nix", package.parent / "nix/tools.nix") if one.is_file())


def bring(folder: Path, asked: Reference, python: Interpreter, request: Request, runner: Runner) -> Brought:
    """Build our tool shell of the commit's own nixpkgs, if its shell lacks a tool and the configuration allows it.

    Args:
        python: the shell's own interpreter.

    Raises:
        PreparationError: it cannot be built, or has another Python.
    """
    missing = pins.lacking(request.tools, python.versions)
    said = options_of(request)
    if not missing or said["tools"] != "fullautoci" or not python.executable:
        return Brought()
    runner.activity(f"bringing {', '.join(missing)} by Full Auto CI's own tool shell")
    target = folder / "tool-shell.nix"
    shutil.copyfile(source(), target)
    name = "python" + "".join(str(number) for number in python.version)
    expression = (
        f"let pkgs = {asked.packages()};"
        f" in import {nix_text(str(target))} {{ inherit pkgs; python = pkgs.{name} or pkgs.python3; }}"
    )
    arguments = ["build", "--impure", "--out-link", str(folder / TOOLS), "--expr", expression]
    program.call(request, runner, arguments, float(str(said["timeout"])))
    tools = ask(str(folder / TOOLS / "bin/python3"), {}, request, runner)
    if tools.version != python.version:
        raise PreparationError(
            one_line(f"the Nix shell has {python.words}, and its nixpkgs has the tools for {tools.words} only"),
            f"add {', '.join(missing)} to the shell's own packages",
        )
    return Brought(str((folder / TOOLS).resolve()), tools.versions, tools.path, missing)
