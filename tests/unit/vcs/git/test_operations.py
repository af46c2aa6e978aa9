"""What is under way in a repository, told by git's own folders."""

import os
import subprocess
import time
from pathlib import Path

import pytest

from fullautoci.vcs.git.operations import FORGOTTEN_S, head_of, under_way
from tests.support.repository import Repository

CONFLICTS = {
    "rebase": (["rebase", "main"], "rebase", "refs/heads/topic"),
    "rebase --apply": (["rebase", "--apply", "main"], "rebase", "refs/heads/topic"),
    "cherry-pick": (["cherry-pick", "main~1", "main"], "cherry-pick or revert", "refs/heads/topic"),
    "am": (["am", "-3", "patch"], "am", "refs/heads/topic"),
}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "r")
    made.commit({"a": "first\n"})
    made.git("switch", "--quiet", "--create", "topic")
    made.commit({"a": "topic\n"})
    made.git("switch", "--quiet", "main")
    made.commit({"a": "main\n"})
    made.commit({"a": "more\n"})
    patch = made.git("format-patch", "--stdout", "-2")
    made.git("switch", "--quiet", "topic")
    (made.path / "patch").write_text(patch + "\n")
    return made


def begin(repository: Repository, where: Path, command: list[str]) -> None:
    done = subprocess.run(["git", *command], cwd=where, env=repository.env, capture_output=True, check=False)
    assert done.returncode != 0, "there was to be a conflict"


@pytest.mark.parametrize("name", CONFLICTS)
def test_an_operation_is_seen_from_its_beginning_to_its_end(repository: Repository, name: str) -> None:
    command, kind, ref = CONFLICTS[name]
    git_dir = repository.path / ".git"
    assert under_way(git_dir) == []
    begin(repository, repository.path, command)
    (found,) = under_way(git_dir)
    assert (found.kind, found.folder) == (kind, git_dir)
    assert found.ref == (ref if kind != "rebase" else f"HEAD:{found.folder.relative_to(git_dir)}")
    repository.git(command[0], "--abort")
    assert under_way(git_dir) == []


def test_an_operation_in_a_linked_worktree_names_its_folder(repository: Repository, tmp_path: Path) -> None:
    repository.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"), "topic")
    begin(repository, tmp_path / "side", ["rebase", "main"])
    (found,) = under_way(repository.path / ".git")
    assert found.folder == repository.path / ".git/worktrees/side"
    assert found.ref == "HEAD:worktrees/side"


@pytest.mark.parametrize("name", ["cherry-pick", "am"])
def test_one_that_was_forgotten_holds_nothing(repository: Repository, name: str) -> None:
    begin(repository, repository.path, CONFLICTS[name][0])
    git_dir = repository.path / ".git"
    past = time.time() - FORGOTTEN_S - 60
    for folder in (git_dir / "sequencer", git_dir / "rebase-apply"):
        for path in (*folder.glob("*"), folder) if folder.is_dir() else ():
            os.utime(path, (past, past))
    assert under_way(git_dir) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"garbage", b"a" * 39, b"\0" * 40])
def test_a_head_that_is_none_is_refused(repository: Repository, content: bytes) -> None:
    git_dir = repository.path / ".git"
    (git_dir / "HEAD").write_bytes(content)
    with pytest.raises(ValueError, match="neither"):
        head_of(git_dir, git_dir)
    assert under_way(git_dir) == []
