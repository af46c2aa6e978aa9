"""Files that a job may have made: no link is followed, no pipe waited for, nothing read without end."""

import os
from pathlib import Path

import pytest

from fullautoci import evidence


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"said")
    assert evidence.read(tmp_path / "a", 4) == b"said"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder", "large", "missing"])
def test_anything_else_is_refused_at_once(kind: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    path = tmp_path / "it"
    if kind == "link":
        path.symlink_to(tmp_path / "secret")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "large":
        path.write_bytes(b"x" * 101)
    with pytest.raises(OSError, match=r"."):
        evidence.read(path, 100)


def test_a_tree_is_copied_without_its_links_and_through_none(tmp_path: Path) -> None:
    source, target, outside = (tmp_path / name for name in ("source", "target", "outside"))
    (source / "inner").mkdir(parents=True)
    (source / "inner/file").write_text("new")
    (source / "inner/file").chmod(0o4755)
    (source / "leak").symlink_to(outside / "secret")
    os.mkfifo(source / "pipe")
    outside.mkdir()
    (outside / "secret").write_text("secret")
    (target / "inner").mkdir(parents=True)
    (target / "inner/file").symlink_to(outside / "secret")
    evidence.copy_tree(source, target)
    assert sorted(path.name for path in target.rglob("*")) == ["file", "inner"]
    assert (target / "inner/file").read_text() == "new"
    assert (target / "inner/file").stat().st_mode & 0o7777 == 0o755
    assert (outside / "secret").read_text() == "secret"


@pytest.mark.parametrize("place", ["source", "target", "target/inner"])
def test_a_link_in_place_of_a_folder_is_an_error(place: str, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "inner").mkdir(parents=True)
    (outside / "inner/file").write_text("theirs")
    for name in ("source/inner", "target"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "source/inner/file").write_text("ours")
    if place != "target/inner":
        (tmp_path / place).rename(tmp_path / f"{place}-away")
    (tmp_path / place).symlink_to(outside / "inner" if place == "target/inner" else outside)
    with pytest.raises(OSError, match="link"):
        evidence.copy_tree(tmp_path / "source", tmp_path / "target")
    assert (outside / "inner/file").read_text() == "theirs"
