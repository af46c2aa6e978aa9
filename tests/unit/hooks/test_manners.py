"""What the hooks never do: fail, slow or silence a commit, or take the place of a hook that stood there."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fullautoci.vcs.git import hook_file, hooks
from tests.unit.hooks.watched import Watched, commit


def test_the_hook_that_stood_there_gets_its_arguments_and_input(watched: Watched) -> None:
    watched.chain("post-rewrite", 'printf "%s|" "$@" > told; cat >> told')
    old = watched.commit()
    watched.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "amended")
    assert (watched.path / "told").read_text().strip() == f"amend|{old} {watched.head()}"
    watched.chain("post-commit", 'echo "ran with $# in $PWD"; exit 7')
    done = commit(watched.path, watched)
    assert done.returncode == 0
    assert done.stdout + done.stderr == f"ran with 0 in {watched.path}\n"


def test_a_hook_that_was_not_executable_is_not_run(watched: Watched) -> None:
    watched.chain("post-commit", "echo ran >&2")
    previous = hooks.folder_of(watched.location).path / "post-commit.before-fullautoci"
    previous.chmod(0o644)
    done = commit(watched.path, watched)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("loss", ["no folder", "a file", "no home"])
def test_a_spool_that_cannot_be_written_costs_one_line_and_no_commit(watched: Watched, loss: str) -> None:
    watched.paths.spool.rmdir()
    if loss == "a file":
        watched.paths.spool.touch()
    if loss == "no home":
        watched.paths.state.rename(watched.paths.state.with_name("moved"))
    done = commit(watched.path, watched)
    assert done.returncode == 0
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"fullautoci: this event could not be written to {watched.paths.spool}")
    assert watched.git("rev-list", "--count", "HEAD") == "1"


def test_nothing_of_the_commits_output_is_kept_open(watched: Watched) -> None:
    began = time.monotonic()
    script = "for n in 1 2 3; do git commit --quiet --allow-empty -m x 2>&1 | cat; done"
    done = subprocess.run(["sh", "-c", script], cwd=watched.path, env=watched.env, capture_output=True, check=True)
    took = time.monotonic() - began
    assert done.stdout + done.stderr == b""
    pushing = [path for path in watched.paths.spool.iterdir() if path.name == ".poke"]
    assert pushing, "no poke was started, so there was nothing to be kept waiting by"
    assert took < 3 * 0.9, "each commit waited for its poke, which lives for a second"
    assert len(watched.events()) == 3


def test_a_missing_interpreter_is_no_trouble(watched: Watched) -> None:
    hook = watched.location.git_dir / "hooks" / "post-commit"
    python = os.fsencode(Path(sys.executable).resolve())
    hook.write_bytes(hook.read_bytes().replace(python, b"/nowhere/python3"))
    done = commit(watched.path, watched)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(watched.events()) == 1


def test_many_commits_at_once_are_all_spooled(watched: Watched, tmp_path: Path) -> None:
    watched.commit()
    watched.events()
    places = [tmp_path / f"w{n}" for n in range(6)]
    for place in places:
        watched.git("worktree", "add", "--quiet", "-b", place.name, str(place))
    running = [
        subprocess.Popen(["git", "commit", "--quiet", "--allow-empty", "-m", "x"], cwd=place, env=watched.env)
        for place in places
    ]
    assert [one.wait(60) for one in running] == [0] * 6
    assert {event.updates[0].ref for event in watched.events()} == {f"refs/heads/w{n}" for n in range(6)}


def test_trying_ours_out_runs_nobody_elses(watched: Watched) -> None:
    watched.chain("post-commit", "echo deployed > deployed")
    hooks.try_out(watched.location, "post-commit", "tried-out")
    assert [event.id for event in watched.events()] == ["tried-out"]
    assert not (watched.path / "deployed").exists()
    watched.commit()
    assert (watched.path / "deployed").exists()


@pytest.mark.parametrize("path", ["", "/nowhere", None])
def test_a_client_that_has_no_path_is_served(watched: Watched, path: str | None) -> None:
    git = shutil.which("git")
    assert git is not None
    watched.chain("post-commit", 'echo "PATH=$PATH" > told')
    env = {name: value for name, value in watched.env.items() if name != "PATH"} | (
        {} if path is None else {"PATH": path}
    )
    command = [git, "commit", "--quiet", "--allow-empty", "--message", "x"]
    done = subprocess.run(command, cwd=watched.path, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(watched.events()) == 1
    told = (watched.path / "told").read_text()
    assert hook_file.FALLBACK_PATH not in told or path is None, "the other hook has the path that it would have had"


@pytest.mark.parametrize("shell", ["sh", "/usr/bin/env sh", "/usr/bin/env bash"])
def test_a_script_that_stood_there_sees_its_own_name_and_its_arguments(watched: Watched, shell: str) -> None:
    hook = hooks.folder_of(watched.location).path / "post-rewrite"
    hooks.uninstall(watched.location)
    shebang = f"#!{shell if '/' in shell else '/bin/' + shell}"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'{shebang}\necho "$(basename "$0") $# $1 $(wc -l)" > told\nexit 3\n')
    hook.chmod(0o755)
    hooks.install(watched.location, watched.paths)
    watched.commit()
    watched.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "amended")
    assert (watched.path / "told").read_text().split() == ["post-rewrite", "1", "amend", "1"]
