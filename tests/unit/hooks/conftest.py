"""A watched repository."""

from pathlib import Path

import pytest

from tests.unit.hooks.watched import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "repository", tmp_path / "home")
