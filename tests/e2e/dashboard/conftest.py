"""A service with something of everything, and a browser: made once for each process of the tests."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import TOOLS
from tests.support.browser import chromium
from tests.support.home import Home
from tests.support.site import Site, build

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    with chromium() as made:
        yield made


@pytest.fixture(scope="session")
def site(environments: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Not to be changed by tests, but by commits and runs of their own."""
    with (
        tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("PATH", str(TOOLS), prepend=":")
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        home = Home(Path(folder) / "h", environments)
        home.env["HOME"] = folder
        yield build(home, tmp_path_factory.mktemp("site"))
        home.close()


@pytest.fixture(scope="session")
def origin(site: Site) -> str:
    """Where the service listens: scheme, host and port."""
    return str(site.home.api().status()["url"])
