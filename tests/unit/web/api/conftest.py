"""The application over repositories with results, and who may see which of them."""

from collections.abc import Iterator

import pytest

from tests.unit.store.listings.conftest import COUNT, GONE, fill
from tests.unit.web.api.reader import Reader


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """It, for tests that change nothing of the results."""
    made = Reader(tmp_path_factory.mktemp("reads"), fill)
    assert GONE == 3
    assert COUNT == 24
    yield made
    made.close()
