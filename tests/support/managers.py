"""Hook managers as their users install them: from npm and PyPI, into a repository, each with a post-commit hook that
appends a line to `$RAN`."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.npm import npm
from tests.support.parts import lacking
from tests.support.repository import Repository

SCRIPT = 'echo ran >> "$RAN"\n'
LEFTHOOK = "post-commit:\n  commands:\n    tell: {run: 'echo ran >> \"$RAN\"'}\n"
PRE_COMMIT = """\
repos:
  - repo: local
    hooks:
      - {id: tell, name: tell, entry: sh -c 'echo ran >> "$RAN"', language: system, always_run: true,
         pass_filenames: false, stages: [post-commit]}
"""


@dataclass(frozen=True)
class Manager:
    """A way to manage hooks.

    Attributes:
        files: what a project that uses it has committed.
        install: puts it into a clone, once more if need be.
        holds: whether our hook works where the manager comes after it, with nothing repaired.
        ours_may_stand: whether there is a place for our post-commit hook at all.
    """

    name: str
    files: Mapping[str, str]
    install: Callable[[Repository], None]
    holds: bool = False
    ours_may_stand: bool = True


def lefthook_program() -> Path:
    """Lefthook's own binary."""
    found = sorted(npm("lefthook").glob("lefthook-*/bin/lefthook"))
    if not found:
        lacking("npm", "lefthook has no program for this machine")
    return found[0]


def python_program(name: str) -> Path:
    """A program from PyPI that is installed beside this interpreter."""
    program = Path(sys.executable).parent / name
    if not program.is_file():
        lacking(name, f"{name} is not installed beside {sys.executable}")
    return program


def _husky(repository: Repository) -> None:
    node = shutil.which("node")
    if node is None:
        lacking("npm", "node is not installed")
    run(repository, node, npm("husky") / "husky/bin.js")


def _lefthook(repository: Repository) -> None:
    program = lefthook_program()
    repository.env["PATH"] = f"{program.parent}{os.pathsep}{repository.env['PATH']}"
    run(repository, program, "install")


def _pre_commit(name: str) -> Callable[[Repository], None]:
    def install(repository: Repository) -> None:
        program = python_program(name)
        home = repository.path.parent / f"{name}-home"
        repository.env |= {"PRE_COMMIT_HOME": str(home), "PREK_HOME": str(home)}
        run(repository, program, "install", "--hook-type", "post-commit")

    return install


def _generated(repository: Repository) -> None:
    """As overcommit and many a Makefile do: a folder made in the working copy, which ignores itself."""
    folder = repository.path / ".hooks"
    folder.mkdir(exist_ok=True)
    (folder / ".gitignore").write_text("*\n")
    (folder / "post-commit").write_text(f"#!/usr/bin/env bash\nset -eu\n{SCRIPT}")
    (folder / "post-commit").chmod(0o755)
    repository.git("config", "core.hooksPath", ".hooks")


def _tracked(repository: Repository) -> None:
    for hook in (repository.path / ".githooks").iterdir():
        hook.chmod(0o755)
    repository.git("config", "core.hooksPath", ".githooks")


def run(repository: Repository, *command: str | Path) -> None:
    """Run a manager's program in a repository; it must end well."""
    done = subprocess.run(
        list(command), cwd=repository.path, env=repository.env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"


MANAGERS = (
    Manager("husky", {".husky/post-commit": SCRIPT}, _husky),
    Manager("lefthook", {"lefthook.yml": LEFTHOOK}, _lefthook),
    Manager("pre-commit", {".pre-commit-config.yaml": PRE_COMMIT}, _pre_commit("pre-commit"), holds=True),
    Manager("prek", {".pre-commit-config.yaml": PRE_COMMIT}, _pre_commit("prek"), holds=True),
    Manager("a generated folder", {}, _generated),
    Manager("a tracked folder", {".githooks/pre-commit": f"#!/bin/sh\n{SCRIPT}"}, _tracked),
    Manager("a tracked hook", {".githooks/post-commit": f"#!/bin/sh\n{SCRIPT}"}, _tracked, ours_may_stand=False),
)
