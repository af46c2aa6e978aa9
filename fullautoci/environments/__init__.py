"""Environments: what a tool is run in."""

from collections.abc import Mapping

from fullautoci.environments.base import Environment
from fullautoci.environments.host import HostEnvironment
from fullautoci.environments.venv import VenvEnvironment
from fullautoci.errors import PreparationError

KINDS: Mapping[str, Environment] = {"venv": VenvEnvironment(), "host": HostEnvironment()}


def chosen(kind: str) -> Environment:
    """The environment of that kind; `auto` is venv.

    Raises:
        PreparationError: there is no such kind.
    """
    try:
        return KINDS["venv" if kind == "auto" else kind]
    except KeyError as error:
        raise PreparationError(f"there is no environment '{kind}'", f"there are: auto, {', '.join(KINDS)}") from error
