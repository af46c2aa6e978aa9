"""Git as the program runs it, and a repository to run it on."""

from pathlib import Path

import pytest

from fullautoci.vcs.git.command import Git, write_global_config
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """With our global configuration, as the daemon has it."""
    write_global_config(tmp_path / "gitconfig")
    return Git(tmp_path / "gitconfig")


@pytest.fixture
def source(tmp_path: Path) -> Repository:
    """A user's repository with one commit."""
    made = Repository(tmp_path / "source")
    made.commit({"a.txt": "a\n", "folder/b.txt": "b\n", "run.sh": "#!/bin/sh\n", ".gitignore": "*.ignored\nbuild/\n"})
    return made


@pytest.fixture
def mirror(git: Git, tmp_path: Path) -> GitMirror:
    """An empty mirror."""
    return GitMirror.open(git, tmp_path / "mirror.git")


def names_of_variables() -> list[str]:
    """The variables by which git's environment names a repository, as this git knows them."""
    import subprocess

    done = subprocess.run(["git", "rev-parse", "--local-env-vars"], capture_output=True, text=True, check=True)
    return done.stdout.split()
