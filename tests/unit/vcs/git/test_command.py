"""The wrapper around git: a clean environment, and nothing of a repository's is executed."""

import subprocess
from pathlib import Path

import pytest

from fullautoci.errors import VcsError
from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import GLOBAL_CONFIG, Git, write_global_config
from fullautoci.vcs.git.mirror import GitMirror
from fullautoci.vcs.git.repository import GitVcs
from tests.support.repository import Repository
from tests.unit.vcs.git.conftest import names_of_variables


def state(repository: Repository) -> dict[str, bytes]:
    return {
        str(path.relative_to(repository.path)): path.read_bytes()
        for path in repository.path.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", names_of_variables())
def test_no_variable_sends_git_to_another_repository(
    name: str, source: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoy = Repository(tmp_path / "decoy")
    decoy.commit({"decoy": "untouched"})
    before = state(decoy)
    inside = decoy.path / ".git"
    places = {
        "GIT_DIR": inside, "GIT_COMMON_DIR": inside, "GIT_WORK_TREE": decoy.path, "GIT_INDEX_FILE": inside / "index",
        "GIT_OBJECT_DIRECTORY": inside / "objects", "GIT_ALTERNATE_OBJECT_DIRECTORIES": inside / "objects",
        "GIT_GRAFT_FILE": inside / "HEAD", "GIT_SHALLOW_FILE": inside / "refs/heads/main", "GIT_PREFIX": "folder/",
        "GIT_CONFIG": inside / "config", "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_PARAMETERS": "'core.bare=true'",
        "GIT_IMPLICIT_WORK_TREE": "0", "GIT_NO_REPLACE_OBJECTS": "1", "GIT_REPLACE_REF_BASE": "refs/heads/",
    }  # fmt: skip
    monkeypatch.setenv(name, str(places.get(name, inside)))
    if name == "GIT_CONFIG_COUNT":
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "core.worktree")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(decoy.path))
    sha = source.path.joinpath(".git/refs/heads/main").read_text().strip()
    write_global_config(tmp_path / "config")
    git = Git(tmp_path / "config")
    assert git("rev-parse", "--show-toplevel", cwd=source.path).decode().strip() == str(source.path)
    made = GitMirror.open(git, tmp_path / "mirror")
    assert made.fetch(str(source.path / ".git"), [sha]) == []
    assert made.contains(sha)
    assert len(made.snapshot(source.path, source.path / ".git")) == 40
    assert state(decoy) == before


@pytest.mark.parametrize("spelling", ["local", "home"])
def test_nothing_that_a_repository_or_user_configured_is_executed(
    git: Git, source: Repository, mirror: GitMirror, tmp_path: Path, spelling: str
) -> None:
    canary = tmp_path / "canary"
    script = tmp_path / "run-me"
    script.write_text(f"#!/bin/sh\ntouch '{canary}'\ncat\n")
    script.chmod(0o755)
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "post-index-change", "pre-commit"):
        (hooks / name).symlink_to(script)
        (source.path / ".git/hooks").mkdir(exist_ok=True)
        (source.path / ".git/hooks" / name).unlink(missing_ok=True)
        (source.path / ".git/hooks" / name).symlink_to(script)
    flag = "--local" if spelling == "local" else "--global"
    for key, value in (
        ("core.fsmonitor", script), ("core.hooksPath", hooks), ("filter.x.smudge", script), ("filter.x.clean", script),
        ("filter.x.process", script), ("core.sshCommand", script), ("uploadpack.packObjectsHook", script),
        ("diff.external", script), ("core.pager", script), ("core.askPass", script), ("credential.helper", script),
    ):  # fmt: skip
        source.git("config", flag, key, str(value))
    (source.path / ".gitattributes").write_text("* filter=x diff=x\n")
    canary.unlink(missing_ok=True)
    vcs, sha = GitVcs(git), source.path.joinpath(".git/refs/heads/main").read_text().strip()
    assert vcs.refs(vcs.locate(source.path).git_dir) == {"refs/heads/main": vcs.resolve(source.path / ".git", "HEAD")}
    assert not canary.exists()
    assert mirror.fetch(str(source.path / ".git"), [sha]) == []
    assert not canary.exists()
    mirror.snapshot(source.path, source.path / ".git")
    assert not canary.exists()
    assert Slot(git, tmp_path / "slot", mirror.path).checkout(sha).is_dir()
    assert not canary.exists()


@pytest.mark.parametrize("url", ["ext::sh -c 'touch canary'", "fd::3", "git://127.0.0.1:1/x", "http://127.0.0.1:1/x"])
def test_protocols_that_were_not_allowed_are_refused(git: Git, mirror: GitMirror, tmp_path: Path, url: str) -> None:
    with pytest.raises(VcsError, match="not allowed"):
        git("ls-remote", "--", url, cwd=tmp_path)
    with pytest.raises(VcsError, match="not allowed"):
        mirror.fetch(url, [])
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("url", ["--upload-pack=touch canary", "-utouch canary"])
def test_a_source_is_no_option(mirror: GitMirror, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(VcsError):
        mirror.fetch(url, [])
    assert not list(tmp_path.rglob("canary"))


def test_a_bare_repository_buried_in_a_tree_is_not_entered(git: Git, source: Repository) -> None:
    buried = Repository(source.path / "folder" / "buried.git", bare=True)
    with pytest.raises(VcsError, match="bare"):
        git("rev-parse", "--git-dir", cwd=buried.path)


def test_errors_are_one_plain_line_and_name_what_lacks(
    git: Git, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(VcsError, match="git rev-parse: fatal: "):
        git("rev-parse", "--verify", "\x1b[31mnothing", cwd=tmp_path)
    with pytest.raises(VcsError, match="there is no folder"):
        git("status", cwd=tmp_path / "missing")
    with pytest.raises(VcsError, match="did not end within"):
        git("-c", "alias.wait=!sleep 60", "wait", timeout=0.3)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(VcsError, match="not installed"):
        Git(None)("status")


@pytest.mark.parametrize("argument", ["a\0b", "a\ud800b"])
def test_arguments_that_no_program_can_be_given_are_a_vcs_error(git: Git, argument: str, tmp_path: Path) -> None:
    with pytest.raises(VcsError):
        git("rev-parse", argument, cwd=tmp_path)


def test_our_configuration_is_written_once_and_is_valid(tmp_path: Path) -> None:
    path = tmp_path / "config"
    write_global_config(path)
    inode = path.stat().st_ino
    write_global_config(path)
    assert path.stat().st_ino == inode
    path.write_text("[core]\n\tfsmonitor = evil\n")
    write_global_config(path)
    assert path.read_text() == GLOBAL_CONFIG
    done = subprocess.run(
        ["git", "config", "--file", path, "--get", "safe.bareRepository"], capture_output=True, check=True
    )
    assert done.stdout == b"explicit\n"
    assert [entry.name for entry in tmp_path.iterdir()] == ["config"]
