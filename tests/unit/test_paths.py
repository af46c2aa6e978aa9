"""Where things are kept."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.errors import FullAutoCIError
from fullautoci.paths import SOCKET_PATH_LIMIT, Paths


def long_home(tmp_path: Path) -> Path:
    return tmp_path / ("deep" * 10) / ("er" * 20) / ("ü" * 20)


@pytest.fixture
def own_tmp(short_tmp: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary folder that the short sockets are put into, instead of the machine's."""
    monkeypatch.setattr("tempfile.tempdir", str(short_tmp))
    return short_tmp


def test_one_home_holds_everything(tmp_path: Path) -> None:
    paths = Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / "h")}).create()
    assert (paths.config, paths.socket) == (tmp_path / "h", tmp_path / "h/state/daemon.sock")
    for place in (paths.state, paths.cache, paths.spool, paths.logs, paths.mirrors, paths.rejected):
        assert place.is_relative_to(tmp_path / "h")
        assert place.stat().st_mode & 0o777 == 0o700
    for place in (paths.lock, paths.database, paths.git_config, paths.slots, paths.environments, paths.overlays):
        assert place.is_relative_to(tmp_path / "h")


def test_a_relative_home_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert Paths.from_environment({"FULLAUTOCI_HOME": "h"}).config == tmp_path / "h"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Paths.from_environment({"FULLAUTOCI_HOME": "~/x"}).config == tmp_path / "x"


def test_without_a_home_the_xdg_folders_are_used(tmp_path: Path) -> None:
    env = {name: str(tmp_path / name) for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")}
    ask = "from fullautoci.paths import Paths; p = Paths.from_environment(); print(p.config, p.state, p.cache)"
    inherited = {name: value for name, value in os.environ.items() if name != "FULLAUTOCI_HOME"}
    done = subprocess.run(
        [sys.executable, "-c", ask], env={**inherited, **env}, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [f"{value}/fullautoci" for value in env.values()]


def test_a_long_path_gives_a_short_socket_that_can_be_bound(tmp_path: Path, own_tmp: Path) -> None:
    paths = Paths.from_environment({"FULLAUTOCI_HOME": str(long_home(tmp_path))}).create()
    assert len(os.fsencode(paths.socket)) <= SOCKET_PATH_LIMIT
    assert paths.socket.parent.stat().st_mode & 0o777 == 0o700
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(paths.socket))
    assert paths.socket.is_socket()


def test_two_long_homes_have_two_sockets_and_each_the_same_one_always(tmp_path: Path, own_tmp: Path) -> None:
    first, second = (Paths.from_environment({"FULLAUTOCI_HOME": str(long_home(tmp_path) / n)}) for n in "ab")
    assert first.socket != second.socket
    assert first.socket == Paths.from_environment({"FULLAUTOCI_HOME": str(long_home(tmp_path) / "a")}).socket
    assert first.identity != second.identity


def test_the_longest_plain_path_is_kept(own_tmp: Path) -> None:
    rest = "/state/daemon.sock"
    for length, plain in ((SOCKET_PATH_LIMIT, True), (SOCKET_PATH_LIMIT + 1, False)):
        home = "/" + "h" * (length - len(rest) - 1)
        assert (str(Paths.from_environment({"FULLAUTOCI_HOME": home}).socket) == home + rest) is plain


def test_every_process_finds_the_same_socket_whatever_its_temporary_folder(tmp_path: Path) -> None:
    ask = "from fullautoci.paths import Paths; print(Paths.from_environment().socket)"
    env = {**os.environ, "FULLAUTOCI_HOME": str(long_home(tmp_path))}
    found = set()
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        done = subprocess.run(
            [sys.executable, "-c", ask], env={**env, "TMPDIR": str(tmp_path / name)}, capture_output=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1


@pytest.mark.parametrize("trap", ["open to all", "a link"])
def test_a_prepared_folder_for_the_short_socket_is_not_trusted(tmp_path: Path, own_tmp: Path, trap: str) -> None:
    paths = Paths.from_environment({"FULLAUTOCI_HOME": str(long_home(tmp_path))})
    if trap == "a link":
        (own_tmp / "elsewhere").mkdir(mode=0o777)
        paths.socket.parent.symlink_to(own_tmp / "elsewhere")
    else:
        paths.socket.parent.mkdir()
        paths.socket.parent.chmod(0o777)
    try:
        paths.create()
    except (FullAutoCIError, OSError):
        return  # refused
    folder = paths.socket.parent
    assert not folder.is_symlink()
    assert folder.stat().st_mode & 0o777 == 0o700
