"""Environments: what a tool is run in."""

import shutil
from collections.abc import Container, Mapping

from fullautoci.environments.base import Environment
from fullautoci.environments.containers import ContainerEnvironment
from fullautoci.environments.host import HostEnvironment
from fullautoci.environments.nix import NixEnvironment
from fullautoci.environments.venv import VenvEnvironment
from fullautoci.errors import PreparationError

KINDS: Mapping[str, Environment] = {
    "nix": NixEnvironment(),
    "docker": ContainerEnvironment(),
    "venv": VenvEnvironment(),
    "host": HostEnvironment(),
}
NIX_FILES = ("flake.nix", "shell.nix")


def resolved(kind: str, files: Container[str]) -> str:
    """The kind that `auto` is for a commit with these files; any other is itself."""
    if kind != "auto":
        return kind
    return "nix" if any(name in files for name in NIX_FILES) and shutil.which("nix") else "venv"


def chosen(kind: str, files: Container[str]) -> Environment:
    """The environment of that kind.

    Raises:
        PreparationError: there is no such kind.
    """
    try:
        return KINDS[resolved(kind, files)]
    except KeyError as error:
        raise PreparationError(f"there is no environment '{kind}'", f"there are: auto, {', '.join(KINDS)}") from error
