"""A job's own folder, and what is left of it when nobody could remove it."""

import os
from pathlib import Path

import pytest

from fullautoci import scratch


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


def test_it_goes_with_the_job_whatever_that_did_to_it(tmp_path: Path) -> None:
    with scratch.made("home:1.1") as folder:
        assert folder.parent == tmp_path
        (folder / "a/b").mkdir(parents=True)
        (folder / "a").chmod(0)
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_of_a_job_goes_and_no_others_does(tmp_path: Path) -> None:
    kept = [tmp_path / name for name in ("fullautoci-home-1.12-x", "fullautoci-home-11.1-x", "fullautoci-other-1.1-x")]
    left = tmp_path / "fullautoci-home-1.1-x"
    for folder in (left, *kept):
        (folder / "sub").mkdir(parents=True)
    assert scratch.remove("home:1.1") == 1
    assert sorted(tmp_path.iterdir()) == sorted(kept)
    assert scratch.remove("home:") == 2
    assert list(tmp_path.iterdir()) == [kept[2]]


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another user's folder")
def test_another_users_folder_stays(tmp_path: Path) -> None:
    theirs = tmp_path / "fullautoci-home-1.1-x"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    assert scratch.remove("home:") == 0
    assert theirs.exists()
