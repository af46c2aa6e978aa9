"""The service's own file."""

from pathlib import Path

import pytest

from fullautoci.config import service
from fullautoci.errors import ConfigError


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert service.read(tmp_path) == service.ServiceFile()
    assert (service.ServiceFile().scan_interval, service.ServiceFile().grace) == (60, 5)


def test_what_the_file_says_holds(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text("workers: 3\nscan_interval: 5m\ndashboard: {port: 1234}\n")
    found = service.read(tmp_path)
    assert (found.workers, found.scan_interval, found.dashboard.port) == (3, 300, 1234)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("workers: 0\n", ":1:10: workers"),
        ("workers: 257\n", ":1:10: workers"),
        ("scan_interval: 0\n", ":1:16: scan_interval"),
        ("dashboard:\n  port: 65536\n", ":2:9: dashboard.port"),
        ("dashboard:\n  prot: 1\n", ":2:3: unknown key 'prot'"),
        ("tools: {}\n", ":1:1: unknown key 'tools'"),
        ("[", "config.yml:1"),
    ],
)
def test_what_is_wrong_is_named_with_the_files_path(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "config.yml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        service.read(tmp_path)
    assert caught.value.message.startswith(str(tmp_path / "config.yml"))
    assert problem in caught.value.message
