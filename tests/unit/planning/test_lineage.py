"""Gaps in what is known of a history are bridged when something is planned, and only where there are any."""

import pytest

from fullautoci.planning.lineage import Gaps
from tests.unit.planning.parts import Watched


@pytest.fixture
def gaps(watched: Watched) -> Gaps:
    return Gaps(watched.writer, watched.reading, watched.mirror)


def plan(watched: Watched, gaps: Gaps, sha: str, source: str = "post-commit") -> list[str]:
    """Bridge what a commit needs; from where git was asked."""
    watched.asked.clear()
    gaps.bridge([watched.wish(sha, source)])
    return list(watched.asked)


def test_ordinary_commits_ask_git_for_nothing(watched: Watched, gaps: Gaps) -> None:
    for number in range(3):
        watched.commit(f"before {number}")
    assert plan(watched, gaps, watched.source.head(), "init") == [], "nothing else is known"
    for number in range(3):
        assert plan(watched, gaps, watched.commit(f"after {number}")) == []
    assert plan(watched, gaps, watched.commit("pulled"), "scan") == [], "it descends from what is known"
    assert watched.unsettled() == set()


def test_beyond_what_a_pull_left_out_the_nearest_known_commits_are_found(watched: Watched, gaps: Gaps) -> None:
    first = watched.source.head()
    plan(watched, gaps, first, "init")
    left_out = [watched.commit(f"left out {number}") for number in range(5)]
    tip = watched.commit("tip")
    assert plan(watched, gaps, tip, "scan") == [left_out[-1]]
    assert watched.parents(tip) == [[first]]
    assert watched.unsettled() == {tip}
    assert plan(watched, gaps, watched.commit("next")) == []


def test_a_commit_that_is_named_later_stands_between(watched: Watched, gaps: Gaps) -> None:
    first = watched.source.head()
    plan(watched, gaps, first, "init")
    one, two, three = (watched.commit(f"left out {number}") for number in range(3))
    tip = watched.commit("tip")
    plan(watched, gaps, tip, "scan")
    watched.unsettled()

    assert plan(watched, gaps, two, "api") == [one, three], "its own gap, and that of the tip"
    assert (watched.parents(two), watched.parents(tip)) == ([[first]], [[two]])
    assert watched.unsettled() == {two, tip}

    assert plan(watched, gaps, three, "api") == [one], "its parent is known, the gap of the tip is filled"
    assert (watched.parents(three), watched.parents(tip)) == ([[two]], [[three]])
    assert watched.rows("SELECT sha, ancestor FROM lineage WHERE gap = 1") == [(two, first)]
    assert watched.unsettled() == {tip}

    assert plan(watched, gaps, one, "api") == []
    assert watched.parents(two) == [[one]]
    assert watched.unsettled() == {two}


def test_an_old_commit_behind_all_that_is_known(watched: Watched, gaps: Gaps) -> None:
    root = watched.source.head()
    old = watched.commit("old")
    middle = watched.commit("middle")
    tip = watched.commit("tip")
    plan(watched, gaps, tip, "init")
    assert sorted(plan(watched, gaps, old, "api")) == sorted([root, middle])
    assert (watched.parents(old), watched.parents(tip)) == ([[]], [[old]])
    assert watched.unsettled() == {tip}


def test_a_merge_has_a_gap_a_parent(watched: Watched, gaps: Gaps) -> None:
    source = watched.source
    first = source.head()
    plan(watched, gaps, first, "init")
    source.git("checkout", "--quiet", "-b", "side")
    side = watched.commit("side")
    plan(watched, gaps, side)
    unknown_side = watched.commit("side unknown")
    source.git("checkout", "--quiet", "main")
    unknown_main = watched.commit("main unknown")
    source.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    merge = source.head()
    assert plan(watched, gaps, merge, "post-merge") == [unknown_main, unknown_side]
    assert watched.parents(merge) == [[first], [side]]


def test_a_commit_that_was_remembered_without_a_run_is_not_overlooked(watched: Watched, gaps: Gaps) -> None:
    first = watched.source.head()
    plan(watched, gaps, first, "init")
    left_out = watched.commit("left out")
    set_back_to = watched.commit("a branch is set back to it later")
    tip = watched.commit("tip")
    plan(watched, gaps, tip, "scan")
    assert watched.tell(set_back_to, "scan", back=True) == 0
    assert watched.parents(tip) == [[set_back_to]]
    assert watched.parents(set_back_to) == [[]], "until something is planned"
    assert plan(watched, gaps, watched.commit("on")) == [left_out]
    assert watched.parents(set_back_to) == [[first]]


def test_a_new_daemon_looks_once(watched: Watched, gaps: Gaps) -> None:
    first = watched.source.head()
    plan(watched, gaps, first, "init")
    left_out = watched.commit("left out")
    tip = watched.commit("tip")
    run = watched.wish(tip, "scan")  # and killed before it was planned
    fresh = Gaps(watched.writer, watched.reading, watched.mirror)
    fresh.bridge([run])
    assert watched.asked == [left_out]
    assert watched.parents(tip) == [[first]]
    another = Gaps(watched.writer, watched.reading, watched.mirror)
    assert plan(watched, another, watched.commit("one")) == [left_out]
    assert plan(watched, another, watched.commit("two")) == []


def test_a_mirror_that_lacks_the_parent_keeps_nothing_from_being_planned(watched: Watched, gaps: Gaps) -> None:
    plan(watched, gaps, watched.source.head(), "init")
    people = "author A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n"
    raw = f"tree {watched.source.git('write-tree')}\nparent {'f' * 40}\n{people}\nx\n".encode()
    word = ("hash-object", "-t", "commit", "-w", "--stdin", "--literally")
    sha = watched.git(*word, git_dir=watched.mirror().path, stdin=raw).decode().strip()
    watched.tell(sha)
    gaps.bridge(watched.unplanned())
    assert watched.asked == ["f" * 40]
    assert watched.parents(sha) == [[]]
