"""A checkout that was left untouched is taken as it is; one that was not is cleaned as ever."""

import hashlib
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fullautoci.vcs.git import untouched
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import GitMirror
from fullautoci.vcs.git.partial import SOURCE
from tests.support.repository import Repository

FILES = {"a.txt": "a\n", "sub/b.txt": "b\n"}
OTHER = {"a.txt": "A\n", "c.txt": "c\n"}


@pytest.fixture
def commits(source: Repository, mirror: GitMirror) -> tuple[str, str]:
    """Two commits, each with other files."""
    first = source.commit(FILES)
    source.git("rm", "-r", "--quiet", "sub")
    second = source.commit(OTHER)
    mirror.fetch(str(source.path / ".git"), [first, second])
    return first, second


@pytest.fixture
def opened(git: Git, tmp_path: Path, mirror: GitMirror) -> Callable[[], Slot]:
    """A slot as each job opens it."""
    return lambda: Slot(git, tmp_path / "slot", mirror.path)


def inodes(tree: Path) -> set[int]:
    """By which it is told whether git's folder was written anew."""
    return {path.stat().st_ino for path in (tree / ".git", tree / "a.txt")}


def test_the_next_job_about_the_same_commit_finds_it_as_it_is(
    opened: Callable[[], Slot], commits: tuple[str, str]
) -> None:
    slot = opened()
    tree, blobs = slot.checkout(commits[0]), slot.blobs()
    before = inodes(tree)
    for _ in range(3):
        slot.leave_untouched()
        slot = opened()
        assert slot.checkout(commits[0]) == tree
        assert (inodes(tree), slot.blobs()) == (before, blobs)


def test_the_next_job_about_another_commit_has_that_ones_files_and_head(
    opened: Callable[[], Slot], commits: tuple[str, str]
) -> None:
    slot = opened()
    tree = slot.checkout(commits[0])
    for sha, has, lacks in (
        (commits[1], "c.txt", "sub"),
        (commits[0], "sub/b.txt", "c.txt"),
        (commits[1], "c.txt", "sub"),
    ):
        folder = (tree / ".git").stat().st_ino
        slot.leave_untouched()
        slot = opened()
        slot.checkout(sha)
        assert (tree / ".git").stat().st_ino == folder, "nothing was cleaned"
        assert ((tree / has).exists(), (tree / lacks).exists(), has in slot.blobs()) == (True, False, True)
        said = [
            subprocess.run(["git", *words], cwd=tree, capture_output=True, text=True, check=True).stdout.strip()
            for words in (["rev-parse", "HEAD"], ["status", "--porcelain"])
        ]
        assert said == [sha, ""]


def spoil(tree: Path) -> None:
    (tree / "a.txt").write_text("spoiled")
    (tree / "left.txt").write_text("left")
    (tree / ".git/config").write_text("spoiled")


@pytest.mark.parametrize("again", [0, 1])
def test_what_was_not_left_untouched_is_cleaned(
    opened: Callable[[], Slot], commits: tuple[str, str], again: int
) -> None:
    slot = opened()
    slot.checkout(commits[0])
    slot.leave_untouched()
    slot = opened()
    tree = slot.checkout(commits[0])
    spoil(tree)  # by the job, which does not say that it left it untouched
    opened().checkout(commits[again])
    assert (tree / "a.txt").read_text() == ("a\n", "A\n")[again]
    assert not (tree / "left.txt").exists()
    assert "spoiled" not in (tree / ".git/config").read_text()


def test_it_is_known_for_a_short_time_and_for_one_job(
    opened: Callable[[], Slot], commits: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = opened()
    tree = slot.checkout(commits[0])
    slot.leave_untouched()
    monkeypatch.setattr(untouched, "KEPT_S", -1.0)
    spoil(tree)
    opened().checkout(commits[0])
    assert (tree / "a.txt").read_text() == "a\n"


@pytest.mark.parametrize("what", ["tree", "git", "index", "link", "mirror"])
def test_what_is_not_there_any_more_is_not_taken(
    opened: Callable[[], Slot], commits: tuple[str, str], what: str, tmp_path: Path, git: Git, source: Repository
) -> None:
    slot = opened()
    tree = slot.checkout(commits[0])
    slot.leave_untouched()
    if what == "mirror":
        slot = Slot(git, tmp_path / "slot", source.path / ".git")
        assert os.fsencode(source.path) not in (tree / ".git/objects/info/alternates").read_bytes()
        slot.checkout(commits[0])
        assert os.fsencode(source.path) in (tree / ".git/objects/info/alternates").read_bytes()
        return
    gone = {"tree": tree, "git": tree / ".git", "index": tmp_path / "slot/index", "link": tree}[what]
    gone.rename(tmp_path / "aside")
    if what == "link":
        tree.symlink_to(tmp_path / "aside")
    opened().checkout(commits[0])
    assert not tree.is_symlink()
    assert (tree / "sub/b.txt").read_text() == "b\n"
    assert set(opened().blobs()) >= set(FILES)


def test_files_that_stand_for_pointers_are_not_gits(
    opened: Callable[[], Slot], source: Repository, mirror: GitMirror, git: Git
) -> None:
    content = b"large\n"
    digest = hashlib.sha256(content).hexdigest()
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize {len(content)}\n"
    source.git("config", "filter.lfs.clean", "cat")
    sha = source.commit({".gitattributes": "*.bin filter=lfs -text\n", "x.bin": pointer})
    kept = source.path / ".git/lfs/objects" / digest[:2] / digest[2:4] / digest
    kept.parent.mkdir(parents=True)
    kept.write_bytes(content)
    mirror.fetch(str(source.path / ".git"), [sha])
    (mirror.path / SOURCE).write_bytes(os.fsencode(source.path / ".git"))
    slot = opened()
    slot.checkout(sha)
    assert slot.fill_lfs(slot.blobs()) == 1
    slot.leave_untouched()
    slot = opened()
    tree = slot.checkout(sha)
    assert (tree / "x.bin").read_text() == pointer, "it is cleaned as ever"


def test_large_checkouts_are_not_kept_in_mind(
    opened: Callable[[], Slot],
    commits: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    mirror: GitMirror,
) -> None:
    monkeypatch.setattr(untouched, "FILE_LIMIT", 1)
    slot = opened()
    slot.checkout(commits[0])
    slot.leave_untouched()
    assert untouched.take(tmp_path / "slot", mirror.path) is None
