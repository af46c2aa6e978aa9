"""The nearest known commits behind one, in real histories."""

from collections.abc import Callable

import pytest

from fullautoci.errors import VcsError
from fullautoci.vcs.git.command import Git
from fullautoci.vcs.git.mirror import GitMirror
from tests.support.repository import Repository


def fetched(mirror: GitMirror, source: Repository) -> GitMirror:
    mirror.fetch(str(source.path / ".git"), [source.head()])
    return mirror


def line(source: Repository, count: int) -> list[str]:
    """A straight history on top of HEAD, oldest first."""
    start = source.head()
    words = "".join(
        f"commit refs/heads/main\nmark :{number}\ncommitter A <a@b> {1_700_000_000 + number} +0000\ndata 1\nx\n"
        + (f"from {start}\n" if number == 1 else "")
        for number in range(1, count + 1)
    )
    source.git("fast-import", "--quiet", "--force", stdin=words.encode())
    return source.git("rev-list", "--reverse", f"{start}..main").split()


def test_the_walk_ends_at_the_first_known_commit_of_every_way(mirror: GitMirror, source: Repository) -> None:
    root = source.head()
    left = [source.commit(message=f"left {number}") for number in range(3)]
    source.git("checkout", "--quiet", "-b", "side", root)
    right = [source.commit(message=f"right {number}") for number in range(3)]
    source.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    merge = source.head()
    tip = source.commit(message="tip")
    fetched(mirror, source)
    assert mirror.nearest(tip, {left[0], left[1], right[0], root}) == [left[1], right[0]]
    assert mirror.nearest(tip, {tip, merge}) == [tip]
    assert mirror.nearest(tip, {merge, right[2]}) == [merge]
    assert mirror.nearest(tip, set()) == []
    assert mirror.nearest(tip, lambda sha: sha == root) == [root]


def test_of_two_ways_the_one_that_leads_behind_the_other_counts_for_nothing(
    mirror: GitMirror, source: Repository
) -> None:
    old = source.commit(message="old")
    new = source.commit(message="new")
    source.git("checkout", "--quiet", "-b", "side", old)
    source.commit(message="beside")
    source.git("merge", "--quiet", "--no-ff", "--no-edit", "main")
    assert fetched(mirror, source).nearest(source.head(), [old, new]) == [new]


def test_histories_with_two_roots_and_with_odd_dates(mirror: GitMirror, source: Repository) -> None:
    ours = source.head()
    source.git("checkout", "--quiet", "--orphan", "other")
    theirs = source.commit(message="another root")
    late = {"GIT_COMMITTER_DATE": "@4000000000 +0000"}
    source.git("commit", "--quiet", "--allow-empty", "-m", "from the future", env=late)
    source.git("merge", "--quiet", "--allow-unrelated-histories", "--no-edit", "main")
    source.git("commit", "--quiet", "--allow-empty", "-m", "from the past", env={"GIT_COMMITTER_DATE": "@1 +0000"})
    assert sorted(fetched(mirror, source).nearest(source.head(), [ours, theirs])) == sorted([ours, theirs])


@pytest.mark.parametrize(("limit", "found"), [(20_000, True), (2_600, True), (2_400, False), (100, False)])
def test_a_long_way_is_walked_up_to_the_limit(mirror: GitMirror, source: Repository, limit: int, found: bool) -> None:
    line(source, 2_500)
    first = source.git("rev-list", "--max-parents=0", "main")
    fetched(mirror, source)
    tip = source.git("rev-parse", "main")
    assert mirror.nearest(tip, [first], limit) == ([first] if found else [])


def test_what_is_near_needs_one_short_walk(mirror: GitMirror, source: Repository) -> None:
    shas = line(source, 500)
    fetched(mirror, source)
    asked: list[str] = []

    def near(known: Callable[[str], bool]) -> list[str]:
        asked.clear()
        return mirror.nearest(shas[-1], lambda sha: asked.append(sha) or known(sha))  # type: ignore[func-returns-value]

    assert near(lambda sha: sha == shas[-6]) == [shas[-6]]
    assert asked == shas[:-7:-1], "nothing beyond the known one is looked at"
    assert near(lambda sha: sha == shas[50]) == [shas[50]]


def test_a_commit_that_is_not_here_and_one_of_a_shallow_clone(git: Git, mirror: GitMirror, source: Repository) -> None:
    shas = line(source, 5)
    fetched(mirror, source)
    with pytest.raises(VcsError):
        mirror.nearest("f" * 40, [shas[0]])
    with pytest.raises(VcsError):
        mirror.nearest("--all", [shas[0]])
    shallow = source.path.with_name("shallow")
    source.git("clone", "--quiet", "--depth=2", f"file://{source.path}", str(shallow))
    other = GitMirror.open(git, mirror.path.with_name("other.git"))
    other.fetch(str(shallow / ".git"), [shas[-1]])
    assert other.nearest(shas[-1], [shas[0]]) == []
    assert other.nearest(shas[-1], [shas[-2]]) == [shas[-2]]


def test_an_octopus_with_many_known_ends(mirror: GitMirror, source: Repository) -> None:
    root = source.head()
    tree = source.git("rev-parse", "HEAD^{tree}")
    ends = [source.git("commit-tree", tree, "-p", root, "-m", str(number)) for number in range(60)]
    tip = source.git("commit-tree", tree, *(word for end in ends for word in ("-p", end)), "-m", "octopus")
    source.git("update-ref", "refs/heads/main", tip)
    fetched(mirror, source)
    found = mirror.nearest(tip, ends)
    assert len(found) == 50
    assert set(found) < set(ends)
