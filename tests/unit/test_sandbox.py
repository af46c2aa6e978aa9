"""What a box shows, hides and shows again: by real bubblewrap, and nothing else of the machine."""

import subprocess
from pathlib import Path

import pytest

from fullautoci import sandbox
from fullautoci.model import Box
from tests.support.parts import lacking


@pytest.fixture(autouse=True)
def _bubblewrap() -> None:
    if not sandbox.works():
        lacking("bubblewrap", "bwrap is not installed or does not work")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    for name in ("outer/hidden/shown/file", "outer/hidden/secret", "outer/open", "other/file"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def run(script: str, box: Box, cwd: Path = Path("/")) -> str:
    done = subprocess.run(
        sandbox.wrap(["sh", "-c", script], cwd, box), capture_output=True, text=True, check=False, cwd=cwd
    )
    return f"{done.returncode} {done.stdout}".strip()


@pytest.mark.parametrize("strict", [True, False])
def test_what_is_named_below_what_is_hidden_is_shown(strict: bool, place: Path) -> None:
    box = Box(strict, (place / "outer/hidden",), (place / "outer", place / "outer/hidden/shown"))
    assert run(f"cat {place}/outer/hidden/shown/file", box) == "0 outer/hidden/shown/file"
    assert run(f"cat {place}/outer/open", box) == "0 outer/open"
    assert run(f"cat {place}/outer/hidden/secret", box).startswith("1")
    assert run(f"echo x >{place}/outer/hidden/shown/file", box) != "0"
    assert (place / "outer/hidden/shown/file").read_text() == "outer/hidden/shown/file"


@pytest.mark.parametrize("strict", [True, False])
def test_what_is_named_to_be_written_is(strict: bool, place: Path) -> None:
    box = Box(strict, (place / "outer",), (), (place / "outer/hidden/shown",))
    assert run(f"echo x >{place}/outer/hidden/shown/file", box) == "0"
    assert (place / "outer/hidden/shown/file").read_text() == "x\n"


@pytest.mark.parametrize("strict", [True, False])
def test_a_folder_that_is_reached_by_a_link_is_hidden_by_both_its_names(strict: bool, place: Path) -> None:
    (place / "link").symlink_to(place / "outer")
    box = Box(strict, (place / "link",), (place,))
    for name in ("link", "outer"):
        assert run(f"cat {place}/{name}/open", box).startswith("1")


def test_all_else_is_there_only_where_the_box_is_not_strict(place: Path) -> None:
    assert run(f"cat {place}/other/file", Box(True)).startswith("1")
    assert run(f"cat {place}/other/file", Box(False)) == "0 other/file"


@pytest.mark.parametrize("strict", [True, False])
def test_without_a_network_there_is_a_loopback_interface_alone(strict: bool) -> None:
    names = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '"
    assert run(names, Box(strict, network=False)) == "0 lo"


def test_a_strict_box_can_use_names_certificates_and_a_temporary_folder(place: Path) -> None:
    box = Box(True, (), (), (place / "other",))
    assert run(
        "id -un >/dev/null && ls /etc/ssl >/dev/null && touch /tmp/x /var/tmp/y && pwd", box, place / "other"
    ) == (f"0 {place}/other")
    assert run("ls /etc/shadow /root", box).startswith("2")


def test_the_outermost_of_folders() -> None:
    found = sandbox.outermost([Path("/a/b"), Path("/a"), Path("/c/d"), Path("/ab"), Path("/a")])
    assert sorted(found) == [Path("/a"), Path("/ab"), Path("/c/d")]
