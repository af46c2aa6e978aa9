"""The environments that are kept, of whatever kind: listed, and removed when nobody uses them."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fullautoci.environments import KINDS, installer, manifest
from fullautoci.vcs.git.leftovers import remove_tree

# Of what a manifest says, what a person would tell environments apart by.
TOLD = ("image", "name", "store", "from", "engine")


@dataclass(frozen=True)
class KeptEnvironment:
    """One that is kept.

    Attributes:
        key: its folder's name; what asked for the same has the same.
        complete: whether it has been prepared to its end.
        used_at: when it was last used, in seconds of the wall clock.
    """

    kind: str
    key: str
    folder: Path
    complete: bool
    used_at: float
    interpreter: str = ""
    fingerprint: str = ""
    detail: dict[str, str] = field(default_factory=dict)

    @property
    def in_use(self) -> bool:
        """Whether a job goes by it now."""
        with suppress(OSError), installer.unused(installer.usage(self.folder)) as free:
            return not free
        return True


def kept(folder: Path) -> Iterator[KeptEnvironment]:
    """Every environment below the folder in which they are kept; those put aside excepted."""
    for kind in KINDS:
        place = folder / kind
        for path in sorted(place.iterdir()) if place.is_dir() else ():
            if path.is_dir() and not path.name.startswith("."):
                with suppress(OSError):  # it went meanwhile
                    yield _kept(kind, path)


def _kept(kind: str, folder: Path) -> KeptEnvironment:
    path = folder / manifest.NAME
    if not path.is_file():
        return KeptEnvironment(kind, folder.name, folder, False, folder.stat().st_mtime)
    said: dict[str, Any] = {}
    with suppress(ValueError):
        said = json.loads(path.read_bytes())
    detail = {name: str(said[name]) for name in TOLD if said.get(name)}
    return KeptEnvironment(
        kind, folder.name, folder, True, path.stat().st_mtime, str(said.get("interpreter", "")),
        str(said.get("fingerprint", "")), detail,
    )  # fmt: skip


def remove(one: KeptEnvironment) -> bool:
    """Remove an environment, unless a job goes by it; whether it is gone."""
    aside = one.folder.with_name(f"{manifest.ASIDE}{time.time_ns()}-{one.key}")
    with installer.unused(installer.usage(one.folder)) as free:
        if not free:
            return False
        one.folder.rename(aside)
    forget(aside)
    remove_tree(aside)
    return True


def forget(folder: Path) -> None:
    """Let go of what an environment that is put aside has elsewhere; its kind is told by the folder it lies in."""
    kind = KINDS.get(folder.parent.name)
    if kind is not None:
        kind.forget(folder)
