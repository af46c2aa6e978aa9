"""A service with people, each on a machine of their own: the real command over HTTP, with a key in a file."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from fullautoci.client import Client, HttpTransport
from tests.support.home import PROGRAM, Home
from tests.support.repository import SAMPLE, Repository

# A configuration by which a commit is tested at once.
QUICK = "environment: host\ntools: {pylint: {enabled: false}, coverage: {enabled: false}, ok: {command: ['true']}}\n"


class Member:
    """Somebody with a key.

    Args:
        folder: a home of theirs.
        key: its text; empty: they have none.
    """

    def __init__(self, url: str, key: str, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.url = url
        self.key = key
        self.file = folder / "key"
        self.file.touch(0o600)
        self.file.write_text(f"{key}\n")
        self.env = {
            **os.environ, "HOME": str(folder), "FULLAUTOCI_HOME": str(folder / "none"), "NO_COLOR": "1",
            "FULLAUTOCI_URL": url, "FULLAUTOCI_KEY_FILE": str(self.file),
        }  # fmt: skip
        self.folder = folder
        self.client = Client(HttpTransport(url, key))

    def run(self, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command."""
        return subprocess.run(
            [str(PROGRAM), *arguments],
            cwd=cwd or self.folder, env=self.env, capture_output=True, text=True, timeout=120, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def cli(self, *arguments: str, cwd: Path | None = None) -> str:
        """Run the command, which must end well; what it says on stdout."""
        done = self.run(*arguments, cwd=cwd)
        assert done.returncode == 0, f"fullautoci {' '.join(arguments)} ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def json(self, *arguments: str, cwd: Path | None = None) -> Any:
        """What a command prints with --json."""
        return json.loads(self.cli(*arguments, "--json", cwd=cwd))


class Team:
    """A service that watches two repositories, `ours` and `theirs`.

    Args:
        folder: where repositories, clones and homes of people are made.
    """

    def __init__(self, home: Home, folder: Path) -> None:
        self.home = home
        self.folder = folder
        self.ours = self._watched("ours")
        self.theirs = self._watched("theirs")
        self.url = str(home.api().status()["url"])
        self.people: list[Member] = []

    def _watched(self, name: str) -> Repository:
        made = Repository(self.folder / name)
        made.commit({**SAMPLE, ".fullautoci.yml": QUICK}, "first")
        self.home.cli("init", "--no-autostart", "--wait", cwd=made.path)
        return made

    def number(self, name: str) -> int:
        """The number of a repository."""
        return next(one["id"] for one in self.home.api().repositories() if one["name"] == name)

    def member(self, name: str, role: str = "user", *repos: str) -> Member:
        """A new user, with a key."""
        chosen = [word for repo in repos for word in ("--repo", repo)]
        self.home.cli("user", "add", name, "--role", role, *chosen)
        return self.with_key(name, self.home.cli("key", "create", "--user", name).strip())

    def with_key(self, name: str, key: str) -> Member:
        """Somebody who has a key."""
        self.people.append(Member(self.url, key, self.folder / f"{name}-{len(self.people)}"))
        return self.people[-1]

    def close(self) -> None:
        """Everybody's connections are closed."""
        for one in self.people:
            one.client.close()

    def clone(self, member: Member) -> Path:
        """A clone of `ours` on somebody's machine."""
        Repository(self.folder).git("clone", "--quiet", str(self.ours.path), str(member.folder / "clone"))
        return member.folder / "clone"
