"""Fixtures: a home and repositories that are the test's own, and a guard around the real home."""

import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.home import Home
from tests.support.nix import NixStore, python_packages
from tests.support.projects import INSTALLER_CACHES
from tests.support.repository import SAMPLE, Repository

REAL_HOME = Path.home()
# Made by `make` beside the interpreter of these tests, which is slower and does it where this is not there.
TOOLS = Path(sys.prefix, "tools/bin")
OURS = tuple(str(REAL_HOME / place / "fullautoci") for place in (".config", ".local/state", ".cache"))


def _guard(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("open", "os.mkdir", "os.rename", "os.remove") or not isinstance(arguments[0], str | bytes):
        return
    if os.fsdecode(arguments[0]).startswith(OURS):
        raise AssertionError(f"a test touched the real home: {event} {arguments[0]!r}")


sys.addaudithook(_guard)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Every program a test starts sees a home, a git configuration and an environment that are the test's."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "FULLAUTOCI_HOME", "XDG_")) and name not in ("GIT_SSL_CAINFO",):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("FULLAUTOCI_HOME", str(home / "unused"))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)  # what is started often is compiled once
    # `python3` is an interpreter that has the tools: what `environment: host` finds.
    monkeypatch.setenv("PATH", f"{TOOLS}:{Path(sys.executable).parent}:{os.environ['PATH']}")


@pytest.fixture(scope="session")
def environments(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Prepared environments, shared by all tests and all their processes."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "environments"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def short_tmp() -> Iterator[Path]:
    """A temporary folder with a short path, as Unix sockets need."""
    with tempfile.TemporaryDirectory(prefix="fac-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def home(short_tmp: Path, environments: Path) -> Iterator[Home]:
    """A home without a daemon yet; whatever daemon there is at the end is stopped."""
    made = Home(short_tmp / "h", environments)
    yield made
    made.close()


@pytest.fixture
def own(home: Home) -> Home:
    """A home that shares no environments."""
    home.env |= INSTALLER_CACHES
    home.share_no_environments()
    return home


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit of a sample project, whose tools come from this test environment."""
    made = Repository(tmp_path / "sample")
    made.commit(SAMPLE, "first")
    return made


@pytest.fixture(scope="session")
def nix_store(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[NixStore]:
    """A Nix store of these tests' own, with a stub of nixpkgs in it."""
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "nix-python"
    made = NixStore(base / "nix", python_packages(shared))
    yield made
    made.close()
