"""The flake's packages, shells and overlay; the package's program and daemon."""

import json
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.nix.conftest import Flake, copied
from tests.support.home import Home
from tests.support.nix import ROOT, TOOLS
from tests.support.repository import Repository

SYSTEMS = {"x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def requirements(*, linux: bool) -> set[str]:
    """What the program needs, by the names that nixpkgs has for it."""
    lines = [line for line in PROJECT["dependencies"] if linux or "linux" not in line]
    return {re.split(r"[^\w-]", line)[0].replace("_", "-") for line in lines}


def test_the_flake_has_everything_for_each_system(flake: Flake) -> None:
    shown = json.loads(flake.nix("flake", "show", "--json"))
    for kind, names in {
        "packages": {"default", "fullautoci"},
        "apps": {"default"},
        "checks": {"fullautoci"},
        "devShells": {"default", "tools"},
    }.items():
        assert {system: set(found) for system, found in shown[kind].items()} == dict.fromkeys(SYSTEMS, names)
    assert shown["packages"]["aarch64-darwin"]["default"]["name"] == f"fullautoci-{PROJECT['version']}"
    assert shown["overlays"]["default"]["type"] == "nixpkgs-overlay"
    assert shown["nixosModules"]["default"]["type"] == "nixos-module"
    assert {"homeModules", "homeManagerModules"} <= set(shown)


def test_the_flake_passes_its_check(flake: Flake, package: Path) -> None:
    assert flake.store.run("nix", "flake", "check", cwd=flake.folder).returncode == 0
    assert flake.json("packages.x86_64-linux.default.meta.mainProgram") == "fullautoci"


def test_the_development_shell_has_what_make_needs_and_no_tools(flake: Flake) -> None:
    words = "python3 -c 'import sys, venv' && git --version && make --version && ! python3 -m pylint --version"
    flake.nix("develop", "--ignore-environment", "--command", "sh", "-c", words)


@pytest.mark.parametrize("tool", TOOLS)
def test_the_tools_are_in_their_shell(flake: Flake, tool: str) -> None:
    said = flake.nix("develop", ".#tools", "--ignore-environment", "--command", "python3", "-m", tool, "--version")
    assert tool in said.lower()


def test_the_tools_come_of_a_users_own_packages(flake: Flake) -> None:
    stub, tools = flake.store.stub(), flake.folder / "nix/tools.nix"
    whole = f"import {tools} {{ pkgs = import {stub} {{ }}; }}"
    link = flake.store.folder / "result-tools"
    flake.nix("build", "--impure", "--expr", whole, "--out-link", str(link))
    code = f"import {', '.join(TOOLS)}, sys; print(sys.executable)"
    done = flake.store.run(str(link.resolve() / "bin/python3"), "-c", code)
    assert done.stdout.startswith(str(flake.store.folder / "store")), done.stderr

    own = f"import {tools} {{ pkgs = throw {{ }}; python.withPackages = choose: choose"
    names = "{ pylint = 1; coverage = 2; pytest = 3; }"
    assert flake.nix("eval", "--impure", "--expr", f"{own} {names}; }}") == "[ 1 2 3 ]\n"


def test_the_overlay_adds_the_same_package(flake: Flake, system: str) -> None:
    overlay = f'(builtins.getFlake "path:{flake.folder}").overlays.default'
    packages = f"import {flake.store.stub()} {{ overlays = [ ({overlay}) ]; }}"
    found = flake.nix("eval", "--impure", "--raw", "--expr", f"({packages}).fullautoci.drvPath")
    assert found == flake.json(f"packages.{system}.default.drvPath")


@pytest.mark.parametrize("system", sorted(SYSTEMS))
def test_the_package_needs_what_the_project_asks_for(flake: Flake, system: str) -> None:
    names = flake.json(f"packages.{system}.default.module.dependencies", "map (package: package.pname)")
    assert len(names) == len(set(names))
    assert set(names) == requirements(linux=system.endswith("linux"))


def test_packages_that_do_not_suit_the_project_are_refused(flake: Flake, tmp_path: Path) -> None:
    other = copied(tmp_path / "other")
    text = (other / "pyproject.toml").read_text()
    (other / "pyproject.toml").write_text(re.sub(r'"rich>=.*"', '"rich>=1,<2"', text))
    flake.store.lock(other)
    assert "rich<2,>=1 is wanted, and there is" in Flake(other, flake.store).refused("build", "--no-link", "-L")


def test_the_program_runs_and_finds_its_own_programs(package: Path, tmp_path: Path) -> None:
    program = str(package / "bin/fullautoci")
    empty = {"PATH": "", "HOME": str(tmp_path), "FULLAUTOCI_HOME": str(tmp_path / "h")}
    said = subprocess.run([program, "--version"], env=empty, capture_output=True, text=True, check=True).stdout
    assert said == f"fullautoci, version {PROJECT['version']}\n"
    made = Repository(tmp_path / "r")
    done = subprocess.run(
        [program, "doctor", "--json"], env=empty, cwd=made.path, capture_output=True, text=True, check=False
    )
    rows = {row["what"]: row["state"] for row in json.loads(done.stdout)}
    assert rows["git"] == rows["uv"] == "ok", done.stdout


def test_the_package_finds_the_tools_that_a_dev_shell_may_lack(flake: Flake, package: Path, system: str) -> None:
    python = Path(flake.json(f"packages.{system}.default.python.outPath")) / "bin/python3"
    code = "import fullautoci; print(fullautoci.__path__[0])"
    where = flake.store.run(str(python), "-c", code).stdout.strip()
    assert (Path(where) / "nix/tools.nix").read_text() == (ROOT / "nix/tools.nix").read_text()


def test_the_app_is_the_program(flake: Flake, package: Path) -> None:
    assert flake.nix("run", ".", "--", "--version") == f"fullautoci, version {PROJECT['version']}\n"


def test_the_packaged_daemon_tests_a_commit(
    package: Path, home: Home, repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.home.PROGRAM", package / "bin/fullautoci")
    home.start()
    assert home.json("daemon", "status")["pid"] == home.pid()
    # Not of the environment that these tests run in.
    assert str(package.parent) in Path(f"/proc/{home.pid()}/cmdline").read_text()
    home.cli("init", cwd=repository.path)
    found = home.finished(1, repository.head())
    assert {job["tool"]: job["outcome"] for job in found["jobs"]} == {"pylint": "passed", "coverage": "passed"}
    later = repository.commit({"more.py": '"""More."""\n'})
    home.triggered(1, later, "post-commit")  # the hook finds its way, too
    home.stop()
    assert home.json("daemon", "status")["daemon"] == "down"
    assert not home.pid_lives()
