"""What goes wrong with a commit's Nix shell is *errored*, in Nix's own words and with what would help; never a pass."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.test_nix import ECHO, PLAIN, log, project, results
from tests.e2e.test_nix import inside as inside
from tests.support.home import Home
from tests.support.namespace import HomeInside, Namespace
from tests.support.nix import NixStore, python_packages, shell_flake
from tests.support.patience import until
from tests.support.repository import Repository

SAY = {".fullautoci.yml": ECHO % "echo $MARK"}


def errored(home: Home, repository: Repository, tool: str = "say") -> str:
    """The reason and hint of a job that must be errored in no other environment."""
    job = results(home, repository)[tool]
    assert job["outcome"] == "errored", (job["outcome"], job["reason"], job["hint"])
    assert job["environment"].get("kind", "nix") == "nix"
    return f"{job['reason']}\n{job['hint']}"


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda text: text.replace("outputs =", "outputs = ="), "syntax error"),
        (lambda text: text.replace("pkgs.git", "pkgs.nothing-of-the-kind"), "'nothing-of-the-kind' missing"),
        (lambda text: text.replace("devShells", "somethingElse"), "does not provide attribute"),
        (lambda text: text.replace("pkgs.git", '(throw "no git for you")'), "no git for you"),
        (lambda text: text.replace("pkgs.git", "(let x = x; in x)"), "infinite recursion"),
    ],
)
def test_a_flake_that_cannot_be_evaluated(
    break_it: Callable[[str], str], words: str, inside: Home, nix_store: NixStore, tmp_path: Path
) -> None:
    repository = Repository(tmp_path / "r")
    repository.write({**PLAIN, **SAY, "flake.nix": shell_flake(())})
    nix_store.lock(repository.path)
    repository.commit({"flake.nix": break_it(shell_flake(()))})
    assert words in errored(inside, repository)


def test_a_shell_that_cannot_be_built(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    script = '[ "-c" "echo broken by hand >&2; exit 3" ]'
    bad = f'extra = derivation {{ inherit system; name = "bad"; builder = "/bin/sh"; args = {script}; }};'
    repository = project(tmp_path / "r", nix_store, shell_flake((), more=bad), SAY)
    said = errored(inside, repository)
    assert "failed with exit code 3" in said
    assert "broken by hand" in log(inside, repository, "say")


def test_a_shell_of_a_name_that_is_not_there(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    config = SAY[".fullautoci.yml"] + "environment: {nix: {shell: ci}}\n"
    repository = project(tmp_path / "r", nix_store, shell_flake(()), {".fullautoci.yml": config})
    assert "does not provide attribute" in errored(inside, repository)
    repository.commit({"flake.nix": shell_flake((), name="ci")})
    assert results(inside, repository)["say"]["outcome"] == "passed"


def test_a_tool_that_the_shell_lacks_is_named_and_may_be_brought(
    inside: Home, nix_store: NixStore, tmp_path: Path
) -> None:
    repository = project(tmp_path / "r", nix_store, shell_flake(["coverage", "pytest"]))
    said = errored(inside, repository, "pylint")
    assert "the Nix shell has no pylint" in said
    assert "tools: fullautoci" in said
    assert results(inside, repository)["coverage"]["outcome"] == "passed"

    repository.commit({".fullautoci.yml": "environment: {nix: {tools: fullautoci}}\n"})
    job = results(inside, repository)["pylint"]
    assert job["outcome"] == "passed", job
    assert job["environment"]["detail"]["tools"].startswith("of fullautoci: pylint ")
    assert job["tool_version"] in job["environment"]["detail"]["tools"]


def test_an_input_that_cannot_be_reached_is_told_of_in_seconds(
    inside: Home, nix_store: NixStore, tmp_path: Path
) -> None:
    repository = Repository(tmp_path / "r")
    repository.write({**PLAIN, **SAY, "flake.nix": shell_flake(()).replace("nixos-unstable", "nixos-23.05")})
    nix_store.lock(repository.path, fetched=False)
    repository.commit()
    said = errored(inside, repository)
    assert results(inside, repository)["say"]["duration_s"] < 10
    assert "the network is not there" in said
    assert "trying with what nix has already" in log(inside, repository, "say")


def test_without_nix_it_says_how_to_get_it(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    programs = tmp_path / "programs"
    programs.mkdir()
    for folder in inside.env["PATH"].split(":"):
        for path in Path(folder).iterdir() if Path(folder).is_dir() else ():
            if not path.name.startswith("nix") and not (programs / path.name).is_symlink():
                (programs / path.name).symlink_to(path)
    inside.env["PATH"] = str(programs)
    config = SAY[".fullautoci.yml"] + "environment: nix\n"
    repository = project(tmp_path / "r", nix_store, shell_flake(()), {".fullautoci.yml": config})
    said = errored(inside, repository)
    assert "nix is not installed" in said
    assert "install Nix" in said


def test_without_a_file_of_nix_it_says_so(inside: Home, tmp_path: Path) -> None:
    repository = Repository(tmp_path / "r")
    repository.commit({**PLAIN, ".fullautoci.yml": SAY[".fullautoci.yml"] + "environment: nix\n"})
    assert "no flake.nix and no shell.nix" in errored(inside, repository)


def test_a_hook_that_leaves_is_no_shell(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    repository = project(tmp_path / "r", nix_store, shell_flake((), "exit 0"), SAY)
    assert "the shell's hook ended" in errored(inside, repository)


def test_a_classic_shell_at_the_commit_and_of_a_name(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    inside.env["NIX_PATH"] = f"nixpkgs={nix_store.stub()}"
    text = '{ pkgs ? import <nixpkgs> { } }: { ci = pkgs.mkShell { packages = [ pkgs.python3 ]; MARK = "%s"; }; }\n'
    config = SAY[".fullautoci.yml"] + "environment: {nix: {shell: ci}}\n"
    repository = Repository(tmp_path / "r")
    repository.commit({**PLAIN, "shell.nix": text % "classic", ".fullautoci.yml": config})
    repository.write({"shell.nix": text % "dirty"})
    job = results(inside, repository)["say"]
    assert job["outcome"] == "passed", job
    assert "classic" in log(inside, repository, "say")
    assert job["environment"]["detail"]["file"] == "shell.nix"


@pytest.fixture
def nix_daemon(nix_store: NixStore, tmp_path: Path) -> Iterator[str]:
    """A Nix daemon for the store; its address."""
    socket = nix_store.folder / "d.sock"
    env = {**nix_store.env, "NIX_DAEMON_SOCKET_PATH": str(socket)}
    with (tmp_path / "nix-daemon.log").open("wb") as said:
        process = subprocess.Popen(["nix-daemon"], env=env, stdout=said, stderr=said, stdin=subprocess.DEVNULL)
    try:
        until(socket.exists, 20, "the Nix daemon's socket")
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(20)
        socket.unlink(missing_ok=True)


def test_a_nix_with_a_daemon(inside: Home, nix_store: NixStore, nix_daemon: str, tmp_path: Path) -> None:
    inside.env["NIX_REMOTE"] = nix_daemon
    repository = project(tmp_path / "r", nix_store, shell_flake((), more='MARK = "by a daemon";'), SAY)
    assert results(inside, repository)["say"]["outcome"] == "passed"
    assert "by a daemon" in log(inside, repository, "say")
    assert results(inside, repository, repository.commit({"n": "1"}))["say"]["outcome"] == "passed"


def test_a_nix_whose_daemon_is_not_there(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    repository = project(tmp_path / "r", nix_store, shell_flake(()), SAY)
    inside.env["NIX_REMOTE"] = f"unix://{tmp_path}/no-such.sock"
    assert "cannot connect to" in errored(inside, repository)


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to somebody else")
def test_a_repository_of_somebody_elses(inside: Home, nix_store: NixStore, tmp_path: Path) -> None:
    repository = project(tmp_path / "r", nix_store, shell_flake((), more='MARK = "theirs";'), SAY)
    assert results(inside, repository)["say"]["outcome"] == "passed"
    repository.env |= {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
    subprocess.run(["chown", "-R", "65534:65534", str(repository.path)], check=True)
    repository.commit({"flake.nix": shell_flake((), more='MARK = "theirs now";')})
    inside.api().scan(1)
    assert results(inside, repository)["say"]["outcome"] == "passed"
    assert "theirs now" in inside.api().log(results(inside, repository)["say"]["id"], 0)[0].decode()
    said = inside.run("init", cwd=repository.path)
    assert (said.returncode, "belongs to another user" in said.stderr) == (2, True)


def test_a_store_that_is_full(
    home: Home, tmp_path_factory: pytest.TempPathFactory, worker_id: str, short_tmp: Path, tmp_path: Path
) -> None:
    base = tmp_path_factory.getbasetemp()
    shared = (base if worker_id == "master" else base.parent) / "nix-python"
    store = NixStore(short_tmp / "nix", python_packages(shared))
    repository = project(tmp_path / "r", store, shell_flake(()), SAY)
    home.env |= store.variables
    home.share_no_environments()
    inside = HomeInside(home, Namespace(store.folder, 200))
    try:
        inside.fill()
        said = errored(inside, repository)
        assert "the Nix store is full" in said
        assert "nix-collect-garbage" in said
        inside.free()
        inside.cli("rerun", "1")
        number = inside.api().repositories()[0]["id"]
        until(lambda: inside.finished(number, repository.head())["outcome"] == "passed", 60, "the second run")
    finally:
        inside.close()
        store.close()
