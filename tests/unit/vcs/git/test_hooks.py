"""Our hooks put into a repository, and taken out again byte for byte."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.vcs.base import Location
from fullautoci.vcs.git import hook_file, hooks
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.repository import GitVcs
from tests.support.parts import lacking
from tests.support.repository import Repository

WORKING = ["post-commit", "post-merge", "post-rewrite"]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / "home")}).create()


@pytest.fixture
def location(git: Git, source: Repository) -> Location:
    return GitVcs(git).locate(source.path)


def picture(folder: Path) -> dict[str, object]:
    """Every file with its content and mode, every link with where it leads."""
    return {
        path.name: os.readlink(path) if path.is_symlink() else (path.read_bytes(), path.stat().st_mode)  # noqa: PTH115
        for path in folder.iterdir()
    }


def states(location: Location, paths: Paths) -> list[str]:
    return [status.state for status in hooks.status(location, paths)]


def test_installing_is_idempotent_and_taking_out_leaves_nothing(location: Location, paths: Paths) -> None:
    folder = location.git_dir / "hooks"
    before = picture(folder) if folder.exists() else None
    assert states(location, paths) == ["missing"] * 3
    assert [status.state for status in hooks.install(location, paths)] == ["installed"] * 3
    once = picture(folder)
    inodes = [path.stat().st_ino for path in sorted(folder.iterdir())]
    hooks.install(location, paths)
    assert picture(folder) == once
    assert [path.stat().st_ino for path in sorted(folder.iterdir())] == inodes
    assert set(WORKING) <= set(once)
    assert all(os.access(folder / name, os.X_OK) for name in WORKING)
    assert hooks.uninstall(location) == WORKING
    assert (picture(folder) if folder.exists() else None) == before
    assert hooks.uninstall(location) == []


@pytest.mark.parametrize("made", [True, False])
def test_the_folder_goes_only_if_it_was_made_for_our_hooks(location: Location, paths: Paths, made: bool) -> None:
    folder = location.git_dir / "hooks"
    for sample in folder.glob("*") if folder.exists() else ():
        sample.unlink()
    if made and folder.exists():
        folder.rmdir()
    elif not made:
        folder.mkdir(exist_ok=True)
    hooks.install(location, paths)
    hooks.install(location, paths)
    hooks.uninstall(location)
    assert folder.exists() is not made


def test_a_folder_made_for_our_hooks_stays_when_someone_moved_in(location: Location, paths: Paths) -> None:
    folder = location.git_dir / "hooks"
    if folder.exists():
        for sample in folder.iterdir():
            sample.unlink()
        folder.rmdir()
    hooks.install(location, paths)
    (folder / "pre-push").write_text("#!/bin/sh\n")
    hooks.uninstall(location)
    assert [path.name for path in folder.iterdir()] == ["pre-push"]


@pytest.mark.parametrize("kind", ["executable", "not executable", "link", "dangling link", "binary"])
def test_a_hook_that_stood_there_comes_back_byte_for_byte(location: Location, paths: Paths, kind: str) -> None:
    folder = location.git_dir / "hooks"
    folder.mkdir(exist_ok=True)
    target = folder / "post-commit"
    if "link" in kind:
        elsewhere = location.git_dir / "elsewhere"
        if kind == "link":
            elsewhere.write_text("#!/bin/sh\necho linked\n")
        target.symlink_to("../elsewhere")
    else:
        target.write_bytes(b"#!/bin/sh\r\n\xff\0" if kind == "binary" else b"#!/bin/sh\necho mine")
        target.chmod(0o640 if kind == "not executable" else 0o751)
    before = picture(folder)
    statuses = {status.name: status for status in hooks.install(location, paths)}
    assert [statuses[name].chained for name in WORKING] == [True, False, False]
    hooks.install(location, paths)
    hooks.uninstall(location)
    assert picture(folder) == before


def test_two_foreign_hooks_are_not_thrown_away(location: Location, paths: Paths) -> None:
    folder = location.git_dir / "hooks"
    hooks.install(location, paths)
    (folder / "post-merge").write_text("#!/bin/sh\n# taken over\n")
    (folder / "post-merge.before-fullautoci").write_text("#!/bin/sh\n# older\n")
    before = picture(folder)
    assert states(location, paths) == ["installed", "foreign", "installed"]
    with pytest.raises(FullAutoCIError, match="neither is ours"):
        hooks.install(location, paths)
    assert picture(folder) == before
    assert hooks.uninstall(location) == ["post-commit", "post-rewrite"]
    assert (folder / "post-merge").read_text().endswith("# taken over\n")


@pytest.mark.parametrize("change", ["content", "mode", "home"])
def test_a_hook_that_is_not_as_it_should_be_is_outdated_and_renewed(
    location: Location, paths: Paths, tmp_path: Path, change: str
) -> None:
    hooks.install(location, paths)
    target = location.git_dir / "hooks" / "post-commit"
    if change == "content":
        target.write_bytes(target.read_bytes().replace(b"Installed by", b"Once installed by"))
    elif change == "mode":
        target.chmod(0o644)
    else:
        paths = Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / "other")}).create()
    assert states(location, paths)[0] == "outdated"
    assert hooks.install(location, paths)[0].state == "installed"


@pytest.mark.parametrize("configured", ["absolute", "global"])
def test_a_shared_folder_is_refused_unless_forced(
    location: Location, paths: Paths, source: Repository, tmp_path: Path, configured: str
) -> None:
    folder = tmp_path / "shared hooks"
    scope = "--global" if configured == "global" else "--local"
    source.git("config", scope, "core.hooksPath", str(folder))
    assert states(location, paths) == ["shared"] * 3
    with pytest.raises(FullAutoCIError, match=r"core\.hooksPath"):
        hooks.install(location, paths)
    assert not folder.exists()
    hooks.install(location, paths, force=True)
    assert sorted(path.name for path in folder.iterdir()) == WORKING
    hooks.uninstall(location)
    assert not folder.exists()


def test_a_hooks_folder_that_leads_elsewhere_is_shared_too(location: Location, paths: Paths, tmp_path: Path) -> None:
    folder = location.git_dir / "hooks"
    if folder.exists():
        folder.rename(tmp_path / "elsewhere")
    (tmp_path / "elsewhere").mkdir(exist_ok=True)
    folder.symlink_to(tmp_path / "elsewhere")
    before = picture(tmp_path / "elsewhere")
    with pytest.raises(FullAutoCIError):
        hooks.install(location, paths)
    assert picture(tmp_path / "elsewhere") == before


def test_linked_worktrees_share_hooks_and_bare_repositories_have_their_own(
    git: Git, source: Repository, paths: Paths, tmp_path: Path
) -> None:
    source.git("worktree", "add", "--quiet", "-b", "topic", str(tmp_path / "linked"))
    hooks.install(GitVcs(git).locate(tmp_path / "linked"), paths)
    assert states(GitVcs(git).locate(source.path), paths) == ["installed"] * 3
    bare = Repository(tmp_path / "bare.git", bare=True)
    assert [status.name for status in hooks.install(GitVcs(git).locate(bare.path), paths)] == ["post-receive"]
    assert (bare.path / "hooks/post-receive").is_file()


@pytest.mark.parametrize(
    "name", ["plain", "with space", "quo'te\"s $HOME `x`", "new\nline", os.fsdecode(b"\xff"), "back\\slash"]
)
def test_a_rendered_hook_is_a_valid_script_whatever_the_homes_name(tmp_path: Path, name: str) -> None:
    paths = Paths.from_environment({"FULLAUTOCI_HOME": str(tmp_path / name)})
    for hook in (*WORKING, "post-receive"):
        script = hook_file.render(hook, paths, made_folder=False)
        assert script.startswith(b"#!/bin/sh\n" + hook_file.MARKER)
        settings = script.partition(b"\n\n")[0] + b'\nprintf %s "$fac_spool|$fac_hook|$fac_made_folder"\n'
        told = subprocess.run(["sh"], input=settings, capture_output=True, check=True).stdout
        assert told == os.fsencode(f"{paths.spool}|{hook}|")
        subprocess.run(["sh", "-n"], input=script, capture_output=True, check=True)


def test_a_folder_that_is_none_is_a_clear_error(location: Location, paths: Paths) -> None:
    folder = location.git_dir / "hooks"
    if folder.exists():
        shutil.rmtree(folder)
    folder.write_text("no folder")
    with pytest.raises(FullAutoCIError, match="cannot be changed"):
        hooks.install(location, paths)
    assert folder.read_text() == "no folder"
    assert states(location, paths) == ["missing"] * 3


def test_where_there_is_no_room_for_ours_theirs_stays(location: Location, paths: Paths, tmp_path: Path) -> None:
    """A real full disk, of a megabyte, in a namespace of its own."""
    unshare = shutil.which("unshare")
    if unshare is None:
        lacking("namespaces", "unshare is not installed")
    folder = location.git_dir / "hooks"
    folder.mkdir(exist_ok=True)
    script = f"""
mount -t tmpfs -o size=64k tmpfs '{folder}' && printf '#!/bin/sh\\necho mine\\n' > '{folder}/post-commit'
head -c 60k /dev/zero > '{folder}/full'
'{sys.executable}' -c '
import pathlib, sys
from fullautoci.errors import FullAutoCIError
from fullautoci.paths import Paths
from fullautoci.vcs.base import Location
from fullautoci.vcs.git import hooks
top = pathlib.Path(sys.argv[1])
try:
    hooks.install(Location(top / ".git", top, "working"), Paths.from_environment({{"FULLAUTOCI_HOME": sys.argv[2]}}))
except FullAutoCIError as error:
    print(error.message)
' '{location.worktree}' '{tmp_path}/home'
ls -A '{folder}'; cat '{folder}/post-commit'
"""
    done = subprocess.run(
        [unshare, "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "mount" in done.stderr:
        lacking("namespaces", done.stderr)
    assert "cannot be changed: No space left on device" in done.stdout, done.stderr
    assert done.stdout.endswith("full\npost-commit\n#!/bin/sh\necho mine\n")
