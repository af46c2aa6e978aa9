"""A mount namespace of a test's own, with small disks in it: what is full there is full for nobody else."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from fullautoci.daemon import start as daemon
from fullautoci.paths import Paths
from tests.support.home import PROGRAM, Home
from tests.support.parts import lacking
from tests.support.patience import until


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

    @property
    def root(self) -> Path:
        """Where its files are seen from outside."""
        return Path(f"/proc/{self._holder.pid}/root")

    def run(
        self, *argv: str, cwd: Path, env: dict[str, str], check: bool = True, timeout: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program in it."""
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(cwd), *argv]
        done = subprocess.run(
            [*self._enter, *inside], env=env, capture_output=True, text=True, errors="backslashreplace", check=False,
            timeout=timeout, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert not check or done.returncode == 0, f"{argv}: {done.stderr}"
        return done

    def begin(self, *argv: str) -> "subprocess.Popen[bytes]":
        """Start a program in it that is spoken to by its standard input and output."""
        return subprocess.Popen([*self._enter, *argv], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    @property
    def _enter(self) -> list[str]:
        return ["nsenter", f"--target={self._holder.pid}", "--user", "--mount", "--preserve-credentials", "--"]

    def fill(self, env: dict[str, str]) -> None:
        """Leave no room: neither a byte nor a file."""
        script = (
            'fallocate -l "$(df --output=avail -B1 "$0" | tail -n 1)" "$0/.filler0" 2>/dev/null;'
            ' for n in 1 2 3; do cat /dev/zero >"$0/.filler$n" 2>/dev/null; done; true'
        )
        self.run("sh", "-c", script, str(self.place), cwd=Path("/"), env=env)

    def free(self, env: dict[str, str]) -> None:
        """Give the room back."""
        self.run("sh", "-c", 'rm -f "$0"/.filler*', str(self.place), cwd=Path("/"), env=env)

    def remount(self, how: str) -> None:
        """Make the small disk read-only (`ro`) or writable (`rw`)."""
        self.run("mount", "-o", f"remount,{how}", str(self.place), cwd=Path("/"), env=dict(os.environ))

    def close(self) -> None:
        """End the namespace."""
        self._holder.communicate(timeout=20)


ASK = """
import json, sqlite3, sys
for line in sys.stdin:
    path, sql, values = json.loads(line)
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
        try:
            print(json.dumps(connection.execute(sql, values).fetchall()), flush=True)
        finally:
            connection.close()
    except sqlite3.Error as error:
        print(json.dumps(str(error)), flush=True)
"""


class HomeInside(Home):
    """A home whose every command runs in a namespace; its files are looked at from outside."""

    def __init__(self, home: Home, namespace: Namespace) -> None:
        self.folder, self.env, self.namespace = home.folder, home.env, namespace
        self.paths = Paths.from_environment({"FULLAUTOCI_HOME": f"{namespace.root}{home.folder}"})
        # SQLite follows the link by which a namespace's files are seen from outside; so it is asked inside.
        self._asked = namespace.begin(sys.executable, "-I", "-S", "-c", ASK)

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query finds in the home's database."""
        assert self._asked.stdin is not None
        assert self._asked.stdout is not None
        question = (f"{self.folder}/state/{self.paths.database.name}", sql, values)
        self._asked.stdin.write(json.dumps(question).encode() + b"\n")
        self._asked.stdin.flush()
        found = json.loads(self._asked.stdout.readline())
        assert not isinstance(found, str), f"{sql}: {found}"
        return [tuple(row) for row in found]

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command."""
        argv = [str(PROGRAM), *arguments]
        return self.namespace.run(*argv, cwd=cwd or self.folder, env=self.env, check=False, timeout=timeout)

    def begin(self) -> None:
        """Start the daemon without the command that does, which costs as much as the daemon."""
        script = 'setsid "$0" daemon run </dev/null >>"$1" 2>&1 &'
        log = f"{self.folder}/state/{self.paths.daemon_log.name}"
        self.namespace.run("sh", "-c", script, str(PROGRAM), log, cwd=self.folder, env=self.env)
        until(lambda: self.paths.socket.exists() and daemon.status(self.paths), 30, "the daemon")

    def terminate(self) -> None:
        """Have the daemon end in order."""
        os.kill(self.pid(), signal.SIGTERM)
        until(lambda: not self.pid_lives(), 30, "the daemon's end")

    def fill(self) -> None:
        """Leave no room on the small disk."""
        self.namespace.fill(self.env)

    def free(self) -> None:
        """Give the room back."""
        self.namespace.free(self.env)

    def close(self) -> None:
        """End the daemon and the namespace."""
        self.free()
        self.run("daemon", "stop", timeout=60)
        self._asked.communicate(timeout=20)
        self.namespace.close()
