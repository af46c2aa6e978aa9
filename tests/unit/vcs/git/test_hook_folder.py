"""What keeps our hooks out of `git status`, and that it goes without a trace."""

import os
from pathlib import Path

import pytest

from fullautoci.vcs.git import hook_file, hook_folder
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.repository import GitVcs
from tests.support.repository import Repository

BEFORE = {
    "none": None,
    "empty": b"",
    "usual": b"# git ls-files --others\n*.log\n",
    "unfinished": b"*.log\n*.tmp",
    "one empty line": b"\n",
    "empty lines": b"*.log\n\n\n",
    "carriage returns": b"*.log\r\n",
    "no text": b"\xff\xfe\0\n",
}


def ours(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "post-commit").write_bytes(b"#!/bin/sh\n" + hook_file.MARKER + b"\n")
    (folder / "post-merge.before-fullautoci").write_text("#!/bin/sh\n")


@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
@pytest.mark.parametrize("name", [".hooks", "so me/de ep", "*[x]!", "#hash", "ü", "back\\slash", "trailing "])
def test_what_is_excluded_is_not_shown_and_comes_back_byte_for_byte(
    git: Git, source: Repository, name: str, before: bytes | None
) -> None:
    exclude = source.path / ".git/info/exclude"
    exclude.unlink(missing_ok=True)
    if before is not None:
        exclude.parent.mkdir(exist_ok=True)
        exclude.write_bytes(before)
        exclude.chmod(0o640)
    location = GitVcs(git).locate(source.path)
    folder = source.path / name
    ours(folder)
    (folder / "theirs").write_text("shown")
    for _ in range(2):
        hook_folder.exclude(location, folder)
        shown = source.git("status", "--porcelain", "-z", "--untracked-files=all")
        assert [line for line in shown.split("\0") if line] == [f"?? {name}/theirs"]
    hook_folder.include(location.git_dir)
    assert (exclude.read_bytes() if exclude.exists() else None) == before
    if before is not None:
        assert exclude.stat().st_mode & 0o777 == 0o640
    hook_folder.include(location.git_dir)
    assert (exclude.read_bytes() if exclude.exists() else None) == before


def test_what_was_entered_since_then_stays(git: Git, source: Repository) -> None:
    exclude = source.path / ".git/info/exclude"
    exclude.parent.mkdir(exist_ok=True)
    exclude.write_bytes(b"*.log")
    location = GitVcs(git).locate(source.path)
    ours(source.path / ".hooks")
    hook_folder.exclude(location, source.path / ".hooks")
    exclude.write_bytes(exclude.read_bytes() + b"*.tmp\n")
    hook_folder.include(location.git_dir)
    assert exclude.read_bytes() == b"*.log\n*.tmp\n"


def test_what_is_ignored_anyway_is_not_entered(git: Git, source: Repository) -> None:
    location = GitVcs(git).locate(source.path)
    ours(source.path / ".hooks")
    (source.path / ".hooks/.gitignore").write_text("*\n")
    exclude = source.path / ".git/info/exclude"
    before = exclude.read_bytes() if exclude.exists() else None
    hook_folder.exclude(location, source.path / ".hooks")
    assert (exclude.read_bytes() if exclude.exists() else None) == before


def test_folders_are_remembered_whatever_their_names(tmp_path: Path) -> None:
    folders = [tmp_path / "a b", tmp_path / "new\nline", tmp_path / os.fsdecode(b"\xff")]
    for folder in (*folders, folders[0]):
        hook_folder.remember(tmp_path, folder)
    assert hook_folder.recorded(tmp_path) == folders
    hook_folder.forget(tmp_path)
    hook_folder.forget(tmp_path)
    assert hook_folder.recorded(tmp_path) == []


def test_a_tracked_file_is_told_from_any_other(git: Git, source: Repository) -> None:
    location = GitVcs(git).locate(source.path)
    source.commit({"hooks/*": "1", ":(top)x": "1"})
    (source.path / "hooks/loose").write_text("1")
    told = {
        name: hook_folder.is_tracked(location, source.path / name) for name in ("hooks/*", ":(top)x", "hooks/loose")
    }
    assert told == {"hooks/*": True, ":(top)x": True, "hooks/loose": False}
    assert not hook_folder.is_tracked(location, source.path / "nowhere/post-commit")
