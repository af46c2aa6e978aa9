"""What is configured where one stands, told without a daemon."""

import re
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

from fullautoci.cli.here import Here, vcs
from fullautoci.config import detection, document, layers, service
from fullautoci.config.detection import Facts
from fullautoci.config.layers import Effective
from fullautoci.config.origin import Origin
from fullautoci.config.overrides import Overrides
from fullautoci.config.schema import FILE_NAME
from fullautoci.config.service import ServiceFile
from fullautoci.errors import ConfigError, StoreError, UsageError
from fullautoci.layout import FILE_LIMIT, Layout, python_layout
from fullautoci.store import overrides, repositories
from fullautoci.store.database import reading
from fullautoci.text import one_line


def in_repository(here: Here) -> bool:
    """Whether one stands in a repository."""
    try:
        here.location()
    except UsageError:
        return False
    return True


def told(here: Here) -> tuple[int | None, Overrides]:
    """The repository's number, where it is registered, and what the database says for it and for the service."""
    path = str(here.location().git_dir) if in_repository(here) else ""
    try:
        with reading(here.paths.database) as connection:
            found = repositories.by_path(connection, path)
            if found is not None:
                return found.id, overrides.of(connection, found.id)
            return None, Overrides(service=overrides.settings(connection))
    except StoreError:
        return None, Overrides()


def of_commit(here: Here, revision: str | None) -> Effective:
    """What counts for a commit; for the working copy as it is, without one.

    Raises:
        ConfigError: the file, or another layer, is wrong.
        UsageError: the revision names no commit.
    """
    return of_file(here, *(_of_worktree(here) if revision is None else _of_commit(here, revision)))


def of_file(here: Here, raw: bytes, facts: Facts | None = None, name: str = FILE_NAME) -> Effective:
    """What would count with a file that says this.

    Raises:
        ConfigError: it, or another layer, is wrong.
    """
    return layers.effective(raw, facts or Facts(), service.read(here.paths.config), told(here)[1], name)


def facts_here(here: Here) -> Facts:
    """What is told from the files of the working copy; nothing where there is none."""
    return _of_worktree(here)[1] if in_repository(here) and here.location().worktree is not None else Facts()


def head_or_copy(here: Here) -> str | None:
    """HEAD or, in a repository without commits, the working copy (None)."""
    try:
        return here.resolve("HEAD")
    except UsageError:
        return None


def changed(here: Here) -> bool:
    """Whether the working copy's file says something else than HEAD's."""
    top, head = here.location().worktree, head_or_copy(here)
    if top is None or head is None:
        return False
    copy = top / FILE_NAME
    there = read_file(copy) if copy.is_file() else b""
    return there != (vcs().read(here.location().git_dir, head, FILE_NAME) or b"")


def raw_of(here: Here, revision: str | None) -> bytes:
    """A commit's file, or that of the working copy; empty where there is none."""
    return (_of_worktree(here) if revision is None else _of_commit(here, revision))[0]


def _of_commit(here: Here, revision: str) -> tuple[bytes, Facts]:
    git, git_dir, sha = vcs(), here.location().git_dir, here.resolve(revision)
    facts = detection.facts(_layout(here, sha), lambda name: git.read(git_dir, sha, name))
    return git.read(git_dir, sha, FILE_NAME) or b"", facts


def _of_worktree(here: Here) -> tuple[bytes, Facts]:
    top = here.location().worktree
    if top is None:
        raise UsageError("there is no working copy here", "name a revision")

    def read(name: str) -> bytes | None:
        path = top / name
        return read_file(path) if path.is_file() else None

    return read(FILE_NAME) or b"", detection.facts(_layout(here, "HEAD"), read)


def _layout(here: Here, revision: str) -> Layout:
    """Where a commit's Python files are; of a repository without commits, that there are none."""
    try:
        sha = here.resolve(revision)
    except UsageError:
        return python_layout(())
    return python_layout(islice(vcs().files(here.location().git_dir, sha), FILE_LIMIT))


def read_file(path: Path) -> bytes:
    """A file, as far as configuration may be large.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return file.read(document.SIZE_LIMIT + 1)
    except OSError as error:
        raise ConfigError(f"{one_line(str(path))}: {error.strerror}") from error


def caret(error: ConfigError, raw: bytes) -> list[str]:
    """The line that an error names, and a caret below its column; nothing where it names none."""
    found = re.match(r".*?:(\d+):(\d+): ", error.message)
    lines = raw.decode("utf-8-sig", "backslashreplace").splitlines()
    if found is None or int(found[1]) > len(lines):
        return []
    line, column = lines[int(found[1]) - 1], int(found[2]) - 1
    start = max(0, column - 60)
    return [f"  {one_line(line[start : start + 100], 101)}", f"  {' ' * (column - start)}^"]


def described(found: Effective) -> str:
    """What was understood, in a line."""
    file = found.file
    off = [name for name, tool in file.tools.items() if not tool.enabled]
    on = [name for name in file.tools if name not in off]
    parts = [found.facts.kind, f"environment {file.environment.kind}", f"tools {', '.join(on) or 'none'}"]
    parts += [f"without {', '.join(off)}"] if off else []
    parts += [f"projects {', '.join(file.projects)}"] if file.projects else []
    return "; ".join(parts)


def service_file(here: Here) -> tuple[ServiceFile, Mapping[str, Origin]]:
    """What counts for the service, and where it was said.

    Raises:
        ConfigError: `config.yml` is wrong, or what is set is.
    """
    return layers.settled(service.read(here.paths.config), told(here)[1].service)
