"""Questions about the user's repository."""

import os
import shutil
from pathlib import Path

import pytest

from fullautoci.errors import RepositoryGoneError, UsageError
from fullautoci.vcs.base import Location
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.repository import GitVcs
from tests.support.repository import Repository


@pytest.fixture
def vcs(git: Git) -> GitVcs:
    return GitVcs(git)


@pytest.mark.parametrize(
    "name", ["plain", "with space", "quo'te\"s", "new\nline", os.fsdecode(b"\xff\xfe"), "-dash", "ü"]
)
def test_a_repository_is_found_from_any_folder_in_it(vcs: GitVcs, tmp_path: Path, name: str) -> None:
    made = Repository(tmp_path / name)
    made.commit({"folder/a": ""})
    expected = Location(made.path / ".git", made.path, "working")
    assert vcs.locate(made.path) == expected
    assert vcs.locate(made.path / "folder") == expected


def test_a_linked_worktree_shares_its_repositorys_folder(vcs: GitVcs, source: Repository, tmp_path: Path) -> None:
    source.git("worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "linked"))
    found = vcs.locate(tmp_path / "linked")
    assert found == Location(source.path / ".git", tmp_path / "linked", "working")
    assert vcs.common_dir(source.path / ".git/worktrees/linked") == source.path / ".git"
    assert vcs.common_dir(source.path / ".git") == source.path / ".git"


def test_a_bare_repository_and_none_at_all(vcs: GitVcs, tmp_path: Path) -> None:
    bare = Repository(tmp_path / "bare.git", bare=True)
    assert vcs.locate(bare.path) == Location(bare.path, None, "bare")
    (tmp_path / "none").mkdir()
    for place in (tmp_path / "none", tmp_path / "missing"):
        with pytest.raises(UsageError):
            vcs.locate(place)


def test_a_link_leads_to_the_real_folder(vcs: GitVcs, source: Repository, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(source.path)
    assert vcs.locate(tmp_path / "link").git_dir == source.path / ".git"


@pytest.mark.parametrize("packed", [False, True])
def test_branches_and_detached_heads_are_refs(vcs: GitVcs, source: Repository, tmp_path: Path, packed: bool) -> None:
    first = source.head()
    source.git("branch", "topic/one")
    source.git("tag", "v1")
    second = source.commit(message="second")
    source.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), first)
    if packed:
        source.git("pack-refs", "--all", "--prune")
    expected = {"refs/heads/main": second, "refs/heads/topic/one": first, "HEAD:worktrees/linked": first}
    assert vcs.refs(source.path / ".git") == expected
    source.git("checkout", "--quiet", "--detach")
    assert vcs.refs(source.path / ".git") == {**expected, "HEAD:.": second}


def test_a_branch_with_odd_bytes_is_a_ref(vcs: GitVcs, source: Repository) -> None:
    name = os.fsdecode(b"od\xffd\xc3\xbc")
    (source.path / ".git/refs/heads" / name).write_text(source.head() + "\n")
    assert vcs.refs(source.path / ".git")[f"refs/heads/{name}"] == source.head()


def test_an_empty_and_a_vanished_repository(vcs: GitVcs, tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty")
    assert vcs.refs(empty.path / ".git") == {}
    shutil.rmtree(empty.path)
    with pytest.raises(RepositoryGoneError):
        vcs.refs(empty.path / ".git")


def test_revisions_are_resolved(vcs: GitVcs, source: Repository, tmp_path: Path) -> None:
    first = source.head()
    source.git("tag", "-a", "-m", "x", "v1")
    second = source.commit(message="second")
    git_dir = source.path / ".git"
    for revision, expected in (("HEAD", second), ("main~1", first), ("v1", first), (second[:10], second)):
        assert vcs.resolve(git_dir, revision) == expected
    source.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), first)
    assert vcs.resolve(git_dir, "HEAD", cwd=tmp_path / "linked") == first
    assert vcs.between(git_dir, f"{first}..main", 10) == [second]
    assert vcs.between(git_dir, "main", 1) == [second]


@pytest.mark.parametrize(
    "revision", ["", "nothing", "--all", "-h", "HEAD:a.txt", "f" * 40, "HEAD\0", "HEAD\ud800", "a b\n"]
)
def test_what_names_no_commit_is_a_usage_error(vcs: GitVcs, source: Repository, revision: str) -> None:
    with pytest.raises(UsageError):
        vcs.resolve(source.path / ".git", revision)


@pytest.mark.parametrize("revisions", ["nothing..HEAD", "--output=canary..HEAD", "a\0..b", "f" * 40])
def test_what_is_no_range_is_a_usage_error(vcs: GitVcs, source: Repository, revisions: str) -> None:
    with pytest.raises(UsageError):
        vcs.between(source.path / ".git", revisions, 5)
    assert not list(source.path.rglob("canary*"))
