"""Jobs in a commit's Nix shell: real Nix, a store of the tests' own, the real daemon."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.home import Home
from tests.support.nix import NixStore, shell_flake
from tests.support.repository import SAMPLE, Repository

# A project's files, but for its environment: `auto` takes nix where there is a flake.
PLAIN = {name: text for name, text in SAMPLE.items() if name != ".fullautoci.yml"}
ECHO = "version: 1\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, say: {command: [sh, -c, '%s']}}\n"


@pytest.fixture
def inside(home: Home, nix_store: NixStore) -> Home:
    """A home whose daemon uses the store, with environments of its own."""
    home.env |= nix_store.variables
    home.share_no_environments()
    return home


def project(folder: Path, store: NixStore, flake: str, files: dict[str, str] | None = None) -> Repository:
    """A repository with a locked flake."""
    made = Repository(folder)
    made.write({**PLAIN, "flake.nix": flake, **(files or {})})
    store.lock(made.path)
    made.commit(message="first")
    return made


def results(home: Home, repository: Repository, sha: str = "") -> dict[str, Any]:
    """A commit's results, by tool; the repository is watched if it is not yet."""
    if not home.pid_lives():
        home.cli("init", cwd=repository.path)
    number = next(one["id"] for one in home.api().repositories() if one["worktree"] == str(repository.path))
    run = home.finished(number, sha or repository.head())
    return {job["tool"]: job for job in run["jobs"]} | {"run": run}


def log(home: Home, repository: Repository, tool: str) -> str:
    return home.cli("log", tool, cwd=repository.path)


def test_pylint_and_coverage_run_in_the_shell_of_the_flake(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    repository = project(tmp_path / "r", nix_store, shell_flake())
    found = results(inside, repository)
    for tool in ("pylint", "coverage"):
        job = found[tool]
        assert job["outcome"] == "passed", job
        assert job["environment"]["kind"] == "nix"
        assert job["environment"]["interpreter"].startswith("CPython 3.")
        assert job["environment"]["detail"]["store"].startswith(str(nix_store.folder / "store"))
        assert job["tool_version"]
    assert found["coverage"]["metrics"]["percent_lines"] == 100.0
    assert "resolving the Nix shell of flake.nix" in log(inside, repository, "pylint") + log(
        inside, repository, "coverage"
    )

    second = results(inside, repository, repository.commit({"calc.py": PLAIN["calc.py"] + "\n\nMORE = 1\n"}))
    assert second["pylint"]["environment"]["fingerprint"] == found["pylint"]["environment"]["fingerprint"]
    assert "resolving" not in log(inside, repository, "pylint") + log(inside, repository, "coverage")


def test_eight_jobs_at_once_resolve_a_new_flake_once(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    tools = ", ".join(f"t{n}: {{command: [sh, -c, 'echo $MARK']}}" for n in range(8))
    config = f"tools: {{pylint: {{enabled: false}}, coverage: {{enabled: false}}, {tools}}}\n"
    (inside.folder / "config.yml").write_text("workers: 8\n")
    flake = shell_flake((), more='MARK = "eight";')
    repository = project(tmp_path / "r", nix_store, flake, {".fullautoci.yml": config})
    found = results(inside, repository)
    assert [found[f"t{n}"]["outcome"] for n in range(8)] == ["passed"] * 8
    logs = [log(inside, repository, f"t{n}") for n in range(8)]
    assert all("eight" in text for text in logs)
    assert sum("resolving the Nix shell" in text for text in logs) == 1


def test_a_wrong_guess_is_found_out_and_the_job_done_again(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    flake = shell_flake((), more="MARK = builtins.readFile ./mark.txt;")
    files = {".fullautoci.yml": ECHO % "echo it is $MARK", "mark.txt": "one"}
    repository = project(tmp_path / "r", nix_store, flake, files)
    first = results(inside, repository)["say"]
    assert "it is one" in log(inside, repository, "say")

    second = results(inside, repository, repository.commit({"mark.txt": "two"}))["say"]
    said = log(inside, repository, "say")
    assert said.index("it is one") < said.index("it is done again") < said.index("it is two")
    assert second["environment"]["fingerprint"] != first["environment"]["fingerprint"]

    third = results(inside, repository, repository.commit({"mark.txt": "three"}))["say"]
    assert third["outcome"] == "passed"
    said = log(inside, repository, "say")
    assert "it is three" in said
    assert "done again" not in said  # what has been wrong once is not guessed any more


def test_what_the_hook_sets_and_makes_is_there_in_each_job(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    hook = "export HERE=$PWD/inner MINE=$HOME\necho made >from-hook.txt\nexport PYTHONPATH=$PWD/lib"
    command = "cat from-hook.txt && test $HERE = $PWD/inner && case $PYTHONPATH in *$PWD/lib) echo good;; esac"
    repository = project(tmp_path / "r", nix_store, shell_flake((), hook), {".fullautoci.yml": ECHO % command})
    for number in range(3):
        found = results(inside, repository, repository.commit({"n": str(number)}))
        assert found["say"]["outcome"] == "passed", found["say"]
        assert "made\ngood" in log(inside, repository, "say")


def test_a_hook_that_only_sets_variables_is_not_run_again(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    count = tmp_path / "count"
    hook = f"echo x >>{count}\nexport HERE=$PWD/inner"
    command = "test $HERE = $PWD/inner && echo good"
    repository = project(tmp_path / "r", nix_store, shell_flake((), hook), {".fullautoci.yml": ECHO % command})
    for number in range(3):
        assert results(inside, repository, repository.commit({"n": str(number)}))["say"]["outcome"] == "passed"
    assert count.read_text() == "x\n"


def test_a_garbage_collection_takes_nothing_that_is_kept(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    repository = project(
        tmp_path / "r", nix_store, shell_flake((), more='MARK = "kept";'), {".fullautoci.yml": ECHO % "echo $MARK"}
    )
    store = Path(results(inside, repository)["say"]["environment"]["detail"]["store"])
    nix_store.run("nix-collect-garbage", "-d")
    assert store.exists()
    assert results(inside, repository, repository.commit({"n": "1"}))["say"]["outcome"] == "passed"
    assert "resolving" not in log(inside, repository, "say")
    inside.cli("env", "prune", "--all")
    nix_store.run("nix-collect-garbage", "-d")
    assert not store.exists()
    assert results(inside, repository, repository.commit({"n": "2"}))["say"]["outcome"] == "passed"
    assert "resolving" in log(inside, repository, "say")


def test_it_works_with_the_sandbox_on(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    (inside.folder / "config.yml").write_text("sandbox: on\n")
    hook = "export SEEN=$(cat $HOME_OF_USER/.ssh/key 2>/dev/null || echo nothing)"
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/key").write_text("private")
    config = "env: {A: b}\ntools: {say: {command: [sh, -c, 'echo hook saw $SEEN']}}\n"
    flake = shell_flake(hook=hook, more=f'HOME_OF_USER = "{tmp_path}";')
    repository = project(tmp_path / "r", nix_store, flake, {".fullautoci.yml": config})
    found = results(inside, repository)
    for tool in ("pylint", "coverage", "say"):
        assert found[tool]["outcome"] == "passed", found[tool]
        assert found[tool]["environment"]["detail"]["sandbox"] == "bubblewrap, on"
    assert "hook saw nothing" in log(inside, repository, "say")


def test_a_classic_shell_reads_nothing_of_the_machine_with_the_sandbox_on(
    inside: Home, nix_store: NixStore, tmp_path: Path
) -> None:
    inside.env["NIX_PATH"] = f"nixpkgs={nix_store.stub()}"
    secret = tmp_path / "secret"
    secret.write_text("private")
    text = "{ pkgs ? import <nixpkgs> { } }: pkgs.mkShell { packages = [ pkgs.python3 ]; MARK = %s; }\n"
    (inside.folder / "config.yml").write_text("sandbox: on\n")
    repository = Repository(tmp_path / "r")
    repository.commit({**PLAIN, "shell.nix": text % '"plain"', ".fullautoci.yml": ECHO % "echo it is $MARK"})
    job = results(inside, repository)["say"]
    assert job["outcome"] == "passed", job
    assert "it is plain" in log(inside, repository, "say")
    job = results(inside, repository, repository.commit({"shell.nix": text % f"builtins.readFile {secret}"}))["say"]
    assert job["outcome"] == "errored"
    assert "restricted" in job["reason"] + job["hint"]
    assert "private" not in log(inside, repository, "say")
