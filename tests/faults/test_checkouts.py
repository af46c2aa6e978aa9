"""A job leaves what it likes; the next job's checkout is its commit to the byte, and git runs nothing of it.

FULLAUTOCI_FAULTS=all is the full size.
"""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from fullautoci.vcs.git.checkout import Slot
from fullautoci.vcs.git.command import Git, write_global_config
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository

FULL = os.environ.get("FULLAUTOCI_FAULTS") == "all"
RACES = 400 if FULL else 40
DEPTH = 10_000 if FULL else 2_500
FIRST = {"a.txt": "one\n", "folder/b.txt": "b\n", "folder/deep/c.txt": "c\n", "run.sh": "#!/bin/sh\n"}
SECOND = {"a.txt": "two\n", "folder/deep/c.txt": "C\n", "new/d.txt": "d\n", "part/e.txt": "e\n"}
NOTHING = "0" * 40


@pytest.fixture
def git(tmp_path: Path) -> Git:
    write_global_config(tmp_path / "gitconfig")
    return Git(tmp_path / "gitconfig")


@pytest.fixture
def commits(tmp_path: Path, git: Git) -> tuple[str, str]:
    """Two commits in a mirror; `part` is a submodule in the first, and a folder in the second."""
    source = Repository(tmp_path / "source")
    (source.path / "link").symlink_to("a.txt")
    source.commit(FIRST)
    source.git("update-index", "--add", "--cacheinfo", f"160000,{source.head()},part")
    source.git("commit", "--quiet", "--message", "with a submodule")
    first = source.head()
    source.git("rm", "--quiet", "--cached", "part")
    second = source.commit(SECOND)
    GitMirror.open(git, tmp_path / "mirror.git").fetch(str(source.path / ".git"), [first, second])
    return first, second


@pytest.fixture
def new_slot(tmp_path: Path, git: Git) -> Callable[[str], Slot]:
    return lambda name: Slot(git, tmp_path / "slots" / name, tmp_path / "mirror.git")


def everything(tree: Path) -> dict[bytes, tuple[int, bytes]]:
    """All that a job may see of its checkout: names, kinds, modes and bytes; of git's folder what is not its index."""
    found = {}
    for folder, folders, files in os.walk(os.fsencode(tree), followlinks=False):
        for name in [*folders, *files]:
            path = os.path.join(folder, name)  # noqa: PTH118 - bytes
            mode = os.lstat(path).st_mode
            content = b""
            if stat.S_ISLNK(mode):
                content = os.readlink(path)  # noqa: PTH115 - bytes
            elif stat.S_ISREG(mode) and name != b"index":
                content = Path(os.fsdecode(path)).read_bytes()
            found[os.path.relpath(path, os.fsencode(tree))] = (mode, content)
    return found


def folders_closed(tree: Path) -> None:
    (tree / "folder/deep").chmod(0)


def folders_read_only(tree: Path) -> None:
    for folder in (tree / "folder/deep", tree / "folder", tree):
        folder.chmod(0o555)


def folders_open_to_all(tree: Path) -> None:
    (tree / "folder").chmod(0o1777)


def settings(tree: Path) -> None:
    (tree / "say").write_text(f"#!/bin/sh\ntouch '{canary(tree)}'\ncat\n")
    (tree / "say").chmod(0o755)
    for name, value in {
        "user.name": "Mallory", "core.fsmonitor": f"{tree}/say", "core.hooksPath": f"{tree}/.git/hooks",
        "filter.x.smudge": f"{tree}/say", "filter.x.process": f"{tree}/say", "core.worktree": "/tmp",
        "core.sparseCheckout": "true", "core.trustctime": "false", "core.checkStat": "minimal",
        "core.attributesFile": f"{tree}/attributes", "include.path": f"{tree}/more",
    }.items():  # fmt: skip
        run(tree, "config", name, value)
    (tree / "attributes").write_text("* filter=x\n")
    (tree / ".git/info/attributes").write_text("* filter=x\n")
    (tree / ".git/info/sparse-checkout").write_text("/folder/\n")
    (tree / ".git/hooks").mkdir(exist_ok=True)
    for name in ("post-checkout", "post-index-change", "reference-transaction"):
        shutil.copy(tree / "say", tree / ".git/hooks" / name)


def history(tree: Path) -> None:
    """Commits, branches, a stash, a rebase under way: what a job's own git leaves."""
    who = ("-c", "user.name=m", "-c", "user.email=m@example.org")
    (tree / "a.txt").write_text("other\n")
    run(tree, *who, "stash")
    run(tree, *who, "commit", "--quiet", "--allow-empty", "--message", "mine")
    run(tree, "branch", "mine")
    run(tree, "update-index", "--assume-unchanged", "a.txt")
    run(tree, "update-index", "--skip-worktree", "run.sh")
    (tree / "a.txt").write_text("ONE\n")
    (tree / "run.sh").unlink()


def alternates(tree: Path) -> None:
    (tree / ".git/objects/info/alternates").write_bytes(b"/nowhere\n\0\xff\n../../..\n")
    (tree / ".git/objects/info/commit-graph").write_bytes(b"rubbish")
    (tree / ".git/shallow").write_text(f"{NOTHING}\n")


def nested_repository(tree: Path) -> None:
    """A tracked folder becomes a repository with settings of its own."""
    run(tree / "folder", "init", "--quiet", ".")
    run(tree / "folder", "config", "core.fsmonitor", f"touch '{canary(tree)}'; false")


def submodule_filled(tree: Path) -> None:
    (tree / "part").mkdir(exist_ok=True)
    (tree / "part/left.py").write_text("LEFT = 1\n")
    (tree / "part/.gitattributes").write_text("* text eol=crlf\n")
    run(tree / "part", "init", "--quiet", ".")


def submodule_replaced(tree: Path) -> None:
    shutil.rmtree(tree / "part", ignore_errors=True)
    (tree / "part").symlink_to("folder")


def attributes(tree: Path) -> None:
    """Attributes in the working copy, that nobody committed, change how git writes files."""
    (tree / ".gitattributes").write_text("* text eol=crlf\n")
    (tree / "folder/deep/.gitattributes").write_text("* text working-tree-encoding=UTF-16\n")
    (tree / "a.txt").unlink()


def odd_names(tree: Path) -> None:
    for name in (b"new\nline", b"\xff\xfe", b"-rf", b" ", b"folder/new\nline", b"\x01", b"'\"$(true)"):
        Path(os.fsdecode(os.fsencode(tree) + b"/" + name)).write_text("x")
    os.mkfifo(tree / "fifo")
    (tree / "loop").symlink_to("loop")


def deep(tree: Path) -> None:
    """Far deeper than a path may be long, a recursion deep, or descriptors many."""
    script = f"import os\nfor _ in range({DEPTH}):\n    os.mkdir('d'); os.chdir('d')\n"
    script += "open('bottom', 'w').close()\nos.chmod('.', 0)\n"
    subprocess.run(["python3", "-c", script], cwd=tree / "folder", check=True)


def tracked_kinds(tree: Path) -> None:
    (tree / "a.txt").unlink()
    os.mkfifo(tree / "a.txt")
    shutil.rmtree(tree / "folder/deep")
    (tree / "folder/deep").write_text("a file now")
    (tree / "link").unlink()
    (tree / "link").symlink_to("/etc")
    (tree / "run.sh").unlink()
    (tree / "run.sh").mkdir()
    (tree / "run.sh/in").touch()


def hard_links(tree: Path) -> None:
    os.link(tree / "a.txt", tree.parent / "kept")
    (tree / "folder/b.txt").unlink()
    os.link(tree / "a.txt", tree / "folder/b.txt")


def git_folder_elsewhere(tree: Path) -> None:
    elsewhere = tree.parent / "elsewhere"
    (tree / ".git").rename(elsewhere)
    (tree / ".git").symlink_to(elsewhere)
    settings(tree)


def locks(tree: Path) -> None:
    for name in ("index.lock", "HEAD.lock", "config.lock", "shallow.lock"):
        (tree / ".git" / name).touch()
    (tree.parent / "index.lock").touch()


def run(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)


def canary(tree: Path) -> Path:
    return tree.parents[1] / "canary"


SPOILS = [
    folders_closed, folders_read_only, folders_open_to_all, settings, history, alternates, nested_repository,
    submodule_filled, submodule_replaced, attributes, odd_names, deep, tracked_kinds, hard_links, git_folder_elsewhere,
    locks,
]  # fmt: skip


@pytest.mark.parametrize("to", [0, 1], ids=["same", "other"])
@pytest.mark.parametrize("spoil", SPOILS, ids=lambda spoil: spoil.__name__)
def test_the_next_checkout_is_that_of_a_new_slot(
    commits: tuple[str, str], new_slot: Callable[[str], Slot], spoil: Callable[[Path], None], to: int
) -> None:
    used = new_slot("used")
    spoil(used.checkout(commits[0]))
    canary(used.tree).unlink(missing_ok=True)  # what the job itself executed
    found = used.checkout(commits[to])
    assert everything(found) == everything(new_slot("fresh").checkout(commits[to]))
    for arguments in (("status", "--short"), ("-C", "folder", "status", "--short")):
        run(found, *arguments)  # as the next job may do
    assert not canary(used.tree).exists()
    assert not list(used.tree.parents[1].glob(".used*")), "the slot was put aside"


def test_a_change_that_keeps_size_and_time_is_seen(commits: tuple[str, str], new_slot: Callable[[str], Slot]) -> None:
    """Git trusts an index entry's size and time: a job that keeps both is caught by ctime, or as racily clean."""
    slot = new_slot("used")
    for number in range(RACES):
        tree = slot.checkout(commits[number % 2])
        expected = {name: (tree / name).read_bytes() for name in ("a.txt", "folder/deep/c.txt", "run.sh")}
        for name, content in expected.items():
            before = (tree / name).stat()
            if number % 3 == 0:
                (tree / name).write_bytes(content.swapcase())
            else:  # by another file in its place, or through a second name
                (tree / "other").write_bytes(content.swapcase())
                (tree / "other").chmod(before.st_mode)
                (tree / "other").rename(tree / name)
            os.utime(tree / name, ns=(before.st_atime_ns, before.st_mtime_ns))
        slot.checkout(commits[number % 2])
        assert {name: (tree / name).read_bytes() for name in expected} == expected
