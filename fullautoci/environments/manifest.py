"""The note by which a prepared environment is known: written last, so what lacks it is not there."""

import json
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from fullautoci.environments import installer

NAME = "fullautoci.json"
# How the name of what is about to be removed begins: it is no environment, and the next daemon removes it.
ASIDE = ".pruned-"

Known = TypeVar("Known")


def write(folder: Path, known: Mapping[str, Any]) -> None:
    """Note what is known of an environment, at once or not at all."""
    temporary = folder / f"{NAME}.new"
    temporary.write_text(json.dumps(known))
    temporary.replace(folder / NAME)


def used(folder: Path, held: ExitStack, known: Callable[[Path], Known | None]) -> Known | None:
    """What is known of an environment that is held as used from now on; None where it has to be made."""
    with ExitStack() as trial:
        if installer.use(installer.usage(folder), trial) and (found := known(folder)) is not None:
            held.push(trial.pop_all())
            return found
    return None
