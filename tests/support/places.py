"""Kinds of repositories in which commits are made: each a repository to watch, and how a commit is made in it."""

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.repository import SAMPLE, Repository

ALLOWED = ("-c", "protocol.file.allow=always")


@dataclass(frozen=True)
class Place:
    """A repository to watch, and what makes a commit reach one of its branches (its id is the answer)."""

    watched: Repository
    commit: Callable[[], str]


def clone(source: Path, target: Path, *options: str) -> Repository:
    """A clone, as its owner makes it."""
    command = ["git", *ALLOWED, "clone", "--quiet", *options, f"file://{source}", str(target)]
    subprocess.run(command, check=True, capture_output=True)
    return Repository(target)


def _upstream(folder: Path, config: str) -> Repository:
    made = Repository(folder / "upstream")
    for number in range(3):
        made.commit({**SAMPLE, ".fullautoci.yml": config, "n": str(number)}, f"n{number}")
    made.git("config", "uploadpack.allowFilter", "true")
    return made


def _simple(made: Repository) -> Place:
    return Place(made, lambda: made.commit({"mine": "1"}))


def shallow(folder: Path, config: str) -> Place:
    """In a shallow clone."""
    return _simple(clone(_upstream(folder, config).path, folder / "clone", "--depth=1"))


def partial(folder: Path, config: str) -> Place:
    """In a partial clone."""
    return _simple(clone(_upstream(folder, config).path, folder / "clone", "--filter=blob:none", "--branch=main"))


def lfs(folder: Path, config: str) -> Place:
    """Beside an LFS pointer whose object is there."""
    made = Repository(folder / "r")
    digest = hashlib.sha256(b"large").hexdigest()
    stored = made.path / ".git/lfs/objects" / digest[:2] / digest[2:4] / digest
    stored.parent.mkdir(parents=True)
    stored.write_bytes(b"large")
    made.git("config", "filter.lfs.clean", "cat")
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 5\n"
    made.commit({".fullautoci.yml": config, ".gitattributes": "*.bin filter=lfs -text\n", "data.bin": pointer})
    return _simple(made)


def sha_256(folder: Path, config: str) -> Place:
    """In a repository of SHA-256 ids."""
    subprocess.run(["git", "init", "--quiet", "--object-format=sha256", "-b", "main", str(folder / "r")], check=True)
    made = Repository(folder / "r")
    made.commit({**SAMPLE, ".fullautoci.yml": config})
    return _simple(made)


def submodule(folder: Path, config: str) -> Place:
    """In a submodule."""
    above = Repository(folder / "above")
    above.git(*ALLOWED, "submodule", "--quiet", "add", str(_upstream(folder, config).path), "part")
    above.commit(message="with a submodule")
    return _simple(Repository(above.path / "part"))


def bare(folder: Path, config: str) -> Place:
    """By a push into a bare repository."""
    made = Repository(folder / "bare.git", bare=True)
    work = _upstream(folder, config)
    work.git("push", "--quiet", str(made.path), "main")

    def push() -> str:
        sha = work.commit({"pushed": "1"})
        work.git("push", "--quiet", str(made.path), "main", "main:other", env=made.env)
        return sha

    return Place(made, push)


PLACES: Mapping[str, Callable[[Path, str], Place]] = {
    place.__doc__.rstrip(".") if place.__doc__ else "": place
    for place in (shallow, partial, lfs, sha_256, submodule, bare)
}
