"""Fixtures: each engine once a session; a test module takes them by `pytest_plugins`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.engines import Running, made_images, running


@pytest.fixture(scope="session")
def images(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> tuple[Path | None, Path]:
    """The archives of the tests' images, shared by all processes of a session."""
    base = tmp_path_factory.getbasetemp()
    return made_images((base if worker_id == "master" else base.parent) / "images")


@pytest.fixture(scope="session")
def docker(images: tuple[Path | None, Path]) -> Iterator[Running]:
    """Docker, as root."""
    with running("docker", *images) as engine:
        yield engine


@pytest.fixture(scope="session")
def podman(images: tuple[Path | None, Path]) -> Iterator[Running]:
    """Podman, as root."""
    with running("podman", *images) as engine:
        yield engine


@pytest.fixture(scope="session")
def rootless(images: tuple[Path | None, Path]) -> Iterator[Running]:
    """Podman of a user without rights."""
    with running("rootless", *images) as engine:
        yield engine
