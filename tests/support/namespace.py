"""A mount namespace of a test's own, with small disks in it: what is full there is full for nobody else."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.support.home import PROGRAM, Home
from tests.support.parts import lacking


class Namespace:
    """A namespace with a small disk at one place.

    Args:
        place: a folder; what is in it is copied onto the disk.
        size: in megabytes.
    """

    def __init__(self, place: Path, size: int) -> None:
        for needed in ("unshare", "nsenter"):
            if shutil.which(needed) is None:
                lacking("namespaces", f"{needed} is not installed")
        self.place = place
        script = (
            f'set -e; cp -a "{place}" "{place}.copy"; mount -t tmpfs -o size={size}m,mode=700 small "{place}";'
            f' cp -a "{place}.copy/." "{place}"; echo ready; exec cat'
        )
        self._holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"ready\n":
            said = self._holder.communicate(timeout=10)[1].decode(errors="replace")
            lacking("namespaces", f"no small disk can be mounted: {said}")

    def run(self, *argv: str, cwd: Path, env: dict[str, str], check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run a program in it."""
        enter = ["nsenter", f"--target={self._holder.pid}", "--user", "--mount", "--preserve-credentials", "--"]
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(cwd), *argv]
        done = subprocess.run(
            [*enter, *inside], env=env, capture_output=True, text=True, errors="backslashreplace", check=False,
            timeout=120, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{argv}: {done.stderr}"
        return done

    def fill(self, env: dict[str, str]) -> None:
        """Leave no room: neither a byte nor a file."""
        script = 'for n in 1 2 3; do cat /dev/zero >"$0/.filler$n" 2>/dev/null; done; true'
        self.run("sh", "-c", script, str(self.place), cwd=Path("/"), env=env)

    def free(self, env: dict[str, str]) -> None:
        """Give the room back."""
        self.run("sh", "-c", 'rm -f "$0"/.filler*', str(self.place), cwd=Path("/"), env=env)

    def close(self) -> None:
        """End the namespace."""
        self._holder.communicate(timeout=20)


class HomeInside:
    """A home whose every command runs in a namespace."""

    def __init__(self, home: Home, namespace: Namespace) -> None:
        self.home = home
        self.namespace = namespace

    def run(self, *arguments: str, cwd: Path, check: bool = True) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command."""
        return self.namespace.run(str(PROGRAM), *arguments, cwd=cwd, env=self.home.env, check=check)

    def json(self, *arguments: str, cwd: Path) -> Any:
        """What a command prints with --json."""
        return json.loads(self.run(*arguments, "--json", cwd=cwd).stdout)
