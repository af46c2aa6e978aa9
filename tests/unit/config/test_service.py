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
        ("secrets:\n  A: abc\n", ":2:6: secrets.A: a secret of fewer than 4 characters"),
        ("secrets:\n  A: 12345\n", ":2:6: secrets.A: text is expected; put it in quotes"),
        ("secrets:\n  A: [abcd]\n", ":2:6: secrets.A: text is expected"),
        ("secrets:\n  A:\n", ":2:5: secrets.A: text is expected"),
        ('secrets:\n  A: "abcd\\0"\n', ":2:6: secrets.A: text is expected"),
        ("secrets:\n  1A: abcd\n", ":2:3: secrets.1A"),
        ("secrets: [A]\n", ":1:10: secrets"),
        ("repositories:\n  r:\n    secrets: {A: abc}\n", ":3:18: repositories.r.secrets.A"),
        ("repositories:\n  r:\n    secret: {A: abcd}\n", ":3:5: unknown key 'secret'"),
        ("[", "config.yml:1"),
    ],
)
def test_what_is_wrong_is_named_with_the_files_path(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "config.yml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        service.read(tmp_path)
    assert caught.value.message.startswith(str(tmp_path / "config.yml"))
    assert problem in caught.value.message


def test_a_repositorys_own_secrets_come_first_and_nothing_shows_them(tmp_path: Path) -> None:
    path = tmp_path / "config.yml"
    text = "secrets: {A: everybodys, B: b-value}\nrepositories:\n  'my repo': {secrets: {A: its-own}}\n"
    path.write_text(text)
    path.chmod(0o600)
    found = service.read(tmp_path)
    assert found.secrets_of("my repo") == {"A": "its-own", "B": "b-value"}
    assert found.secrets_of("other") == {"A": "everybodys", "B": "b-value"}
    assert found.has_secrets()
    assert not service.exposed(tmp_path)
    for shown in (repr(found), str(found), found.model_dump_json()):
        assert not any(value in shown for value in ("everybodys", "b-value", "its-own"))


@pytest.mark.parametrize("written", "xyz *xyz1 !xyz1 &xyz [xyz1] 'xyz1 @xyz1 %xyz1 |xyz !!int+xyz1".split(" "))
def test_a_refused_secret_is_not_repeated(tmp_path: Path, written: str) -> None:
    (tmp_path / "config.yml").write_text(f"secrets:\n  A: {written.replace(chr(43), chr(32))}\n")
    with pytest.raises(ConfigError) as caught:
        service.read(tmp_path)
    assert "xyz" not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(("mode", "exposed"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True)])
def test_a_file_that_others_may_read_is_told(tmp_path: Path, mode: int, exposed: bool) -> None:
    assert not service.exposed(tmp_path)
    (tmp_path / "config.yml").write_text("workers: 1\n")
    (tmp_path / "config.yml").chmod(mode)
    assert service.exposed(tmp_path) is exposed
