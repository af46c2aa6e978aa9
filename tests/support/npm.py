"""Packages of npm, installed once in the tests' cache."""

import fcntl
import shutil
import subprocess
from pathlib import Path

from tests.support.parts import lacking
from tests.support.projects import CACHE

VERSIONS = {"husky": "9", "lefthook": "2", "axe-core": "4", "lighthouse": "12"}


def npm(package: str) -> Path:
    """The folder that has a package's folder, and those of what it needs."""
    folder = CACHE / "npm" / f"{package}-{VERSIONS[package]}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # tests run side by side
        if not (folder / "made").exists():
            _install(package, folder)
            (folder / "made").touch()
    return folder / "node_modules"


def _install(package: str, folder: Path) -> None:
    program = shutil.which("npm")
    if program is None:
        lacking("npm", "npm is not installed")
    (folder / "package.json").write_text("{}\n")
    command = [program, "install", "--no-audit", "--no-fund", f"{package}@{VERSIONS[package]}"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        lacking("npm", f"{package} cannot be installed: {done.stderr[-300:]}")
