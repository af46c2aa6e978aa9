"""An application over a real database, with a team: what the daemon serves, in this process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.web.guards.team import Team


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team of its own, for a test that changes it."""
    made = Team(tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    """A team for those tests that leave it as it was."""
    made = Team(tmp_path_factory.mktemp("team"))
    yield made
    made.close()
