"""An application with a repository or two, users of each role, and hands."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.store.listings.conftest import fill
from tests.unit.web.api.reader import Reader
from tests.unit.web.dashboard.handed import Hands, give_hands


@dataclass
class Site:
    """The application and its hands."""

    reader: Reader
    hands: Hands


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """It, made anew: tests change it."""
    reader = Reader(tmp_path, fill)
    yield Site(reader, give_hands(reader))
    reader.close()
