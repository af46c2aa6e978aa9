"""A checkout slot: whatever the last job left, the next one sees its commit and nothing else."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fullautoci.errors import VcsError
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


@pytest.fixture
def two(source: Repository, mirror: GitMirror) -> tuple[str, str]:
    first = source.head()
    (source.path / "folder" / "b.txt").unlink()
    (source.path / "folder").rmdir()
    (source.path / "run.sh").chmod(0o755)
    (source.path / "link").symlink_to("a.txt")
    second = source.commit({"a.txt": "A\n", "folder": "now a file\n", "odd\udcff name\n": "odd"})
    mirror.fetch(str(source.path / ".git"), [first, second])
    return first, second


@pytest.fixture
def slot(git: Git, tmp_path: Path, mirror: GitMirror) -> Slot:
    return Slot(git, tmp_path / "slots" / "0", mirror.path)


def content(tree: Path) -> dict[str, tuple[str, bytes]]:
    found = {}
    for path in tree.rglob("*"):
        if ".git" in path.relative_to(tree).parts or (path.is_dir() and not path.is_symlink()):
            continue
        kind = "link" if path.is_symlink() else "program" if path.stat().st_mode & 0o100 else "file"
        found[str(path.relative_to(tree))] = (
            kind,
            os.fsencode(path.readlink()) if kind == "link" else path.read_bytes(),
        )
    return found


FIRST = {
    "a.txt": ("file", b"a\n"), "folder/b.txt": ("file", b"b\n"), "run.sh": ("file", b"#!/bin/sh\n"),
    ".gitignore": ("file", b"*.ignored\nbuild/\n"),
}  # fmt: skip
SECOND = {
    "a.txt": ("file", b"A\n"), "folder": ("file", b"now a file\n"), "run.sh": ("program", b"#!/bin/sh\n"),
    ".gitignore": ("file", b"*.ignored\nbuild/\n"), "link": ("link", b"a.txt"), "odd\udcff name\n": ("file", b"odd"),
}  # fmt: skip


def test_switching_between_commits_leaves_each_ones_files(slot: Slot, two: tuple[str, str]) -> None:
    for sha, expected in ((two[0], FIRST), (two[1], SECOND), (two[0], FIRST), (two[0], FIRST), (two[1], SECOND)):
        assert content(slot.checkout(sha)) == expected


def test_the_tree_is_a_repository_at_that_commit_without_changes(slot: Slot, two: tuple[str, str]) -> None:
    tree = slot.checkout(two[1])
    own = {**os.environ, "GIT_OPTIONAL_LOCKS": "0"}
    for arguments, expected in (
        (["rev-parse", "HEAD"], two[1]),
        (["status", "--porcelain"], ""),
        (["show", "HEAD:a.txt"], "A"),
    ):
        done = subprocess.run(["git", *arguments], cwd=tree, env=own, capture_output=True, text=True, check=True)
        assert done.stdout.strip() == expected


def test_a_file_that_two_commits_share_is_not_written_again(slot: Slot, two: tuple[str, str]) -> None:
    same = slot.checkout(two[0]) / ".gitignore"
    before = same.stat()
    slot.checkout(two[1])
    assert (same.stat().st_ino, same.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def stray(tree: Path) -> None:
    (tree / "untracked").write_text("x")
    (tree / "x.ignored").write_text("x")
    (tree / "build" / "deep").mkdir(parents=True)
    (tree / "empty").mkdir()
    subprocess.run(["git", "init", "--quiet", tree / "nested"], check=True)
    (tree / "nested" / "file").touch()


def same_size_and_time(tree: Path) -> None:
    before = (tree / "a.txt").stat()
    (tree / "a.txt").write_bytes(b"z\n")
    os.utime(tree / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))


def modes(tree: Path) -> None:
    (tree / "a.txt").chmod(0o777)
    (tree / "run.sh").chmod(0o000)


def kinds(tree: Path) -> None:
    (tree / "a.txt").unlink()
    (tree / "a.txt").symlink_to("/etc/passwd")
    shutil.rmtree(tree / "folder")
    (tree / "folder").symlink_to("/etc")
    (tree / "run.sh").unlink()
    (tree / "run.sh").mkdir()


def index_lock(tree: Path) -> None:
    (tree.parent / "index.lock").touch()
    (tree / ".git" / "index.lock").touch()


def broken_index(tree: Path) -> None:
    (tree.parent / "index").write_bytes(b"DIRC garbage")


def no_git(tree: Path) -> None:
    shutil.rmtree(tree / ".git")


def git_is_a_file(tree: Path) -> None:
    shutil.rmtree(tree / ".git")
    (tree / ".git").write_text("gitdir: /nowhere\n")


def git_is_a_link(tree: Path) -> None:
    (tree / ".git").rename(tree.parent / "moved")
    (tree / ".git").symlink_to(tree.parent / "moved")


def no_tree(tree: Path) -> None:
    shutil.rmtree(tree)


def tree_is_a_link(tree: Path) -> None:
    tree.rename(tree.parent / "moved")
    (tree.parent / "precious").mkdir(parents=True)
    tree.symlink_to(tree.parent / "moved")


def tree_is_a_file(tree: Path) -> None:
    shutil.rmtree(tree)
    tree.write_text("")


def poison(tree: Path) -> None:
    script = tree / "evil"
    script.write_text(f"#!/bin/sh\ntouch '{tree.parents[2]}/canary'\ncat\n")
    script.chmod(0o755)
    with (tree / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = {script}\n\thooksPath = {tree}/.git/hooks\n")
        config.write(f'[filter "x"]\n\tsmudge = {script}\n\tclean = {script}\n\trequired = true\n')
    (tree / ".git/info/attributes").write_text("* filter=x\n")
    (tree / ".git/info/exclude").write_text("untracked\n")
    (tree / "untracked").touch()
    (tree / ".git/hooks").mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(script, tree / ".git/hooks" / name)
    (tree / "a.txt").unlink()


@pytest.mark.parametrize(
    "spoil",
    [
        stray, same_size_and_time, modes, kinds, index_lock, broken_index, no_git, git_is_a_file, git_is_a_link,
        no_tree, tree_is_a_link, tree_is_a_file, poison,
    ],
)  # fmt: skip
@pytest.mark.parametrize("to", [0, 1])
def test_what_a_job_left_does_not_reach_the_next(
    slot: Slot, two: tuple[str, str], tmp_path: Path, spoil: Callable[[Path], None], to: int
) -> None:
    spoil(slot.checkout(two[0]))
    tree = slot.checkout(two[to])
    assert not tree.is_symlink()
    assert content(tree) == (FIRST, SECOND)[to]
    assert not [path for path in tree.rglob("*") if path.is_dir() and path.name in ("empty", "nested", "build")]
    assert not (tmp_path / "canary").exists()
    config = (tree / ".git/config").read_text()
    assert "filter" not in config
    assert "fsmonitor" not in config
    assert not (tree / ".git/hooks").exists()


def test_attributes_of_a_commit_do_not_execute_anything(slot: Slot, source: Repository, mirror: GitMirror) -> None:
    sha = source.commit({".gitattributes": "* filter=x text eol=crlf\n", "a.txt": "a\n"})
    mirror.fetch(str(source.path / ".git"), [sha])
    assert (slot.checkout(sha) / ".gitattributes").is_file()


def test_a_commit_that_is_not_there_is_a_vcs_error_and_the_slot_goes_on(slot: Slot, two: tuple[str, str]) -> None:
    with pytest.raises(VcsError):
        slot.checkout("f" * 40)
    assert content(slot.checkout(two[0])) == FIRST
