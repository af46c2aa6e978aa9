"""`env`: environments that are kept are listed, prepared ahead, and removed when nobody uses them."""

import json
from pathlib import Path

import pytest

from tests.e2e.test_nix import ECHO, PLAIN, project
from tests.e2e.test_nix import inside as inside
from tests.support.home import Home
from tests.support.nix import NixStore, shell_flake
from tests.support.patience import until
from tests.support.repository import Repository

WAITING = "environment: venv\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, w: {command: [sh, w.sh]}}\n"


@pytest.mark.network
def test_what_is_prepared_is_listed_used_and_removed(own: Home, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit({**PLAIN, ".fullautoci.yml": "environment: host\n"})
    own.cli("init", "--wait", cwd=repository.path)
    gate = tmp_path / "gate"
    own.cli("pause")
    sha = repository.commit({"w.sh": f"until test -e {gate}; do sleep 0.1; done\n", ".fullautoci.yml": WAITING})
    until(lambda: own.told(sha), 30, "the commit")
    assert own.json("env", "list") == []

    said = own.run("env", "prepare", sha, cwd=repository.path)
    assert said.returncode == 0, said.stderr
    assert "w: venv, CPython 3." in said.stderr
    (kept,) = own.json("env", "list")
    assert (kept["kind"], kept["complete"]) == ("venv", True)
    assert kept["bytes"] > 1_000_000
    assert kept["key"] in own.cli("env", "list")

    own.cli("resume")
    until(lambda: any(job["state"] == "running" for job in own.api().status()["running"]), 60, "the job")
    assert own.json("env", "list")[0]["in_use"] is True
    stays = own.run("env", "prune", "--all", "--json")
    assert json.loads(stays.stdout) == []
    assert "a job uses it" in stays.stderr
    gate.touch()
    assert own.finished(1, sha)["outcome"] == "passed"

    assert own.json("env", "prune") == []  # it was used a moment ago
    (would,) = own.json("env", "prune", "--all", "--dry-run")
    assert Path(would["path"]).is_dir()
    (gone,) = own.json("env", "prune", "--all")
    assert gone["path"] == would["path"]
    assert not Path(gone["path"]).exists()
    assert own.json("env", "list") == []


def test_a_nix_shell_is_prepared_without_a_daemon(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    files = {".fullautoci.yml": ECHO % "echo $MARK"}
    repository = project(tmp_path / "r", nix_store, shell_flake((), more='MARK = "x";'), files)
    inside.cli("init", "--wait", cwd=repository.path)
    inside.cli("env", "prune", "--all")
    inside.stop()
    said = inside.run("env", "prepare", cwd=repository.path)
    assert said.returncode == 0, said.stderr
    assert "resolving the Nix shell" in said.stderr
    (kept,) = inside.json("env", "list")
    assert kept["detail"]["store"].startswith(str(nix_store.folder))


def test_what_cannot_be_prepared_is_said(own: Home, tmp_path: Path) -> None:
    config = "environment: {venv: {python: '3.99'}}\n" + ECHO % "true"
    repository = Repository(tmp_path / "r")
    repository.commit({**PLAIN, ".fullautoci.yml": config})
    own.run("init", "--wait", cwd=repository.path)
    said = own.run("env", "prepare", cwd=repository.path)
    assert said.returncode == 1
    assert "3.99" in said.stderr
    repository.commit({"n": "1"})
    own.stop()
    unknown = own.run("env", "prepare", repository.commit({"n": "2"}), cwd=repository.path)
    assert unknown.returncode != 0
    assert "does not have" in unknown.stderr
