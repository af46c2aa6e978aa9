"""A home of our own: the real command, the real daemon, the real socket."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

from fullautoci.client import Client, SocketTransport
from fullautoci.paths import Paths, scratch_of
from tests.support.patience import until

PROGRAM = Path(sys.executable).parent / "fullautoci"


class Home:
    """One FULLAUTOCI_HOME.

    Args:
        folder: made here.
        environments: prepared environments, shared by all tests of a session.
    """

    def __init__(self, folder: Path, environments: Path | None = None, config: str = "") -> None:
        self.folder = folder
        self.env = {**os.environ, "FULLAUTOCI_HOME": str(folder), "NO_COLOR": "1"}
        self.paths = Paths.from_environment(self.env).create()
        if environments is not None:
            self.paths.environments.symlink_to(environments)
        if config:
            (folder / "config.yml").write_text(config)

    def share_no_environments(self) -> None:
        """Have environments of its own, none prepared yet."""
        self.paths.environments.unlink()
        self.paths.environments.mkdir()

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 120) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command."""
        return subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=cwd or self.folder, env=self.env, capture_output=True, text=True, errors="backslashreplace",
            timeout=timeout, check=False, stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def cli(self, *arguments: str, cwd: Path | None = None, timeout: float = 120) -> str:
        """Run the `fullautoci` command, which must end well; what it says on stdout."""
        done = self.run(*arguments, cwd=cwd, timeout=timeout)
        assert done.returncode == 0, f"fullautoci {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def json(self, *arguments: str, cwd: Path | None = None) -> Any:
        """What a command prints with --json."""
        return json.loads(self.cli(*arguments, "--json", cwd=cwd))

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        """What a query finds in the home's database."""
        with closing(sqlite3.connect(f"file:{self.paths.database}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(sql, values).fetchall()

    def api(self) -> Client:
        """The daemon's API."""
        return Client(SocketTransport(self.paths.socket))

    def start(self) -> None:
        """Start the daemon."""
        self.cli("daemon", "start")

    def stop(self) -> None:
        """Stop the daemon, which must end in time; if it does not, what its threads do."""
        done = self.run("daemon", "stop")
        assert done.returncode == 0, f"{done.stderr}\n{self.log()[-8000:]}"

    def pid(self) -> int:
        """The daemon's process id."""
        return int(self.paths.lock.read_text())

    def pid_lives(self) -> bool:
        """Whether a daemon holds the lock."""
        from fullautoci.daemon import lock

        return lock.holder(self.paths.lock) is not None

    def finished(self, repository: int, sha: str, timeout: float = 120) -> dict[str, Any]:
        """The newest run of a commit, once it is over, with its results."""

        def look() -> dict[str, Any] | None:
            found = self.api().runs(repository=repository, commit=sha, limit=1)
            return found[0] if found and found[0]["state"] == "done" else None

        return self.api().results(until(look, timeout, f"the run of {sha[:10]}")["id"])

    def triggered(self, repository: int, sha: str, wanted: str) -> None:
        """Wait until a commit's newest run names what told of it: a busy machine's scan may come before the hook."""

        def look() -> bool:
            return any(run["trigger"] == wanted for run in self.api().runs(repository=repository, commit=sha, limit=1))

        until(look, 10, f"the {wanted} of {sha[:10]}")

    def told(self, sha: str) -> set[str]:
        """The sources of the events that named a commit."""
        return {str(source) for (source,) in self.rows("SELECT source FROM events WHERE updates LIKE ?", f"%{sha}%")}

    def log(self) -> str:
        """The daemon's log."""
        return self.paths.daemon_log.read_text(errors="replace") if self.paths.daemon_log.exists() else ""

    def close(self) -> None:
        """End the daemon, whatever a test did, and remove the folder and what lies outside of it."""
        if self.folder.is_dir():
            self.run("daemon", "stop", timeout=60)
        for folder in (self.folder, scratch_of(self.paths.identity)):
            shutil.rmtree(folder, ignore_errors=True)
        if self.paths.socket.parent != self.paths.state:
            shutil.rmtree(self.paths.socket.parent, ignore_errors=True)
