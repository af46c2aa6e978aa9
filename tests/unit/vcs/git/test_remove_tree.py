"""Removing a folder whatever modes a job gave what is in it; a part of what a checkout does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fullautoci.vcs.git.leftovers import remove_tree

LOCKED = """
import os, sys; from pathlib import Path; from fullautoci.vcs.git.leftovers import remove_tree
if os.getuid() == 0:  # root reads everything: be nobody
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
top = Path(sys.argv[1]); (top / "t/a/b").mkdir(parents=True); (top / "t/a/b/f").touch(); (top / "t/c").mkdir()
(top / "out").mkdir(); (top / "out/kept").touch(); (top / "t/link").symlink_to(top / "out")
(top / "t/c/g").touch()
for name, mode in eval(sys.argv[2]).items(): (top / name).chmod(mode)
remove_tree(top / "t"); assert not (top / "t").exists() and (top / "out/kept").exists(); print("removed")
"""


@pytest.mark.parametrize(
    "modes", ['{"t/a/b": 0}', '{"t/a/b": 0, "t/a": 0o500}', '{"t/c": 0o444}', '{"t": 0o444}', '{"t": 0}']
)
def test_unreadable_folders_are_removed_and_links_not_followed(short_tmp: Path, modes: str) -> None:
    if os.getuid() == 0:
        os.chown(short_tmp, 65534, 65534)
    done = subprocess.run([sys.executable, "-c", LOCKED, str(short_tmp), modes], capture_output=True, check=False)
    assert done.stdout == b"removed\n", done.stderr.decode()


def test_removing_nothing_and_a_link_is_fine(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    remove_tree(tmp_path / "missing")
    remove_tree(tmp_path / "link")
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
