"""A real git repository for a test."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

AUTHOR = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.org",
    "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.org",
}  # fmt: skip
# A test that fails every other time; a file counts how often it ran.
EVERY_OTHER = """
def test_every_other_time():
    with open(%r, "a+") as file:
        file.write("test\\n")
        file.seek(0)
        assert len(file.readlines()) %% 2
"""
HOST = "environment: host\n"
SAMPLE: Mapping[str, str] = {
    ".fullautoci.yml": HOST,
    "calc.py": '"""A calculator."""\n\n\ndef add(left, right):\n    """Add."""\n    return left + right\n',
    "test_calc.py": "import calc\n\n\ndef test_add():\n    assert calc.add(1, 2) == 3\n",
}


class Repository:
    """A repository and the git program.

    Args:
        path: made, with `git init`, unless there is one.
    """

    def __init__(self, path: Path, *, bare: bool = False, env: Mapping[str, str] | None = None) -> None:
        self.path = path
        self.env = {**os.environ, **AUTHOR, "GIT_CONFIG_NOSYSTEM": "1", **(env or {})}
        if not path.exists():
            path.mkdir(parents=True)
            self.git("init", "--quiet", "--initial-branch=main", *(["--bare"] if bare else []))

    def git(self, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes = b"") -> str:
        """Run git here; what it says on stdout."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            env={**self.env, **(env or {})},
            input=stdin,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, f"git {' '.join(arguments)}: {done.stderr.decode(errors='replace')}"
        return done.stdout.decode(errors="backslashreplace").strip()

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write files into the working copy."""
        for name, content in files.items():
            target = self.path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content if isinstance(content, bytes) else content.encode())

    def commit(self, files: Mapping[str, str | bytes] | None = None, message: str = "change") -> str:
        """Commit everything, with these files written first; the new commit's id."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head()

    def head(self) -> str:
        """HEAD's commit."""
        return self.git("rev-parse", "HEAD")
