"""Room: what counts as a full disk."""

import errno
import os
from pathlib import Path

import pytest

from fullautoci import room


@pytest.mark.parametrize(
    ("error", "full"),
    [
        (OSError(errno.ENOSPC, "x"), True),
        (OSError(errno.EDQUOT, "x"), True),
        (OSError(errno.EIO, "x"), False),
        (ValueError("No space left on device"), False),
    ],
)
def test_what_the_system_calls_full(error: BaseException, full: bool) -> None:
    assert room.is_full(error) is full


def test_a_real_full_device_says_so() -> None:
    with pytest.raises(OSError, match="No space") as caught, Path("/dev/full").open("wb", buffering=0) as file:
        file.write(b"x")
    assert room.is_full(caught.value)
    assert room.said(f"git fetch: {os.strerror(errno.ENOSPC)}")
    assert not room.said("no space for such talk")


def test_a_place_that_is_not_there_yet_is_as_full_as_where_it_would_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room.short([tmp_path / "a" / "b"]) is None
    monkeypatch.setattr(room, "SHORT", 2**62)
    assert room.short([tmp_path / "a" / "b"]) == tmp_path / "a" / "b"
