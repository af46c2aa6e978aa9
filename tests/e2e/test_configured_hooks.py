"""Git's own configured hooks (2.54 and newer), where ours may not stand in the hooks folder."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.e2e.test_ways_in import QUICK
from tests.support.home import Home
from tests.support.parts import lacking
from tests.support.repository import Repository


@pytest.fixture
def new_git(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A git that has them, first on PATH: this machine's, or one in the folder that FULLAUTOCI_NEW_GIT names."""
    folder = os.environ.get("FULLAUTOCI_NEW_GIT", "")
    path = f"{folder}:{os.environ['PATH']}" if folder else os.environ["PATH"]
    program = shutil.which("git", path=path)
    said = subprocess.run([program or "git", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < (2, 54):
        lacking("git-2.54", f"this is {said.strip()}; FULLAUTOCI_NEW_GIT may name a folder that has a newer one")
    monkeypatch.setenv("PATH", path)
    home.env["PATH"] = path


@pytest.mark.parametrize("kind", ["shared", "tracked"])
def test_configured_hooks_tell_of_commits(new_git: None, home: Home, tmp_path: Path, kind: str) -> None:
    repository = Repository(tmp_path / "r")
    ran = tmp_path / "ran"
    folder = tmp_path / "shared" if kind == "shared" else repository.path / ".githooks"
    folder.mkdir()
    (folder / "post-commit").write_text(f"#!/bin/sh\necho ran >> '{ran}'\n")
    (folder / "post-commit").chmod(0o755)
    repository.git("config", "core.hooksPath", str(folder))
    repository.commit({".fullautoci.yml": QUICK}, "first")
    before = (repository.path / ".git/config").read_bytes()
    count = len(ran.read_text().splitlines())
    home.cli("init", "--wait", cwd=repository.path)
    states = {hook["name"]: hook["state"] for hook in home.json("hooks", "status", cwd=repository.path)["hooks"]}
    assert states["post-commit"] == "configured"
    sha = repository.commit({"a": "1"})
    run = home.finished(1, sha)
    assert run["outcome"] == "passed"
    assert "post-commit" in home.told(sha)
    assert len(ran.read_text().splitlines()) == count + 1
    assert "arrived" in home.json("hooks", "status", cwd=repository.path)["probe"]
    repository.git("switch", "--quiet", "--create", "topic", "HEAD~1")
    repository.commit({"b": "1"})
    repository.git("rebase", "--quiet", "main")
    assert home.finished(1, repository.head())["outcome"] == "passed"
    assert repository.git("status", "--porcelain") == ""
    home.cli("deinit", cwd=repository.path)
    assert (repository.path / ".git/config").read_bytes() == before
    assert not (repository.path / ".git/fullautoci").exists()
    assert (folder / "post-commit").read_text().startswith("#!/bin/sh\necho ran")
