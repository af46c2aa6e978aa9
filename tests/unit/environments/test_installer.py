"""Locks that lie where builds may write, and the variables that builds are given."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from fullautoci.environments import installer


def test_a_lock_is_not_taken_through_a_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    (tmp_path / "e.use").symlink_to(victim)
    with ExitStack() as held, pytest.raises(OSError, match=r"e\.use"):
        installer.use(tmp_path / "e.use", held)
    (tmp_path / "listing.txt").symlink_to(victim)
    installer.listing(tmp_path / "listing.txt", ["a"])
    assert victim.read_text() == "mine"


def test_builds_are_given_what_they_need_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"GITHUB_TOKEN": "s", "AWS_SECRET_ACCESS_KEY": "s", "GIT_DIR": "x", "VIRTUAL_ENV": "x", "UV_PYTHON": "x"}
    wanted = {"PIP_INDEX_URL": "i", "UV_CACHE_DIR": "c", "https_proxy": "p", "CFLAGS": "-O2", "LC_ALL": "C"}
    for name, value in {**given, **wanted}.items():
        monkeypatch.setenv(name, value)
    found = installer.variables()
    assert not given.keys() & found.keys()
    assert wanted.items() <= found.items()
    assert "PATH" in found
