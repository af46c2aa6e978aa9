"""A snapshot of a working copy: made in the mirror, with nothing of the user's repository touched."""

from pathlib import Path

from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


def state(repository: Repository) -> dict[str, tuple[bytes, int]]:
    files = [path for path in repository.path.rglob("*") if path.is_file() and not path.is_symlink()]
    return {str(path): (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def snapshot(mirror: GitMirror, repository: Repository) -> str:
    return mirror.snapshot(repository.path, repository.path / ".git")


def test_the_working_copy_as_it_is_without_a_trace_in_the_repository(mirror: GitMirror, source: Repository) -> None:
    head = source.head()
    source.write({"a.txt": "changed\n", "new.txt": "new\n", "staged.txt": "staged\n", "x.ignored": "", "build/y": ""})
    source.git("add", "staged.txt")
    source.write({"staged.txt": "changed again\n"})
    (source.path / "run.sh").unlink()
    (source.path / "link").symlink_to("a.txt")
    (source.path / ".git/info/exclude").write_text("private\n")
    source.write({"private": "p"})
    before = state(source)
    sha = snapshot(mirror, source)
    assert state(source) == before
    assert set(mirror.files(sha)) == {".gitignore", "a.txt", "folder/b.txt", "link", "new.txt", "staged.txt"}
    assert mirror.read(sha, "a.txt", 100) == b"changed\n"
    assert mirror.read(sha, "staged.txt", 100) == b"changed again\n"
    assert mirror.commit(sha).parents == (head,)
    assert mirror.contains(head)


def test_a_tracked_file_that_is_ignored_too_is_part_of_it(mirror: GitMirror, source: Repository) -> None:
    source.write({"kept.ignored": "k"})
    source.git("add", "--force", "kept.ignored")
    source.commit(message="forced")
    assert "kept.ignored" in set(mirror.files(snapshot(mirror, source)))


def test_a_repository_without_commits(mirror: GitMirror, tmp_path: Path) -> None:
    empty = Repository(tmp_path / "empty")
    empty.write({"a": "b"})
    sha = snapshot(mirror, empty)
    assert mirror.commit(sha).parents == ()
    assert list(mirror.files(sha)) == ["a"]


def test_a_linked_worktrees_own_commit_is_the_parent(mirror: GitMirror, source: Repository, tmp_path: Path) -> None:
    first = source.head()
    source.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), first)
    source.commit(message="only on main")
    sha = mirror.snapshot(tmp_path / "linked", source.path / ".git")
    assert mirror.commit(sha).parents == (first,)
