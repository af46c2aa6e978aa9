"""The mirror: nothing that happens to the original takes a pinned commit from it."""

import os
import shutil
from pathlib import Path

import pytest

from fullautoci.errors import BusyError, FullAutoCIError, NotFoundError, VcsError
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import LOOSE, PINS, GitMirror
from fullautoci.vcs.git.stale import remove_leavings
from tests.support.repository import Repository

GONE = "f" * 40


def git_dir(repository: Repository) -> str:
    return str(repository.path / ".git")


def pins(git: Git, mirror: GitMirror) -> set[str]:
    listing = git("for-each-ref", "--format=%(objectname)", PINS, git_dir=mirror.path).decode().split()
    return set(listing)


def forget(source: Repository) -> None:
    source.git("reflog", "expire", "--expire=now", "--all")
    source.git("gc", "--quiet", "--prune=now")


def test_a_pinned_commit_outlives_a_force_push_and_a_collection(
    git: Git, mirror: GitMirror, source: Repository
) -> None:
    first = source.head()
    doomed = source.commit({"a.txt": "doomed\n"}, "doomed")
    assert mirror.fetch(git_dir(source), [doomed]) == []
    source.git("reset", "--quiet", "--hard", first)
    forget(source)
    other = source.commit(message="other")
    assert mirror.fetch(git_dir(source), [other, other]) == []
    git("reflog", "expire", "--expire=now", "--all", git_dir=mirror.path)
    git("gc", "--quiet", "--prune=now", git_dir=mirror.path)
    assert mirror.read(doomed, "a.txt", 100) == b"doomed\n"
    assert pins(git, mirror) == {doomed, other}
    assert mirror.fetch(git_dir(source), [doomed]) == []  # gone there, but here
    shutil.rmtree(source.path)
    assert mirror.commit(doomed).subject == "doomed"
    with pytest.raises(VcsError):
        mirror.fetch(git_dir(source), [doomed])


def test_a_commit_that_is_gone_is_reported_while_others_come_over(
    git: Git, mirror: GitMirror, source: Repository
) -> None:
    first = source.head()
    source.git("checkout", "--quiet", "--detach")
    dangling = source.commit(message="reached by nothing but HEAD")
    source.git("checkout", "--quiet", "main")
    assert mirror.fetch(git_dir(source), [GONE, dangling, first]) == [GONE]
    assert pins(git, mirror) == {dangling, first}


def test_branches_that_moved_vanished_or_became_folders_are_followed(
    git: Git, mirror: GitMirror, source: Repository
) -> None:
    source.git("branch", "topic")
    mirror.fetch(git_dir(source), [])
    source.git("branch", "--delete", "--force", "topic")
    source.git("branch", "topic/one")
    source.git("commit", "--quiet", "--amend", "--message", "rewritten")
    assert mirror.fetch(git_dir(source), []) == []
    heads = git("for-each-ref", "--format=%(refname) %(objectname)", "refs/fullautoci/heads", git_dir=mirror.path)
    assert [line.split()[0].rpartition("heads/")[2] for line in heads.decode().splitlines()] == ["main", "topic/one"]
    assert source.head() in heads.decode()


def test_unseen_commits_are_those_that_no_seen_tip_reaches_newest_first(mirror: GitMirror, source: Repository) -> None:
    base = source.head()
    one, two = source.commit(message="one"), source.commit(message="two")
    source.git("switch", "--quiet", "--create", "topic", base)
    side = source.commit(message="side")
    source.git("switch", "--quiet", "main")
    source.git("merge", "--quiet", "--no-ff", "--message", "merge", "topic")
    merge = source.head()
    mirror.fetch(git_dir(source), [])
    assert next(iter(mirror.unseen([merge], [base], 10))) == merge
    assert set(mirror.unseen([merge], [base], 10)) == {merge, one, two, side}
    assert mirror.unseen([merge], [two], 10) == {merge: merge, side: merge}
    assert mirror.unseen([two], [base, GONE], 10) == {two: two, one: two}
    assert mirror.unseen([merge], [base], 1) == {merge: merge}
    assert mirror.unseen([two], [merge], 10) == {}


def test_pins_go_once_a_branch_covers_them(git: Git, mirror: GitMirror, source: Repository) -> None:
    covered = source.head()
    loose = source.commit(message="loose")
    source.git("reset", "--quiet", "--hard", covered)
    mirror.fetch(git_dir(source), [covered])
    source.git("reset", "--quiet", "--hard", loose)
    source.git("checkout", "--quiet", "--detach")
    source.git("branch", "--force", "main", covered)
    mirror.fetch(git_dir(source), [covered, loose])
    mirror.unpin([covered, loose])
    assert pins(git, mirror) == {loose}
    mirror.unpin([covered, loose])
    mirror.unpin([])
    assert pins(git, mirror) == {loose}
    assert mirror.contains(covered)


def test_files_are_read_but_not_through_links_or_submodules(mirror: GitMirror, source: Repository) -> None:
    odd = os.fsdecode(b"odd\xff name")
    source.write({"big": b"x" * 100, odd: "odd"})
    (source.path / "link").symlink_to("big")
    source.git("add", "--all")
    source.git("update-index", "--add", "--cacheinfo", f"160000,{GONE},module")
    source.git("commit", "--quiet", "--message", "odd")
    sha = source.head()
    mirror.fetch(git_dir(source), [sha])
    assert mirror.read(sha, "big", 10) == b"x" * 11
    assert mirror.read(sha, "folder/b.txt", 10) == b"b\n"
    for nothing in ("missing", "folder", "link", "big/x", "module", "module/x", "", "/", "../a.txt"):
        assert mirror.read(sha, nothing, 10) is None, nothing
    assert {odd, "a.txt", "folder/b.txt", "link"} <= set(mirror.files(sha))
    for what in (GONE, source.git("rev-parse", "HEAD^{tree}")):
        with pytest.raises(NotFoundError):
            mirror.commit(what)


PERSON = b"A\x1b[31m \xff <a@b> 1 +0000"


@pytest.mark.parametrize(
    "head",
    [
        b"author Ada <a@b> 99999999999999999999 +0000\ncommitter Ada <a@b> 99999999999999999999 +0000\n",
        b"author " + PERSON + b"\ncommitter " + PERSON + b"\nencoding latin-1\n",
        b"author " + PERSON + b"\ncommitter " + PERSON + b"\n" + b"x" * 100 + b" y\n",
        b"author \ncommitter \n",
        b"author Ada\ncommitter Ada\n",
        b"author Ada <a@b> x +0000\ncommitter Ada <a@b> 1 nonsense\n",
        b"committer Ada <a@b> 1 +0000\n",
        b"author Ada <a@b> 1 +0000\n",
        b"",
    ],
)
def test_odd_commits_are_shown_or_refused(git: Git, mirror: GitMirror, source: Repository, head: bytes) -> None:
    tree = source.git("rev-parse", "HEAD^{tree}").encode()
    message = b"sub\x00ject \x1b]0;x\x07\xff\xe2\x80\xae\nbody\n"
    raw = b"tree " + tree + b"\n" + head + b"\n" + message
    sha = (
        git("hash-object", "-t", "commit", "-w", "--literally", "--stdin", stdin=raw, git_dir=mirror.path)
        .decode()
        .strip()
    )
    try:
        found = mirror.commit(sha)
    except FullAutoCIError:
        return
    assert found.sha == sha
    text = found.author + found.subject + found.message + found.committed_at
    assert not set(text) & set("\x00\x1b\x07\u202e")
    text.encode()


def test_a_commit_with_many_parents_and_an_empty_tree(git: Git, mirror: GitMirror, source: Repository) -> None:
    parents = [source.commit(message=str(n)) for n in range(64)]
    tree = source.git("hash-object", "-t", "tree", "-w", "/dev/null")
    sha = source.git("commit-tree", tree, *(f"-p{parent}" for parent in parents), "-m", "octopus")
    source.git("update-ref", "refs/heads/octopus", sha)
    mirror.fetch(git_dir(source), [sha])
    assert mirror.commit(sha).parents == tuple(parents)
    assert list(mirror.files(sha)) == []


def test_half_a_mirror_is_never_seen_and_a_lost_one_is_named(git: Git, tmp_path: Path) -> None:
    (tmp_path / ".m.git.new").mkdir()
    made = GitMirror.open(git, tmp_path / "m.git")
    assert GitMirror.open(git, tmp_path / "m.git").path == made.path
    assert not (tmp_path / ".m.git.new").exists()
    shutil.rmtree(made.path)
    with pytest.raises(VcsError, match="is gone"):
        made.contains(GONE)


def test_what_a_killed_git_left_is_removed_when_it_is_in_the_way(
    git: Git, mirror: GitMirror, source: Repository
) -> None:
    mirror.fetch(git_dir(source), [source.head()])
    for name in ("packed-refs.lock", "refs/fullautoci/heads/main.lock", "shallow.lock"):
        (mirror.path / name).touch()
    sha = source.commit({"a.txt": "more\n"})
    assert mirror.fetch(git_dir(source), [sha]) == []
    assert mirror.heads() == {"refs/heads/main": sha}
    part = mirror.path / "objects/pack/tmp_pack_x"
    part.write_bytes(b"half")
    remove_leavings(mirror.path.parent)
    assert not part.exists()


def test_a_pin_that_is_not_there_keeps_no_other(git: Git, mirror: GitMirror, source: Repository) -> None:
    first, second = source.head(), source.commit(message="second")
    mirror.fetch(git_dir(source), [first, second])
    mirror.unpin([first, GONE])
    assert pins(git, mirror) == {second}


def test_many_single_files_are_packed_and_a_commit_that_only_a_pin_holds_stays(
    git: Git, mirror: GitMirror, source: Repository
) -> None:
    first = source.head()
    doomed = source.commit({"a.txt": "doomed\n"})
    mirror.fetch(git_dir(source), [doomed])
    source.git("reset", "--quiet", "--hard", first)
    source.commit({f"d/{number}": f"{number}" for number in range(LOOSE)})
    source.git("config", "fetch.unpackLimit", "1000000")
    listing = source.git("rev-list", "--objects", "main").splitlines()
    for line in listing:  # as thousands of small fetches leave them
        name = line.split(" ")[0]
        loose = source.path / ".git/objects" / name[:2] / name[2:]
        there = mirror.path / "objects" / name[:2] / name[2:]
        if loose.exists() and not there.exists():
            there.parent.mkdir(exist_ok=True)
            shutil.copyfile(loose, there)
    mirror.fetch(git_dir(source), [source.head()])
    mirror.pack()
    assert len(list(mirror.path.glob("objects/[0-9a-f][0-9a-f]/*"))) < 10
    assert mirror.read(doomed, "a.txt", 100) == b"doomed\n"
    assert mirror.read(source.head(), "d/7", 100) == b"7"
    assert git("fsck", "--no-progress", git_dir=mirror.path) == b""


def test_a_file_that_is_far_too_large_is_not_taken_into_memory(mirror: GitMirror, source: Repository) -> None:
    large = source.commit({"a.txt": b"x" * 3_000_000, "b.txt": b"x" * 1_000_000})
    mirror.fetch(git_dir(source), [large])
    assert mirror.read(large, "b.txt", 100) == b"x" * 101
    assert mirror.read(large, "a.txt", 100) == bytes(101), "another's bytes: it was not read"


def test_who_is_impatient_is_told_that_the_mirror_is_busy(git: Git, mirror: GitMirror, source: Repository) -> None:
    hasty = GitMirror.open(git, mirror.path, patience_s=0.05)
    with mirror._turn(), pytest.raises(BusyError, match="are being fetched"):
        hasty.fetch(git_dir(source), [source.head()])
    assert hasty.fetch(git_dir(source), [source.head()]) == []
