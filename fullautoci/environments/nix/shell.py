"""A resolved shell: where it is kept, and what it adds to a job's variables."""

import json
import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from fullautoci.environments import manifest

ROOT = "root"
SCRIPT = "shell.sh"
# Written in place of folders that are another's in each job.
CHECKOUT, OWN = "@fullautoci-checkout@", "@fullautoci-own@"


@dataclass(frozen=True)
class Shell:
    """What is known of one.

    Attributes:
        store: the path in the Nix store that its derivation yields; equal shells have equal ones.
        variables: what it exports, with `CHECKOUT` and `OWN` for the folders of the job that it was tried in.
        hooked: whether its shellHook makes files in the checkout, so that each job has to run it.
        bash: the shell that runs the hook.
        python: its interpreter, or an empty string.
        interpreter: the same in words.
        versions: of the Python packages that it has.
        tools: import folders of the tools that it lacks and Full Auto CI brought.
        brought: those tools with their versions.
        fingerprint: the digest of all that is installed.
    """

    store: str
    variables: Mapping[str, str]
    hooked: bool
    bash: str
    python: str
    interpreter: str
    versions: Mapping[str, str]
    tools: tuple[str, ...]
    brought: Mapping[str, str]
    fingerprint: str

    def applied(self, checkout: Path, own: Path) -> dict[str, str]:
        """Its variables for one job."""
        return {
            name: value.replace(CHECKOUT, str(checkout)).replace(OWN, str(own))
            for name, value in self.variables.items()
        }

    def write(self, folder: Path) -> None:
        """Note it; what has no note is not there."""
        manifest.write(folder, asdict(self))


def used(folder: Path, held: ExitStack) -> Shell | None:
    """What is known of a resolved shell that is held as used from now on; None where it has to be resolved."""
    return manifest.used(folder, held, _known) if (folder / manifest.NAME).is_file() else None


def _known(folder: Path) -> Shell | None:
    """The note, unless what it speaks of is not in the store any more."""
    path = folder / manifest.NAME
    try:
        known: dict[str, Any] = json.loads(path.read_text())
        shell = Shell(**{**known, "tools": tuple(known["tools"])})
        if not Path(shell.store).exists() or not (folder / ROOT).exists():
            return None
        os.utime(path)  # for pruning by last use
    except (OSError, ValueError, TypeError, KeyError):
        return None  # of another version, or gone meanwhile
    return shell
