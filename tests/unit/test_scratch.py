"""A job's own folder, and what is left of it when nobody could remove it."""

import os
from pathlib import Path

import pytest

from fullautoci import scratch
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import scratch_of


@pytest.fixture(autouse=True)
def _temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))


@pytest.fixture
def place() -> Path:
    return scratch_of("home")


def test_it_goes_with_the_job_whatever_that_did_to_it(place: Path) -> None:
    with scratch.made("home:1.1") as folder:
        assert folder.parent == place
        (folder / "a/b").mkdir(parents=True)
        (folder / "a").chmod(0)
    assert list(place.iterdir()) == []


def test_what_is_left_of_a_job_goes_and_no_others_does(place: Path) -> None:
    other = scratch_of("other") / "1.1-x"
    kept = [place / name for name in ("1.12-x", "11.1-x")]
    left = place / "1.1-x"
    for folder in (left, other, *kept):
        (folder / "sub").mkdir(parents=True)
    assert scratch.remove("home:1.1") == 1
    assert sorted(place.iterdir()) == sorted(kept)
    assert scratch.remove("home:") == 2
    assert list(place.iterdir()) == []
    assert other.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another user's folder")
def test_another_users_folder_stays(place: Path) -> None:
    theirs = place / "1.1-x"
    theirs.mkdir()
    os.chown(theirs, 12345, 12345)
    assert scratch.remove("home:") == 0
    assert theirs.exists()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make another user's folder")
def test_a_place_that_somebody_else_has_prepared_is_refused(place: Path) -> None:
    os.chown(place, 12345, 12345)
    with pytest.raises(FullAutoCIError, match="is not ours"), scratch.made("home:1.1"):
        pass
