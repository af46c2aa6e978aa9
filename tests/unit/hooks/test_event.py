"""The installed hooks, run by git itself under sh: what they spool, whichever way a commit is made."""

import os
from pathlib import Path

import pytest

from fullautoci.model import RefUpdate
from fullautoci.vcs.git import hooks
from tests.support.repository import Repository
from tests.unit.hooks.watched import Watched, commit

ZERO = "0" * 40
ODD = [
    "plain", "with space", "quo'te\"s", "new\nline", "$HOME `x` \\n", "-dash", "%s%d", "ü", os.fsdecode(b"\xff\xfe"),
    "tab\tand; semicolon", "trailing ",
]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_a_commit_is_spooled_whatever_the_names_of_repository_and_home(tmp_path: Path, name: str) -> None:
    watched = Watched(tmp_path / name, tmp_path / f"home {name}")
    sha = watched.commit({"folder/a": "a"})
    assert watched.event() == ("post-commit", watched.path / ".git", (RefUpdate("refs/heads/main", None, sha),))
    done = commit(watched.path / "folder", watched)
    assert (done.returncode, done.stderr) == (0, "")
    assert watched.event() == (
        "post-commit",
        watched.path / ".git",
        (RefUpdate("refs/heads/main", None, watched.head()),),
    )


def test_a_linked_worktree_names_its_own_branch(watched: Watched, tmp_path: Path) -> None:
    watched.commit()
    linked = tmp_path / "linked-one"
    watched.git("worktree", "add", "--quiet", "-b", "topic/one", str(linked))
    watched.events()
    assert commit(linked, watched).returncode == 0
    sha = watched.git("rev-parse", "topic/one")
    assert watched.event() == (
        "post-commit", watched.path / ".git/worktrees/linked-one", (RefUpdate("refs/heads/topic/one", None, sha),),
    )  # fmt: skip


@pytest.mark.parametrize("relative", [True, False])
def test_with_git_dir_set_from_elsewhere(watched: Watched, tmp_path: Path, relative: bool) -> None:
    (tmp_path / "elsewhere").mkdir()
    git_dir = "../repository/.git" if relative else str(watched.path / ".git")
    env = {"GIT_DIR": git_dir, "GIT_WORK_TREE": str(watched.path)}
    assert commit(tmp_path / "elsewhere", watched, env).returncode == 0
    assert watched.event() == (
        "post-commit",
        watched.path / ".git",
        (RefUpdate("refs/heads/main", None, watched.head()),),
    )


def test_a_detached_head_and_packed_refs(watched: Watched) -> None:
    watched.commit()
    watched.git("checkout", "--quiet", "--detach")
    watched.events()
    sha = watched.commit()
    assert watched.event()[2] == (RefUpdate("HEAD", None, sha),)
    watched.git("checkout", "--quiet", "main")
    watched.git("pack-refs", "--all", "--prune")
    hooks.try_out(watched.location, "post-commit", "tried-out")
    (event,) = watched.events()
    assert (event.id, event.updates) == (
        "tried-out",
        (RefUpdate("refs/heads/main", None, watched.git("rev-parse", "main")),),
    )


def test_merges_amendments_and_rebases(watched: Watched) -> None:
    watched.commit({"a": "a"})
    watched.git("switch", "--quiet", "--create", "topic")
    watched.commit({"b": "b"})
    watched.git("switch", "--quiet", "main")
    watched.events()
    watched.git("merge", "--quiet", "topic")
    assert watched.event() == (
        "post-merge",
        watched.path / ".git",
        (RefUpdate("refs/heads/main", None, watched.head()),),
    )
    watched.git("commit", "--quiet", "--amend", "--allow-empty", "--message", "amended")
    assert [event.source for event in watched.events()] == ["post-commit"]
    watched.commit({"c": "c"})
    watched.git("switch", "--quiet", "topic")
    before = watched.commit({"d": "d"})
    watched.events()
    watched.git("rebase", "--quiet", "main")
    found = watched.events()
    assert {event.source for event in found} >= {"post-rewrite"}
    (rewritten,) = (event for event in found if event.source == "post-rewrite")
    assert rewritten.updates == (
        RefUpdate("refs/heads/topic", None, watched.head()),
        RefUpdate("rewritten", before, watched.head()),
    )
    assert [event.source for event in found] == ["post-rewrite"]


def test_a_push_into_a_bare_repository_brings_every_ref_old_and_new(tmp_path: Path) -> None:
    bare = Watched(tmp_path / "bare repository.git", tmp_path / "home", bare=True)
    bare.chain("post-receive", "cat > received")
    source = Repository(tmp_path / "source")
    first = source.commit()
    source.git("push", "--quiet", str(bare.path), "main", "main:topic")
    kind, path, updates = bare.event()
    assert (kind, path) == ("post-receive", bare.path)
    assert set(updates) == {RefUpdate("refs/heads/main", None, first), RefUpdate("refs/heads/topic", None, first)}
    second = source.commit()
    source.git("push", "--quiet", str(bare.path), "main", ":topic")
    assert set(bare.event()[2]) == {
        RefUpdate("refs/heads/main", first, second),
        RefUpdate("refs/heads/topic", first, None),
    }
    received = sorted((bare.path / "received").read_text().splitlines())
    assert received == sorted([f"{first} {second} refs/heads/main", f"{first} {ZERO} refs/heads/topic"])
    source.git("push", "--quiet", str(bare.path), *(f"main:refs/heads/many/{n:04}" for n in range(1500)))
    assert len(bare.event()[2]) == 1500
    assert len((bare.path / "received").read_text().splitlines()) == 1500
