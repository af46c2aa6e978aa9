"""Another user of this machine, who may start the program and read what it is made of, and write nothing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.home import PROGRAM
from tests.support.parts import lacking


class OtherUser:
    """One with a folder of their own.

    Args:
        uid: theirs, of a user that has a name here.
    """

    def __init__(self, uid: int, folder: Path) -> None:
        if os.getuid() != 0:
            pytest.skip("only root can become another user")
        self._setpriv = shutil.which("setpriv") or lacking("setpriv", "another user is become with it")
        folder.mkdir()
        os.chown(folder, uid, uid)
        self.uid = uid
        self.folder = folder
        self.env = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "FULLAUTOCI_HOME": str(folder / "none"), "NO_COLOR": "1",
        }  # fmt: skip

    def __call__(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a program as that user, in their folder."""
        kept = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        return subprocess.run(
            [self._setpriv, "--reuid", str(self.uid), "--regid", str(self.uid), "--clear-groups", *kept, *command],
            cwd=self.folder, env=self.env, capture_output=True, text=True, timeout=120, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def give(self, folder: Path) -> None:
        """Have everything in a folder be that user's."""
        for path in (folder, *folder.rglob("*")):
            os.chown(path, self.uid, self.uid, follow_symlinks=False)

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run the `fullautoci` command as that user."""
        return self(str(PROGRAM), *arguments)
