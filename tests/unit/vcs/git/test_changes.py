"""Which files a commit changed, whatever its trees hold."""

import shutil

from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


def changed(mirror: GitMirror, source: Repository, limit: int = 100, sha: str = "") -> list[str] | None:
    mirror.fetch(str(source.path / ".git"), [source.head()])
    return mirror.changed(sha or source.head(), limit)


def test_what_was_added_changed_removed_or_became_another_kind(mirror: GitMirror, source: Repository) -> None:
    assert changed(mirror, source) is None, "the first commit changes everything"
    source.commit({"a.txt": "b\n", "new/deep/c.txt": "c\n"})
    assert changed(mirror, source) == ["a.txt", "new/deep/c.txt"]
    source.git("rm", "--quiet", "folder/b.txt")
    (source.path / "run.sh").chmod(0o755)
    source.commit()
    assert changed(mirror, source) == ["folder/b.txt", "run.sh"]
    shutil.rmtree(source.path / "new")
    source.commit({"new": "a file where a folder was\n"})
    assert changed(mirror, source) == ["new", "new/deep/c.txt"]
    (source.path / "a.txt").unlink()
    (source.path / "a.txt").symlink_to("run.sh")
    source.commit()
    assert changed(mirror, source) == ["a.txt"]
    source.commit(message="nothing")
    assert changed(mirror, source) == []


def test_a_merge_is_compared_with_every_parent(mirror: GitMirror, source: Repository) -> None:
    source.git("checkout", "--quiet", "-b", "side")
    source.commit({"side.txt": "s\n"})
    source.git("checkout", "--quiet", "main")
    source.commit({"main.txt": "m\n"})
    source.git("merge", "--quiet", "--no-edit", "side")
    assert changed(mirror, source) == ["main.txt", "side.txt"]


def test_odd_names(mirror: GitMirror, source: Repository) -> None:
    blob = source.git("hash-object", "-w", "--stdin")
    names = [b"line\nbreak.md", b"\xff\xfe.md", b" ", b"-rf", "\u202e.md".encode(), b"a" * 200]
    listing = b"".join(b"100644 blob %s\t%s\0" % (blob.encode(), name) for name in names)
    tree = source.git("mktree", "-z", stdin=listing)
    sha = source.git("commit-tree", tree, "-p", source.head(), "-m", "odd")
    source.git("update-ref", "refs/heads/main", sha)
    found = changed(mirror, source)
    assert found is not None
    assert {name.decode("utf-8", "surrogateescape") for name in names} < set(found)


def test_a_hundred_thousand_files(mirror: GitMirror, source: Repository) -> None:
    one, other = (source.git("hash-object", "-w", "--stdin", stdin=word) for word in (b"one", b"other"))
    before = source.head()
    for odd in (one, other):
        listing = "".join(f"100644 blob {odd if number == 7 else one}\t{number}.md\n" for number in range(100_000))
        folder = source.git("mktree", stdin=listing.encode())
        tree = source.git("mktree", stdin=f"040000 tree {folder}\tmany\n".encode())
        before, parent = source.git("commit-tree", tree, "-p", before, "-m", "many"), before
    source.git("update-ref", "refs/heads/main", before)
    assert changed(mirror, source, 1000) == ["many/7.md"]
    assert changed(mirror, source, 1000, parent) is None


def test_trees_without_end(mirror: GitMirror, source: Repository) -> None:
    """Forty levels of folders, each with the next one ten times: more paths than could ever be listed."""
    tree = source.git("hash-object", "-t", "tree", "-w", "--stdin")
    for _ in range(40):
        listing = "".join(f"040000 tree {tree}\t{number}\n" for number in range(10))
        tree = source.git("mktree", stdin=listing.encode())
    sha = source.git("commit-tree", tree, "-p", source.head(), "-m", "bomb")
    source.git("update-ref", "refs/heads/main", sha)
    assert changed(mirror, source) is None


def test_a_parent_that_is_not_here_counts_as_everything(git: Git, mirror: GitMirror, source: Repository) -> None:
    source.commit({"a.txt": "b\n"})
    shallow = Repository(source.path.with_name("shallow"))
    shallow.git("fetch", "--quiet", "--depth=1", f"file://{source.path}", "main")
    shallow.git("reset", "--quiet", "--hard", "FETCH_HEAD")
    other = GitMirror.open(git, mirror.path.with_name("other.git"))
    assert changed(other, shallow) is None
    shallow.commit({"b.txt": "b\n"})
    assert changed(other, shallow) == ["b.txt"]
