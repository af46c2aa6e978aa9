"""The kernel's notices: which changes are told, and that their lack is no trouble."""

import shutil
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from fullautoci import refwatch
from tests.support.parts import lacking
from tests.support.patience import until
from tests.support.repository import Repository

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="inotify is Linux's")


class Told:
    """What was told."""

    def __init__(self) -> None:
        self.spooled = threading.Event()
        self.moved: set[int] = set()

    def ask(self, numbers: Iterable[int]) -> None:
        self.moved |= set(numbers)

    def wait(self, number: int) -> None:
        until(lambda: number in self.moved, 10, f"notice of repository {number}")
        self.moved.clear()


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def watching(tmp_path: Path, told: Told) -> Iterator[refwatch.RefWatch]:
    (tmp_path / "spool").mkdir()
    made = refwatch.start(tmp_path / "spool", told.spooled.set, told.ask)
    assert made is not None
    yield made
    made.stop()


@pytest.fixture
def repository(tmp_path: Path, watching: refwatch.RefWatch) -> Repository:
    made = Repository(tmp_path / "r")
    made.commit({"a": "a"})
    watching.watch([(7, made.path / ".git")])
    return made


@pytest.mark.parametrize(
    "command",
    [
        ("commit", "--quiet", "--allow-empty", "--message", "x"),
        ("branch", "new"),
        ("branch", "deep/er/new"),
        ("update-ref", "refs/heads/plumbed", "HEAD"),
        ("pack-refs", "--all", "--prune"),
        ("checkout", "--quiet", "--detach"),
        ("worktree", "add", "--quiet", "../side", "-b", "side"),
    ],
)
def test_what_moves_a_ref_is_told(repository: Repository, told: Told, command: tuple[str, ...]) -> None:
    repository.git(*command)
    told.wait(7)


def test_a_folder_of_branches_that_is_new_is_watched_too(repository: Repository, told: Told) -> None:
    repository.git("branch", "deep/er/one")
    told.wait(7)
    repository.git("branch", "deep/er/two")
    told.wait(7)
    repository.git("worktree", "add", "--quiet", "../side", "-b", "side")
    told.wait(7)
    side = Repository(repository.path.parent / "side", env=repository.env)
    side.git("checkout", "--quiet", "--detach")
    told.wait(7)


def test_what_moves_no_ref_is_not_told(repository: Repository, told: Told) -> None:
    repository.write({"a": "changed", "b": "new"})
    repository.git("add", "a")
    repository.git("status")
    repository.git("branch", "marker")  # what came before it has been told by the time that this is
    told.wait(7)
    repository.git("config", "some.thing", "1")
    repository.git("gc", "--quiet", "--auto")
    assert not told.moved


def test_a_spooled_event_is_told_and_its_temporary_file_is_not(
    tmp_path: Path, told: Told, repository: Repository
) -> None:
    (tmp_path / "spool/.one.tmp").write_text("x")
    repository.git("branch", "marker")
    told.wait(7)
    assert not told.spooled.is_set()
    (tmp_path / "spool/.one.tmp").rename(tmp_path / "spool/one.event")
    assert told.spooled.wait(10)


def test_a_repository_that_is_watched_no_more_is_not_told(
    repository: Repository, watching: refwatch.RefWatch, told: Told, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other")
    other.commit()
    watching.watch([(8, other.path / ".git")])
    repository.git("branch", "new")
    other.git("branch", "new")
    told.wait(8)
    assert not told.moved
    shutil.rmtree(other.path)
    watching.watch([(7, repository.path / ".git")])
    repository.git("branch", "newer")
    told.wait(7)


def test_without_inotify_there_is_none_and_no_trouble(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    script = (
        'echo 0 > /proc/sys/user/max_inotify_instances && exec "$0" -c \'import pathlib; from fullautoci import'
        ' refwatch; print(refwatch.start(pathlib.Path("/tmp"), lambda: None, lambda numbers: None))\''
    )
    if unshare is None:
        lacking("namespaces", "unshare is not installed")
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "sh", "-c", script, sys.executable],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode and "max_inotify_instances" in done.stderr + done.stdout:
        lacking("namespaces", done.stderr)
    assert done.stdout == "None\n", done.stderr
    assert "only the scan finds them" in done.stderr
