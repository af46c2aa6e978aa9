"""Which resolved shell answers which commit: surely, by its tree; by a guess, by the files that usually decide.

A shell's folder is named by those files, and notes the trees that were found to have it. Where they turned out not to
decide, each tree has a folder of its own.
"""

from contextlib import suppress
from pathlib import Path

from fullautoci.environments.nix.reference import Reference

TREES = "trees"
UNSURE = ".unsure"
# Beyond this the older half of what was noted is forgotten; such a tree is looked at once more.
NOTED_LIMIT = 64 * 1024


class Known:
    """The answers that are known below a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def sure(self, asked: Reference) -> str:
        """The name of the shell that is known for this very tree; empty where none is."""
        if (self._folder / own_name(asked)).is_dir():
            return own_name(asked)
        return asked.guess if asked.locked and asked.exact in self._noted(asked) else ""

    def guessed(self, asked: Reference) -> str:
        """The name of the shell that another tree with the same deciding files had; empty where there is none."""
        return "" if self.is_unsure(asked) or not (self._folder / asked.guess).is_dir() else asked.guess

    def is_unsure(self, asked: Reference) -> bool:
        """Whether such a guess has been wrong before."""
        return (self._folder / f"{asked.guess}{UNSURE}").exists()

    def confirm(self, asked: Reference, name: str) -> None:
        """This tree has that shell."""
        if name == own_name(asked):
            return
        path = self._folder / name / TREES
        noted = self._noted(asked)
        if len(noted) * (len(asked.exact) + 1) > NOTED_LIMIT:
            temporary = path.with_suffix(f".{asked.exact}")
            temporary.write_text("".join(f"{one}\n" for one in noted[len(noted) // 2 :]))
            temporary.replace(path)
        with path.open("a") as file:
            file.write(f"{asked.exact}\n")

    def refuse(self, asked: Reference) -> None:
        """A guess was wrong."""
        (self._folder / f"{asked.guess}{UNSURE}").touch()

    def _noted(self, asked: Reference) -> list[str]:
        with suppress(OSError):
            return (self._folder / asked.guess / TREES).read_text().splitlines()
        return []


def own_name(asked: Reference) -> str:
    """The name of a shell that is this tree's alone."""
    return f"{asked.guess}-{asked.exact[:12]}"
