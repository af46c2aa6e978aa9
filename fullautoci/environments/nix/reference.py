"""What of a commit nix is asked for, and what tells one such question from another."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import quote

from fullautoci.environments.base import Request, architecture
from fullautoci.errors import PreparationError
from fullautoci.text import one_line
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git

FLAKE, CLASSIC = "flake.nix", "shell.nix"
# Files that shells are usually made from. Any other may count too: that they did not change is a guess.
ENDINGS = (".nix", ".lock", ".cabal")
NAMES = frozenset(
    "pyproject.toml setup.py setup.cfg requirements.txt package.json package-lock.json Cargo.toml go.mod go.sum "
    "default.nix .python-version rust-toolchain rust-toolchain.toml".split()
)


@dataclass(frozen=True)
class Reference:
    """One question to nix.

    Attributes:
        file: the file that answers it.
        source: the commit's files as nix takes them, without anything that is only in the working tree.
        shell: the name of the shell, or an empty string.
        guess: the digest of the files that usually decide; the answer may be known by it.
        exact: the digest of the whole tree; the answer is known by it.
        locked: whether nothing but the tree decides.
        folder: the one that the file is in.
    """

    file: str
    source: str
    shell: str
    guess: str
    exact: str
    locked: bool
    folder: str = "."

    def arguments(self, *, restricted: bool) -> list[str]:
        """What `nix print-dev-env` is asked.

        Args:
            restricted: whether a classic expression must not read anything but the commit and what it fetches.
        """
        if self.file == FLAKE:
            return ["--no-write-lock-file", f"{self.source}{'#' + self.shell if self.shell else ''}"]
        bounds = (
            ["--option", "restrict-eval", "true", "--option", "allowed-uris", self._allowed()] if restricted else []
        )
        return [*bounds, "--impure", "--expr", self.classic(), *([self.shell] if self.shell else [])]

    def _allowed(self) -> str:
        place = self.source.partition("?")[0]
        return f"{ALLOWED} {place} {place.removeprefix('git+')}"

    def classic(self) -> str:
        """The expression for a `shell.nix` at the commit."""
        url, _, rev = self.source.removeprefix("git+").partition("?rev=")
        tree = f"builtins.fetchGit {{ url = {nix_text(url)}; rev = {nix_text(rev.partition('&')[0])}; }}"
        place = nix_text(f"/{CLASSIC}" if self.folder == "." else f"/{self.folder}/{CLASSIC}")
        return f"let found = import (({tree}) + {place}); in if builtins.isFunction found then found {{ }} else found"

    def packages(self) -> str:
        """The expression for the packages that the shell itself is made from."""
        if self.file == CLASSIC:
            return "import <nixpkgs> { }"
        flake = f"builtins.getFlake {nix_text(self.source)}"
        return f"({flake}).inputs.nixpkgs.legacyPackages.${{builtins.currentSystem}}"


ALLOWED = "https:// http:// git+https:// git+http:// git+ssh:// ssh:// github: gitlab: sourcehut:"


def reference(request: Request) -> Reference:
    """The question that a commit asks.

    Raises:
        PreparationError: it declares no shell.
    """
    file = next((name for name in (FLAKE, CLASSIC) if name in request.blobs), None)
    if file is None:
        raise PreparationError(
            f"the commit has no {FLAKE} and no {CLASSIC}", "add one, or use another environment, such as venv"
        )
    shell = str(request.options.get("shell") or "")
    shallow = "&shallow=1" if (request.mirror / "shallow").is_file() else ""
    folder = "" if request.project == "." else f"&dir={quote(request.project)}"
    source = f"git+file://{quote(str(_source(request).tree))}?rev={request.commit}{shallow}{folder}"
    deciding = {path: blob for path, blob in request.blobs.items() if _decides(path)}
    said = [file, shell, request.options.get("tools", "project"), architecture(), request.strict]
    if file == CLASSIC:
        said.append(os.environ.get("NIX_PATH", ""))
    if request.project != ".":
        said.append(request.project)
    guess, exact = digest([said, sorted(deciding.items())]), digest([said, request.tree])
    locked = file == FLAKE and "flake.lock" in request.blobs
    return Reference(file, source, shell, guess, exact, locked, request.project)


def _source(request: Request) -> Slot:
    return Slot(Git(request.git_config), request.private / "source", request.mirror)


def provide(request: Request) -> None:
    """Make the repository that nix takes the commit from: one of its own, which no program of the commit's can change.

    The mirror itself will not do: it is bare, and its branches are not the commit's.
    """
    _source(request).bones(request.commit)


def _decides(path: str) -> bool:
    return path.endswith(ENDINGS) or PurePosixPath(path).name in NAMES or path.startswith("requirements")


def digest(value: object) -> str:
    """A short name for a value of JSON's kinds."""
    return hashlib.sha256(json.dumps(value).encode("utf-8", "surrogateescape")).hexdigest()[:24]


def nix_text(text: str) -> str:
    """A text as Nix's language writes it.

    Raises:
        PreparationError: it cannot be written.
    """
    if any(ord(character) < 32 for character in text):
        raise PreparationError(f"a path that Nix cannot be given: {one_line(text)}")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "\\${") + '"'


def options_of(request: Request) -> Mapping[str, object]:
    """What the configuration says, with the defaults of a file that says nothing."""
    return {"tools": "project", "timeout": 1800.0, **request.options}
