"""Our flake as users get it, and what is built of it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.nix.units import Unit, read
from tests.support.nix import ROOT, NixStore

# What a flake's source has of the repository that the flake reads.
SOURCES = ("flake.nix", "nix", "fullautoci", "hooks", "pyproject.toml", "README.md", "LICENSE")

FLAKE = """\
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";
  inputs.fullautoci.url = "git+file:///home/ada/fullautoci";
  inputs.fullautoci.inputs.nixpkgs.follows = "nixpkgs";
  outputs = { nixpkgs, fullautoci, ... }: {
    made = %s;
  };
}
"""
NIXOS = """
nixpkgs.lib.nixosSystem {
  system = "%s";
  modules = [ fullautoci.nixosModules.default { %s } ];
}
"""
HOME = """
nixpkgs.lib.homeManagerConfiguration {
  pkgs = nixpkgs.legacyPackages."%s";
  modules = [
    fullautoci.homeModules.default
    { home = { username = "ada"; homeDirectory = "%s"; stateVersion = "25.05"; }; %s }
  ];
}
"""
ENABLED = "services.fullautoci.enable = true;"
SETTINGS = "services.fullautoci.settings = { workers = 2; dashboard.port = 8123; keep.logs.days = 0.5; };"


@dataclass(frozen=True)
class Flake:
    """A flake's folder, and the store to use it with."""

    folder: Path
    store: NixStore

    def nix(self, *arguments: str) -> str:
        """Run `nix` here, which must end well."""
        return self.store.nix(*arguments, cwd=self.folder)

    def refused(self, *arguments: str) -> str:
        """Run `nix` here, which must not end well; what it says."""
        done = self.store.run("nix", *arguments, cwd=self.folder)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def json(self, attribute: str, apply: str = "value: value") -> Any:
        """An attribute's value."""
        return json.loads(self.nix("eval", "--json", f".#{attribute}", "--apply", apply))

    def built(self, attribute: str) -> Path:
        """What an attribute builds; kept from the store's collector while the test's folders are there."""
        link = self.store.folder / f"result-{len(list(self.store.folder.glob('result-*')))}"
        self.nix("build", f".#{attribute}", "--out-link", str(link))
        return link.resolve()


User = Callable[[str], Flake]


def unit_of(flake: Flake) -> tuple[Path, Unit]:
    """The unit that a configuration makes."""
    path = flake.built("made.units") / "fullautoci.service"
    return path, read(path.read_text())


def copied(folder: Path) -> Path:
    """The files of our flake, as a clone has them."""
    folder.mkdir(parents=True)
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def flake(nix_store: NixStore) -> Flake:
    """Our flake, locked to the stub."""
    folder = copied(nix_store.folder / "fullautoci")
    nix_store.lock(folder)
    return Flake(folder, nix_store)


@pytest.fixture(scope="session")
def system(flake: Flake) -> str:
    """What nix calls this machine."""
    return str(json.loads(flake.nix("eval", "--impure", "--json", "--expr", "builtins.currentSystem")))


@pytest.fixture(scope="session")
def package(flake: Flake) -> Path:
    """The program, built."""
    return flake.built("default")


@pytest.fixture
def user(flake: Flake, tmp_path: Path) -> User:
    """Makes a user's own flake, whose inputs are the stub and ours."""

    def make(text: str) -> Flake:
        (tmp_path / "flake.nix").write_text(text)
        inputs = {"nixpkgs": flake.store.stub(), "home-manager": flake.store.stub(), "fullautoci": flake.folder}
        overrides = [f"--override-input {name} path:{place}" for name, place in inputs.items() if name in text]
        flake.store.nix("flake", "lock", *" ".join(overrides).split(), cwd=tmp_path)
        return Flake(tmp_path, flake.store)

    return make


@pytest.fixture
def nixos(user: User, system: str) -> User:
    """Makes a NixOS configuration of a few lines."""
    return lambda lines: user(FLAKE % (NIXOS % (system, lines)))


@pytest.fixture
def home_manager(user: User, system: str, short_tmp: Path) -> User:
    """Makes a home-manager configuration of a few lines; the home's path is short enough for a socket."""
    return lambda lines: user(FLAKE % (HOME % (system, short_tmp, lines)))
