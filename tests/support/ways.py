"""Ways in which a commit reaches a branch: each does something to a watched repository, and says what it made."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.repository import AUTHOR, Repository

NO_EDIT = {"GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true"}


@dataclass(frozen=True)
class Made:
    """Commits that must get a run, the last of them being the one that was reached last; and some that must not."""

    tested: tuple[str, ...]
    untested: tuple[str, ...] = ()


Way = Callable[[Repository], Made]


def commits(repository: Repository, revisions: str) -> tuple[str, ...]:
    """The commits of a range, oldest first."""
    return tuple(repository.git("rev-list", "--reverse", revisions).split())


def topic(repository: Repository, count: int = 3) -> None:
    """A branch `topic` with some commits, and one on `main` that it lacks; HEAD is on `topic`. No hook runs."""
    quiet = ("-c", "core.hooksPath=/dev/null")
    repository.git(*quiet, "switch", "--quiet", "--create", "topic")
    for number in range(count):
        repository.write({f"topic-{number}.txt": f"{number}\n"})
        repository.git("add", "--all")
        repository.git(*quiet, "commit", "--quiet", "--message", f"topic {number}")
    repository.git(*quiet, "switch", "--quiet", "main")
    repository.write({"main.txt": "main\n"})
    repository.git("add", "--all")
    repository.git(*quiet, "commit", "--quiet", "--message", "on main")
    repository.git(*quiet, "switch", "--quiet", "topic")


def commit(repository: Repository) -> Made:
    """git commit."""
    return Made((repository.commit({"a": "1"}),))


def amend(repository: Repository) -> Made:
    """git commit --amend."""
    repository.git("commit", "--quiet", "--amend", "--message", "amended")
    return Made((repository.head(),))


def merge(repository: Repository) -> Made:
    """git merge --no-ff."""
    topic(repository)
    repository.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    return Made((repository.head(),))


def merge_with_conflict(repository: Repository) -> Made:
    """A merge whose conflict is resolved by a commit."""
    topic(repository)
    repository.commit({"main.txt": "ours\n"})
    subprocess.run(
        ["git", "merge", "--quiet", "main"], cwd=repository.path, env=repository.env, check=False, capture_output=True
    )
    return Made((repository.commit({"main.txt": "both\n"}, "resolved"),))


def fast_forward(repository: Repository) -> Made:
    """git pull --ff-only."""
    clone = Repository(repository.path).git("rev-parse", "--abbrev-ref", "HEAD")
    other = repository.path.parent / "other"
    repository.git("clone", "--quiet", ".", str(other))
    made = [Repository(other, env=repository.env).commit({"n": str(n)}) for n in range(3)]
    repository.git("pull", "--quiet", "--ff-only", str(other), clone)
    return Made(tuple(made))


def rebase(repository: Repository) -> Made:
    """git rebase, merge backend."""
    topic(repository)
    repository.git("rebase", "--quiet", "main")
    return Made(commits(repository, "main..topic"))


def rebase_apply(repository: Repository) -> Made:
    """git rebase --apply."""
    topic(repository)
    repository.git("rebase", "--quiet", "--apply", "main")
    return Made(commits(repository, "main..topic"))


def autosquash(repository: Repository) -> Made:
    """git rebase --interactive --autosquash."""
    topic(repository)
    repository.write({"topic-0.txt": "mended\n"})
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--all", "--fixup", "HEAD~2")
    repository.git("rebase", "--quiet", "--interactive", "--autosquash", "main", env=NO_EDIT)
    return Made(commits(repository, "main..topic"))


def interrupted_rebase(repository: Repository) -> Made:
    """A rebase that stops at a conflict and is continued."""
    topic(repository)
    repository.write({"main.txt": "topic\n"})
    repository.git("add", "--all")
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "conflicting")
    subprocess.run(["git", "rebase", "main"], cwd=repository.path, env=repository.env, check=False, capture_output=True)
    pick = repository.head()
    repository.write({"main.txt": "both\n"})
    repository.git("add", "--all")
    repository.git("rebase", "--continue", env=NO_EDIT)
    found = commits(repository, "main..topic")
    assert pick in found
    return Made(found)


def aborted_rebase(repository: Repository) -> Made:
    """A rebase that stops at a conflict and is given up, and a commit after it."""
    topic(repository)
    repository.write({"main.txt": "topic\n"})
    repository.git("add", "--all")
    repository.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "conflicting")
    subprocess.run(["git", "rebase", "main"], cwd=repository.path, env=repository.env, check=False, capture_output=True)
    pick = repository.head()
    repository.git("rebase", "--abort")
    return Made((repository.commit({"after": "1"}),), (pick,))


def cherry_pick(repository: Repository) -> Made:
    """git cherry-pick of one commit."""
    topic(repository)
    repository.git("cherry-pick", "main")
    return Made((repository.head(),))


def cherry_pick_series(repository: Repository) -> Made:
    """git cherry-pick of three."""
    topic(repository)
    repository.git("switch", "--quiet", "main")
    repository.git("cherry-pick", "topic~3..topic")
    return Made(commits(repository, "main~3..main"))


def revert(repository: Repository) -> Made:
    """git revert."""
    repository.git("revert", "--no-edit", "HEAD")
    return Made((repository.head(),))


def mailbox(repository: Repository) -> Made:
    """git am."""
    topic(repository)
    patches = repository.git("format-patch", "--stdout", "main~1..topic")
    repository.git("switch", "--quiet", "main")
    repository.git("am", "--quiet", stdin=patches.encode() + b"\n")
    return Made(commits(repository, "main~3..main"))


def stash(repository: Repository) -> Made:
    """git stash, and a commit after it: what is stashed is nobody's business."""
    repository.write({"calc.py": "# changed\n"})
    repository.git("stash")
    stashed = repository.git("rev-parse", "refs/stash")
    return Made((repository.commit({"b": "1"}),), (stashed, f"{stashed}^2"[:40]))


def update_ref(repository: Repository) -> Made:
    """git update-ref."""
    made = repository.git("commit-tree", "-p", "HEAD", "-m", "plumbing", "HEAD^{tree}")
    repository.git("update-ref", "refs/heads/plumbed", made)
    return Made((made,))


def reset_back(repository: Repository) -> Made:
    """git reset --hard, to a commit that nothing reached."""
    quiet = ("-c", "core.hooksPath=/dev/null")
    repository.git(*quiet, "commit", "--quiet", "--allow-empty", "--message", "lost")
    lost = repository.head()
    repository.git(*quiet, "reset", "--quiet", "--hard", "HEAD~1")
    repository.git("reset", "--quiet", "--hard", lost)
    return Made((lost,))


def linked_worktree(repository: Repository) -> Made:
    """A commit in a linked worktree."""
    side = repository.path.parent / "side"
    repository.git("worktree", "add", "--quiet", "-b", "side", str(side))
    return Made((Repository(side, env=repository.env).commit({"side.txt": "1"}),))


def detached(repository: Repository) -> Made:
    """A commit with HEAD detached."""
    repository.git("checkout", "--quiet", "--detach")
    return Made((repository.commit({"d": "1"}),))


def branch_in_a_folder(repository: Repository) -> Made:
    """A commit on a new branch whose name has slashes."""
    repository.git("switch", "--quiet", "--create", "one/two/three")
    return Made((repository.commit({"e": "1"}),))


def libgit2(repository: Repository) -> Made:
    """A commit by libgit2, which runs no hooks."""
    import pygit2

    there = pygit2.Repository(str(repository.path))
    who = pygit2.Signature("Ada", "ada@example.org")
    made = there.create_commit("HEAD", who, who, "by libgit2", there.head.peel().tree.id, [there.head.target])
    return Made((str(made),))


def dulwich(repository: Repository) -> Made:
    """A commit by dulwich."""
    from dulwich.repo import Repo

    with Repo(str(repository.path)) as there:
        who = b"Ada <ada@example.org>"
        made = there.get_worktree().commit(message=b"by dulwich", author=who, committer=who)
    return Made((made.decode(),))


WAYS: Mapping[str, Way] = {
    way.__doc__.rstrip(".") if way.__doc__ else "": way
    for way in (
        commit, amend, merge, merge_with_conflict, fast_forward, rebase, rebase_apply, autosquash, interrupted_rebase,
        aborted_rebase, cherry_pick, cherry_pick_series, revert, mailbox, stash, update_ref, reset_back,
        linked_worktree, detached, branch_in_a_folder, libgit2, dulwich,
    )
}  # fmt: skip


def bypassing(path: Path) -> Mapping[str, str]:
    """The environment of a client that runs no hooks."""
    return {**AUTHOR, "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath", "GIT_CONFIG_VALUE_0": "/dev/null"}
