"""Real Nix in a store of the test's own, and a stub of nixpkgs whose programs are the host's."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from tests.support.parts import lacking
from tests.support.projects import INSTALLER_CACHES

ROOT = Path(__file__).resolve().parents[2]
STUB = Path(__file__).with_name("nixpkgs")
TOOLS = ("pylint", "coverage", "pytest")
# Without a group of build users, without a network, and without words on stderr that no test asked for.
NIX_CONFIG = """\
experimental-features = nix-command flakes
substituters =
flake-registry =
sandbox = false
build-users-group =
warn-dirty = false
download-attempts = 1
connect-timeout = 3
"""
# What an installed interpreter has, and of each what it needs to be there beside it, by normalized names.
LIST = """
import importlib.metadata, json, pathlib, re, sys
from packaging.requirements import Requirement
plain = lambda name: re.sub(r"[-_.]+", "-", name).lower()
found = {plain(one.metadata["Name"]): one for one in importlib.metadata.distributions(path=[sys.argv[1]])}
def needs(one):
    wanted = map(Requirement, one.requires or [])
    named = {plain(r.name) for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})}
    return sorted(named & found.keys() - {plain(one.metadata["Name"])})
print(json.dumps({name: {"version": one.version, "requires": needs(one),
    "files": [str(path) for path in one.files or [] if ".." not in path.parts]} for name, one in found.items()}))
"""


class NixError(Exception):
    """A nix command that had to end well did not."""


class NixStore:
    """A store, with its own state and caches; nothing outside of its folder is used.

    Args:
        folder: made here.
        python: a stub's Python packages, as `python_packages` makes them.
    """

    def __init__(self, folder: Path, python: Path) -> None:
        if shutil.which("nix") is None:
            lacking("nix", "it is not installed")
        self.folder = folder
        self._python = python
        self._stub: Path | None = None
        folder.mkdir(parents=True)
        self.variables = {
            "NIX_STORE_DIR": str(folder / "store"),
            "NIX_STATE_DIR": str(folder / "var"),
            "NIX_LOG_DIR": str(folder / "log"),
            "NIX_CONF_DIR": str(folder / "etc"),
            "NIX_USER_CONF_FILES": "",
            "XDG_CACHE_HOME": str(folder / "cache"),
            "NIX_REMOTE": "local",
            "NIX_CONFIG": NIX_CONFIG,
        }
        self._temporary = folder / "tmp"  # of every dev shell that is entered, nix leaves a folder there
        self._temporary.mkdir()
        self.nix("store", "ping")  # several at once must not find it unmade

    @property
    def env(self) -> dict[str, str]:
        """The variables for programs, and daemons, that are to use this store."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("NIX_")}
        return {**kept, **self.variables}

    def run(
        self, *command: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program that uses this store, however it ends."""
        return subprocess.run(
            command, cwd=cwd or self.folder, env={**self.env, "TMPDIR": str(self._temporary), **(env or {})},
            capture_output=True, text=True, errors="backslashreplace", timeout=timeout, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def nix(
        self, *arguments: str, cwd: Path | None = None, env: Mapping[str, str] | None = None, timeout: float = 120
    ) -> str:
        """Run `nix`, which must end well; what it says on stdout.

        Raises:
            NixError: it did not.
        """
        done = self.run("nix", *arguments, cwd=cwd, env=env, timeout=timeout)
        if done.returncode:
            raise NixError(f"nix {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return done.stdout

    def json(self, *arguments: str, cwd: Path | None = None) -> Any:
        """What `nix` says with --json."""
        return json.loads(self.nix(*arguments, "--json", cwd=cwd))

    def stub(self) -> Path:
        """The stub nixpkgs' folder: for `NIX_PATH=nixpkgs=...`, and `path:...`."""
        if self._stub is None:
            made = self.folder / "nixpkgs"
            shutil.copytree(STUB, made)
            (made / "places.json").write_text((self._python / "places.json").read_text())
            self._stub = made
        return self._stub

    def lock(self, repository: Path, *, fetched: bool = True) -> None:
        """Write the flake.lock of a flake whose only input is `nixpkgs`; from then on nothing else has to be told.

        Args:
            repository: where its flake.nix is.
            fetched: whether what is locked is in the store; else nix has to ask the network for it.
        """
        url = self.json("eval", "--file", str(repository / "flake.nix"), "inputs.nixpkgs.url")
        kind, _, place = url.partition(":")
        assert kind == "github", f"a lock is written for a flake of GitHub's, not for {url}"
        names = ("owner", "repo", "ref")
        original = {"type": kind, **dict(zip(names, place.split("/", 2), strict=False))}
        digest = self.nix("hash", "path", "--sri", "--type", "sha256", str(self.stub())).strip()
        if fetched:
            stored = self.nix("store", "add-path", "--name", "source", str(self.stub())).strip()
            self.run("nix-store", "--realise", stored, "--add-root", str(self.folder / "stub-root"))
        else:
            digest = f"sha256-{'A' * 43}="
        locked = {name: original[name] for name in ("type", "owner", "repo")}
        locked |= {"lastModified": 1700000000, "narHash": digest, "rev": "0123456789" * 4}
        nodes = {
            "nixpkgs": {"locked": locked, "original": original},
            "root": {"inputs": {"nixpkgs": "nixpkgs"}},
        }
        text = json.dumps({"nodes": nodes, "root": "root", "version": 7}, indent=2, sort_keys=True)
        (repository / "flake.lock").write_text(f"{text}\n")

    def close(self) -> None:
        """Remove the folder, of which nix makes parts unwritable."""
        if self.folder.is_dir():
            subprocess.run(["chmod", "-R", "u+w", str(self.folder)], check=False, capture_output=True)
            shutil.rmtree(self.folder, ignore_errors=True)


def shell_flake(packages: Iterable[str] = TOOLS, hook: str = "", name: str = "default", more: str = "") -> str:
    """A flake.nix with a dev shell, as users write it.

    Args:
        packages: Python packages of its interpreter.
        hook: its shellHook.
        name: its name among the flake's dev shells.
        more: further attributes of mkShell.
    """
    chosen = " ".join(f"ps.{package}" for package in packages)
    return f"""\
{{
  description = "a project";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs = {{ self, nixpkgs }}:
    let
      systems = [ "x86_64-linux" "aarch64-linux" "x86_64-darwin" "aarch64-darwin" ];
    in
    {{
      devShells = nixpkgs.lib.genAttrs systems (system:
        let
          pkgs = nixpkgs.legacyPackages.${{system}};
        in
        {{
          {name} = pkgs.mkShell {{
            packages = [ (pkgs.python3.withPackages (ps: [ {chosen} ])) pkgs.git ];
            shellHook = ''
{hook}
            '';
            {more}
          }};
        }});
    }};
}}
"""


def python_packages(folder: Path) -> Path:
    """Make what the stub's Python has, once for all who share the folder; and where it is, in its places.json."""
    folder.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if not (folder / "places.json").is_file():
            _install(folder)
    return folder


def _install(folder: Path) -> None:
    host = _interpreter()
    environment, python = folder / "environment", str(folder / "environment/bin/python")
    uv = [sys.executable, "-m", "uv", "--quiet"]
    env = {**os.environ, **INSTALLER_CACHES, "UV_PYTHON_DOWNLOADS": "never"}
    _call([*uv, "venv", "--python", host, str(environment)], env)
    _call([*uv, "pip", "install", "--python", python, "packaging", *_requirements()], env)
    (site,) = environment.glob("lib/python*/site-packages")
    # As nixpkgs has it: byte code that counts without a look at the source's time.
    _call([python, "-m", "compileall", "-q", "-j2", "--invalidation-mode=unchecked-hash", str(site)], env)
    known = json.loads(_call([python, "-c", LIST, str(site)], env))
    for name, described in known.items():
        for file in described.pop("files"):
            _link(site / file, folder / "packages" / name / file)
    version = ".".join(site.parent.name.removeprefix("python").split("."))
    places = {
        "bash": shutil.which("bash", path="/usr/bin:/bin") or shutil.which("bash"),
        "path": os.pathsep.join(dict.fromkeys(["/usr/bin", "/bin", str(Path(shutil.which("git") or "/").parent)])),
        "python": host,
        "uv": str(Path(sys.executable).with_name("uv")),
        "version": version,
        "packages": str(folder / "packages"),
        "known": known,
    }
    temporary = folder / "places.json.new"
    temporary.write_text(json.dumps(places))
    temporary.replace(folder / "places.json")


def _interpreter() -> str:
    """The system's Python, which a box that hides homes shows, too; else the one that these tests run on."""
    probe = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    system = shutil.which("python3", path="/usr/bin")
    if system and subprocess.run([system, "-c", probe], check=False, capture_output=True).returncode == 0:
        return str(Path(system).resolve())
    return str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())


def _requirements() -> list[str]:
    """What we need at run time and to be built, and the tools that we test with."""
    said = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return [
        *said["project"]["dependencies"], *said["build-system"]["requires"], *said["dependency-groups"]["tools"],
    ]  # fmt: skip


def _link(source: Path, target: Path) -> None:
    for one, other in [(source, target), *_compiled(source, target)]:
        other.parent.mkdir(parents=True, exist_ok=True)
        os.link(one, other)


def _compiled(source: Path, target: Path) -> list[tuple[Path, Path]]:
    if source.suffix != ".py":
        return []
    return [
        (one, target.parent / "__pycache__" / one.name)
        for one in (source.parent / "__pycache__").glob(f"{source.stem}.cpython-*.pyc")
    ]


def _call(command: list[str], env: Mapping[str, str]) -> str:
    done = subprocess.run(
        command, env=env, check=False, capture_output=True, text=True, timeout=600, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"
    return done.stdout
